import {
  correctValue,
  eventIdOf,
  isPartialDate,
  isRejection,
  isUnit,
  refuse,
  type Correctable,
  type Correction,
  type Decision,
  type JsonObject,
  type JsonValue,
} from '@platform/kernel';
import { withDepartures, type Departure } from '../departure';
import { breachOf, notApproved, proceduresWithoutConsent } from './consent';
import { notPrescreened, wrongDate, type Context } from './context';
import {
  entriesOf,
  isEntry,
  participantDecider,
  type CorrectedEntry,
  type EntryType,
  type ParticipantEvent,
  type ParticipantState,
} from './participant';
import { dataUses, findings, sexes } from './recorded';
import type { ParticipantStatus } from './statuses';

/**
 * Corrects one field of one entry. An optional value is taken away by null; an entry of the wrong person, or
 * one that never should have been, is marked as `enteredInError` and no longer counts. What had stood on it
 * is flagged, never changed.
 */
export function correct(
  correction: Correction,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const absent = notPrescreened(state);
  if (absent) return absent;
  const { field, value } = correction;
  const entry = state.entries.find(({ event }) => event === correction.event);
  if (field === 'enteredInError' && entry && isEntry(entry, 'ParticipantStatusChanged')) {
    if (decidedStatuses.includes(entry.data.status)) return decided;
  }
  const future =
    dateFields.includes(field) && isPartialDate(value) ? wrongDate('value', value, context) : undefined;
  const corrected = future ?? correctValue(correction, state.entries, correctable);
  return isRejection(corrected) ? corrected : corrected.map(event => withBreaches(event, state, context));
}

/**
 * A correction may bring to light what nobody could see before: that a procedure had no consent in force, or
 * that a consent was signed on a version which was not approved. What was known before is not raised again.
 */
function withBreaches(event: CorrectedEntry, state: ParticipantState, context: Context): ParticipantEvent {
  const { recordedAt, commandId } = context;
  const ref = { id: eventIdOf(commandId, 0), revision: Number.MAX_SAFE_INTEGER, recordedAt };
  const after = participantDecider.evolve(state, event, ref);
  const [known, now] = [proceduresWithoutConsent(state), proceduresWithoutConsent(after)];
  const breaches = (['none', 'withdrawn'] as const).map(standing => {
    const fresh = now[standing].filter(id => !known[standing].includes(id));
    return fresh.length > 0 ? breachOf(standing, fresh) : undefined;
  });
  const departures = [unapproved(event.data.event, state, after, context), ...breaches];
  return { ...event, data: { ...event.data, ...withDepartures(departures) } };
}

function unapproved(
  id: string,
  before: ParticipantState,
  after: ParticipantState,
  context: Context,
): Departure | undefined {
  const departs = (state: ParticipantState) => {
    const consent = entriesOf(state, 'ConsentSigned').find(({ event }) => event === id)?.data;
    return consent && notApproved(consent.version, consent.signedAt, context);
  };
  return departs(before) ? undefined : departs(after);
}

/** Statuses that a decision brought about: they go when another decision replaces it. */
const decidedStatuses: readonly ParticipantStatus[] = ['eligible', 'screenFailure', 'deferred', 'enrolled'];

const decided = refuse(
  'CORRECTION-STATUS',
  'This status follows from a decision. It changes when the decision is made anew, not by itself.',
  { field: 'field' },
);

type Check = (value: JsonValue) => string | undefined;

const date: Check = value =>
  isPartialDate(value) ? undefined : 'This is no date: 2024, 2024-03 or 2024-03-05.';
const text: Check = value =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 2_000
    ? undefined
    : 'This must be a text.';
const flag: Check = value => (typeof value === 'boolean' ? undefined : 'This must be true or false.');
const number =
  (min: number, max: number): Check =>
  value =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `This must be a whole number from ${min} to ${max}.`;
const oneOf =
  (...words: readonly string[]): Check =>
  value =>
    words.some(word => word === value) ? undefined : `This must be one of ${words.join(', ')}.`;
const orNull =
  (check: Check): Check =>
  value =>
    value === null ? undefined : check(value);

const quantity: Check = given => {
  const { value, unit, ...more } = (given ?? {}) as JsonObject;
  const known =
    typeof value === 'number' && Number.isFinite(value) && typeof unit === 'string' && isUnit(unit);
  return known && Object.keys(more).length === 0
    ? undefined
    : 'This must be { value, unit } with a unit of UCUM.';
};

const determined = {
  quantity: orNull(quantity),
  bound: orNull(oneOf('below', 'above')),
  text: orNull(text),
  notDone: flag,
  routineCare: flag,
  visit: orNull(text),
};

const inError = { enteredInError: flag };

const dateFields: readonly string[] = [
  'prescreenedAt',
  'signedAt',
  'withdrawnAt',
  'diagnosedAt',
  'collectedAt',
  'takenAt',
  'attestedAt',
  'startedAt',
  'endedAt',
  'since',
  'decidedAt',
  'enrolledAt',
  'assessedAt',
];

/**
 * What may be corrected. Not here: what a decision was (it is decided anew), what the software found when it
 * recorded, and to whom and what an entry belongs.
 */
const correctable: Correctable & { readonly [Type in EntryType]: object } = {
  ParticipantPrescreened: {
    prescreenedAt: date,
    sex: orNull(oneOf(...sexes)),
    birthYear: orNull(number(1880, 2100)),
    ageYears: orNull(number(0, 130)),
    sourceId: orNull(text),
  },
  ConsentSigned: { ...inError, version: text, signedAt: date },
  ConsentWithdrawn: { ...inError, withdrawnAt: date, dataUse: oneOf(...dataUses), detail: orNull(text) },
  DiagnosisRecorded: {
    ...inError,
    code: orNull(text),
    name: orNull(text),
    diagnosedAt: orNull(date),
    detail: orNull(text),
  },
  LaboratoryResultRecorded: {
    ...inError,
    ...determined,
    finding: orNull(oneOf(...findings)),
    collectedAt: date,
    laboratory: orNull(text),
    specimen: orNull(text),
    method: orNull(text),
  },
  MeasurementRecorded: {
    ...inError,
    ...determined,
    takenAt: date,
    method: orNull(text),
    position: orNull(text),
  },
  StatementAttested: { ...inError, holds: flag, text: orNull(text), attestedAt: date },
  MedicalHistoryRecorded: {
    ...inError,
    term: text,
    code: orNull(text),
    severity: orNull(text),
    startedAt: orNull(date),
    endedAt: orNull(date),
    ongoing: flag,
  },
  VisitRecorded: { ...inError, startedAt: date, endedAt: orNull(date) },
  ScreeningDecisionRecorded: { decidedAt: date },
  ParticipantEnrolled: { enrolledAt: date, arm: orNull(text), actualArm: orNull(text) },
  ParticipantStatusChanged: { ...inError, since: date, detail: orNull(text) },
  AssessmentRecorded: { ...inError, assessedAt: date, conclusion: orNull(text) },
  ResponseRecorded: { ...inError, assessedAt: date },
};
