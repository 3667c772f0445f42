import {
  correctValue,
  invalid,
  isAfterInstant,
  isPartialDate,
  isRejection,
  isUnit,
  type Correctable,
  type Correction,
  type Decision,
  type JsonValue,
} from '@platform/kernel';
import type { DrugDose, TreatmentEvent } from './events';
import { assessDose, judgeAdministration, judgeDose, timesPerDay } from './dosing';
import type { Context } from './facts';
import { judged, news } from './judgement';
import { standingOf, treatmentDecider, type TreatmentEntry, type TreatmentState } from './treatment';

/**
 * Corrects one field of one entry. The correcting event carries what the corrected record reveals: departures that were
 * not raised before, and the rules that it now keeps (`noLongerHolds`; their deviations stay until a person closes
 * them). A drug dose's daily dose is computed anew, which is a second correction beside the first.
 */
export function correctTreatment(
  command: Correction,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const decision = correctValue(command, state.entries, correctable);
  if (isRejection(decision)) return decision;
  const [correction] = decision;
  const entry = state.entries.find(({ event }) => event === command.event);
  if (!correction || !entry) return [];
  const { zone } = entry.data as { readonly zone?: string };
  const isTime = ['at', 'start'].includes(command.field) && isPartialDate(command.value);
  if (isTime && isAfterInstant({ at: command.value, zone: zone ?? context.facts.zone }, context.recordedAt)) {
    return invalid('TRT-FUTURE', 'value', 'This time has not come yet. What is recorded has happened.');
  }
  if ('infusion' in entry.data) {
    const { infusion } = entry.data;
    return [judged({ ...correction, about: { infusion } }, infusion, state, context)];
  }
  return correctedDose(correction, entry, state, context);
}

type CorrectionEvent = Extract<TreatmentEvent, { readonly type: 'ValueCorrected' }>;

/** A dose or an administration stands by itself: nothing but its own rules is asked anew. */
function correctedDose(
  correction: CorrectionEvent,
  { event }: TreatmentEntry,
  state: TreatmentState,
  context: Context,
): TreatmentEvent[] {
  const ref = { id: '', revision: -1, recordedAt: context.recordedAt };
  const next = treatmentDecider.evolve(state, correction, ref);
  const dose = next.drugDoses.find(each => each.event === event);
  const administration = next.administrations.find(each => each.event === event);
  // Entered in error, it is gone: nothing that was raised for it holds any more.
  const gone = { broken: [], unknown: [], kept: standingOf(state, event).raised };
  const judgement = dose
    ? judgeDose(dose, context)
    : administration
      ? judgeAdministration(administration, context)
      : gone;
  const found = news(judgement, next, event);
  const corrected: TreatmentEvent = { ...correction, data: { ...correction.data, ...found } };
  return [corrected, ...(dose ? reassessed(dose, context, correction) : [])];
}

function reassessed(
  { event, ...dose }: DrugDose & { readonly event: string },
  { facts }: Context,
  { reason }: CorrectionEvent,
): TreatmentEvent[] {
  const value = (assessDose(dose, facts).assessment ?? null) as JsonValue;
  const before = (dose.assessment ?? null) as JsonValue;
  if (JSON.stringify(value) === JSON.stringify(before)) return [];
  const data = { event, field: 'assessment', value };
  return [{ type: 'ValueCorrected', data, previous: { value: before }, reason }];
}

type Check = (value: JsonValue) => string | undefined;

const date: Check = value =>
  isPartialDate(value) ? undefined : 'This is no date: 2024, 2024-03 or 2024-03-05T10:30.';
const text: Check = value =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 1_000
    ? undefined
    : 'This must be a text.';
const flag: Check = value => (typeof value === 'boolean' ? undefined : 'This must be true or false.');
const amount: Check = value =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? undefined
    : 'This must be a number, not below zero.';
const unit: Check = value =>
  typeof value === 'string' && isUnit(value) ? undefined : 'This must be a unit of UCUM.';
const grade: Check = value =>
  [1, 2, 3, 4, 5].includes(value as number) ? undefined : 'A CTCAE grade is 1, 2, 3, 4 or 5.';
const frequency: Check = value =>
  typeof value === 'string' && value in timesPerDay
    ? undefined
    : `This must be one of ${Object.keys(timesPerDay).join(', ')}.`;
const orNull =
  (check: Check): Check =>
  value =>
    value === null ? undefined : check(value);

const inError = { enteredInError: flag };
const happened = { ...inError, at: date };

/** What may be corrected. Not here: who checked an identity, and what the software found or computed. */
const correctable: Correctable = {
  InfusionPlanned: { ...inError, plannedOn: date },
  ProductUnitThawed: { ...happened, expiresAt: orNull(date) },
  InfusionIdentityVerified: happened,
  InfusionPremedicationGiven: {
    ...happened,
    drug: text,
    dose: orNull(amount),
    unit: orNull(unit),
    route: orNull(text),
  },
  InfusionStarted: happened,
  InfusionPaused: happened,
  InfusionResumed: happened,
  InfusionStopped: happened,
  InfusionEnded: { ...happened, cellsGiven: orNull(amount), volumeMl: orNull(amount) },
  InfusionVitalSignsRecorded: happened,
  InfusionReactionRecorded: { ...happened, term: text, grade, adverseEvent: orNull(text) },
  InfusionReactionResolved: happened,
  DrugDoseRecorded: { ...happened, dose: amount, unit, frequency, until: orNull(date) },
  AdministrationRecorded: {
    ...inError,
    treatment: text,
    dose: orNull(amount),
    unit: orNull(unit),
    form: orNull(text),
    route: orNull(text),
    frequency: orNull(text),
    start: orNull(date),
    end: orNull(date),
    visit: orNull(text),
  },
};
