import {
  convert,
  eventIdOf,
  invalid,
  isRejection,
  orderOf,
  seenBefore,
  type ClinicalTime,
  type Decision,
  type PartialDate,
  type SourceRecord,
} from '@platform/kernel';
import type { DrugPlan } from '@trial/protocol';
import type { Administration, DoseAssessment, DrugDose, TreatmentEvent, Weight } from './events';
import type { Context, TreatmentFacts } from './facts';
import { findings, judge, news, type Judgement } from './judgement';
import { occurred, wrongDate, wrongTime, wrongZone } from './moment';
import { isSame, withoutAbsent, wrongUnit } from './infusion/preparation';
import type { Answer, Occasion, Rule } from './rule';
import { participationRules } from './rules';
import { asImported, type TreatmentState } from './treatment';

/** How often a day: CDISC's frequency terms. What is not here (`PRN`, `ONCE`) makes no daily dose. */
export const timesPerDay: Readonly<Record<string, number>> = {
  QD: 1,
  BID: 2,
  TID: 3,
  QID: 4,
  Q24H: 1,
  Q12H: 2,
  Q8H: 3,
  Q6H: 4,
  QOD: 0.5,
  QW: 1 / 7,
};

export interface DoseTaken {
  /** Code of the protocol's intervention, or the name of another drug. */
  readonly drug: string;
  readonly dose: number;
  readonly unit: string;
  readonly frequency: string;
  /** Since when this dose is taken. */
  readonly at: ClinicalTime;
  readonly until?: PartialDate;
  readonly sourceRecord?: SourceRecord;
}

/** A dose is recorded as it was taken; outside the protocol's range by the latest weight, it departs from it. */
export function recordDrugDose(
  command: DoseTaken,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { drug, dose, unit, frequency, at: time, until, sourceRecord } = command;
  const wrong =
    wrongTime('at', time, context) ??
    wrongDate('until', until) ??
    wrongUnit('unit', unit) ??
    wrongAmount('dose', dose);
  if (wrong) return wrong;
  const { at, zone } = time;
  const content: DrugDose = withoutAbsent({ drug, dose, unit, frequency, at, zone, until, sourceRecord });
  const seen = seenBefore(state.imported, sourceRecord, asImported(content));
  if (isRejection(seen)) return seen;
  if (seen === 'known' || state.drugDoses.some(known => isSame(known, content, ['assessment']))) return [];
  const assessment = assessDose(content, context.facts).assessment;
  const data = {
    ...withoutAbsent({ ...content, assessment }),
    ...news(judgeDose(content, context), state, eventIdOf(context.commandId, 0)),
    ...endFlag(at, until),
  };
  return [{ type: 'DrugDoseRecorded', data, ...occurred(content) }];
}

/** An exposure as a source reports it: kept as it is, with what is doubtful about it. */
export function recordAdministration(
  command: Omit<Administration, 'zone'> & { readonly zone?: string },
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { start, end, unit, dose } = command;
  const zone = command.zone ?? context.facts.zone;
  const wrong =
    wrongZone('zone', zone) ??
    (start === undefined ? undefined : wrongTime('start', { at: start, zone }, context)) ??
    wrongDate('end', end) ??
    (unit === undefined ? undefined : wrongUnit('unit', unit)) ??
    (dose === undefined ? undefined : wrongAmount('dose', dose));
  if (wrong) return wrong;
  const content: Administration = withoutAbsent({ ...command, zone });
  const seen = seenBefore(state.imported, command.sourceRecord, content);
  if (isRejection(seen)) return seen;
  if (seen === 'known' || state.administrations.some(known => isSame(known, content))) return [];
  const judgement = judgeAdministration(content, context);
  const found = news(judgement, state, eventIdOf(context.commandId, 0));
  const data = { ...content, ...found, ...endFlag(start, end) };
  const occurredAt = start === undefined ? undefined : { at: start, zone };
  return [{ type: 'AdministrationRecorded', data, occurredAt }];
}

/** What a dose is judged by: the daily range for a drug of the protocol, and whether it was the time to give it. */
export function judgeDose(dose: DrugDose, { facts }: Pick<Context, 'facts'>): Judgement {
  const occasion = { at: dose.at, zone: dose.zone, live: false, facts };
  const ofProtocol = facts.interventions.some(({ code }) => code === dose.drug);
  return judge(ofProtocol ? [...participationRules, dailyDose(dose)] : [], occasion);
}

export function judgeAdministration(
  { start, zone }: Administration,
  { facts }: Pick<Context, 'facts'>,
): Judgement {
  return typeof start !== 'string'
    ? { broken: [], unknown: [], kept: [] }
    : judge(participationRules, { at: start, zone, live: false, facts });
}

const dailyDose = (dose: DrugDose): Rule<Occasion> => ({
  rule: 'TRT-DRUG-DOSE',
  category: 'investigationalProduct',
  severity: 'minor',
  ask: ({ facts }) => assessDose(dose, facts).answer,
});

const kept: Answer = { is: 'kept' };

/**
 * The daily dose in the unit of the protocol's range, and what the rule says of it. A dose that its unit already
 * relates to body weight (mg/kg) needs no weight; any other is divided by the latest one at or before it.
 */
export function assessDose(
  dose: DrugDose,
  facts: TreatmentFacts,
): { readonly answer: Answer; readonly assessment?: DoseAssessment } {
  const plan = facts.interventions.find(
    (each): each is DrugPlan => each.kind === 'drug' && each.code === dose.drug,
  );
  const unit = plan?.dailyDoseUnit;
  if (!plan || unit === undefined) return { answer: kept };
  const perDay = timesPerDay[dose.frequency];
  if (perDay === undefined) return cannotTell(`How often a day "${dose.frequency}" is cannot be told.`);
  const value = dose.dose * perDay;
  const plain = convert({ value, unit: `${dose.unit}/d` }, unit);
  if (plain !== undefined) return inRange({ dailyDose: plain, unit }, plan);
  const weight = latestWeight(dose.at, facts.weights);
  if (!weight) return cannotTell('No weight at or before the dose is recorded.');
  const kilograms = convert(weight, 'kg');
  const perWeight =
    kilograms === undefined || kilograms <= 0
      ? undefined
      : convert({ value: value / kilograms, unit: `${dose.unit}/kg/d` }, unit);
  if (perWeight === undefined) {
    return cannotTell(`A dose in ${dose.unit} and a weight in ${weight.unit} make no dose in ${unit}.`);
  }
  return inRange({ dailyDose: perWeight, unit, weight }, plan);
}

const cannotTell = (why: string) => ({ answer: { is: 'unknown', why } as const });

function inRange(assessment: DoseAssessment, { dailyDoseMin, dailyDoseMax }: DrugPlan) {
  const { dailyDose: daily, unit, weight } = assessment;
  const inside = daily >= (dailyDoseMin ?? -Infinity) && daily <= (dailyDoseMax ?? Infinity);
  if (inside) return { answer: kept, assessment };
  const how = `${daily} ${unit} were taken; planned are ${dailyDoseMin ?? 0} to ${dailyDoseMax ?? 'any'} ${unit}.`;
  const answer: Answer = { is: 'broken', how, causes: weight ? [weight.event] : [] };
  return { answer, assessment };
}

/** The latest weight at or before a time; one whose date is too coarse to tell is passed over. */
export const latestWeight = (at: PartialDate, weights: readonly Weight[]): Weight | undefined =>
  weights
    .filter(weight => ['before', 'same'].includes(orderOf(weight.at, at)))
    .reduce<Weight | undefined>((best, weight) => (best && best.at > weight.at ? best : weight), undefined);

const wrongAmount = (field: string, amount: number) =>
  Number.isFinite(amount) && amount >= 0
    ? undefined
    : invalid('TRT-AMOUNT', field, 'An amount is a number, not below zero.');

const endFlag = (start: PartialDate | undefined, end: PartialDate | undefined) =>
  findings({
    flags: start && end && orderOf(end, start) === 'before' ? ['TRT-END-BEFORE-START'] : [],
  });
