import {
  streamName,
  unknownEvent,
  withCorrection,
  type Decider,
  type DomainEvent,
  type EventRef,
  type PartialDate,
  type StreamName,
  type Subject,
  type ValueCorrected,
} from '@platform/kernel';
import type { Departure } from '../departure';
import { withEntry, type KeptEntry } from './importing';
import type * as recorded from './recorded';
import type { ParticipantStatus } from './statuses';

// Stream

/** One participant of one trial: `participant-{trial}.{participant}`. */
export const participantStream = (trial: string, participant: string): StreamName =>
  streamName('participant', trial, participant);

type Target = Readonly<Record<string, string>>;

/** The ids that everything about a participant is found under; the site stands in the participant's id. */
export function subjectOfParticipant(target: Target): Subject {
  const { participant = '' } = target;
  return { ...target, site: participant.slice(0, participant.indexOf('-')) };
}

// Events. These names are the storage format.

export interface EntryTypes {
  readonly ParticipantPrescreened: recorded.Prescreening;
  readonly ConsentSigned: recorded.SignedConsent;
  readonly ConsentWithdrawn: recorded.WithdrawnConsent;
  readonly DiagnosisRecorded: recorded.Diagnosis;
  readonly LaboratoryResultRecorded: recorded.LaboratoryResult;
  readonly MeasurementRecorded: recorded.Measurement;
  readonly StatementAttested: recorded.Statement;
  readonly MedicalHistoryRecorded: recorded.MedicalHistory;
  readonly VisitRecorded: recorded.VisitAttendance;
  readonly ScreeningDecisionRecorded: recorded.ScreeningDecision;
  readonly ParticipantEnrolled: recorded.Enrollment;
  readonly ParticipantStatusChanged: recorded.StatusChange;
  readonly AssessmentRecorded: recorded.Assessment;
  readonly ResponseRecorded: recorded.Response;
}

export type EntryType = keyof EntryTypes;

export type EntryEvent<Type extends EntryType = EntryType> = {
  [T in Type]: DomainEvent<T, EntryTypes[T]>;
}[Type];

/** The correction that all contexts share, with what it brought to light. */
export type CorrectedEntry = DomainEvent<
  'ValueCorrected',
  ValueCorrected['data'] & { readonly departures?: readonly Departure[] }
>;

export type ParticipantEvent = EntryEvent | CorrectedEntry;

// State

/** An entry as it stands after corrections, what was written first, and its place in the stream. */
export interface ParticipantEntry<Type extends EntryType = EntryType> extends KeptEntry<EntryTypes[Type]> {
  readonly type: Type;
  readonly revision: number;
  readonly recordedAt: string;
}

export interface ParticipantState {
  /** Absent until the participant was prescreened. */
  readonly site?: string;
  readonly status?: CurrentStatus;
  /**
   * The version that the participant is pinned to: the one at the latest consent, before that at
   * prescreening.
   */
  readonly protocolVersion?: string;
  /** Everything that was recorded, in its order, as it stands after corrections. */
  readonly entries: readonly ParticipantEntry[];
  readonly corrections: readonly recorded.AppliedCorrection[];
}

export interface CurrentStatus {
  readonly status: ParticipantStatus;
  readonly since?: PartialDate;
  /** Id of the event that began it. */
  readonly event: string;
}

const initial: ParticipantState = { entries: [], corrections: [] };

// Evolve

function evolve(state: ParticipantState, event: ParticipantEvent, ref: EventRef): ParticipantState {
  switch (event.type) {
    case 'ParticipantPrescreened':
    case 'ConsentSigned':
    case 'ConsentWithdrawn':
    case 'DiagnosisRecorded':
    case 'LaboratoryResultRecorded':
    case 'MeasurementRecorded':
    case 'StatementAttested':
    case 'MedicalHistoryRecorded':
    case 'VisitRecorded':
    case 'ScreeningDecisionRecorded':
    case 'ParticipantEnrolled':
    case 'ParticipantStatusChanged':
    case 'AssessmentRecorded':
    case 'ResponseRecorded': {
      const entry = entryOf(event, ref);
      return headed({ ...state, entries: withEntry(state.entries, entry) }, entry);
    }
    case 'ValueCorrected': {
      const entries = withCorrection(state.entries, event).map(entry =>
        entry.event === event.data.event && event.data.value === null
          ? without(entry, event.data.field)
          : entry,
      );
      const corrections = [...state.corrections, applied(event, ref)];
      // What heads the state may rest on the corrected entry: only a correction costs gathering it anew.
      return entries.reduce(headed, { ...initial, entries, corrections });
    }
    default:
      return unknownEvent(event);
  }
}

export const participantDecider: Decider<ParticipantState, ParticipantEvent> = { initial, evolve };

const entryOf = ({ type, data }: EntryEvent, { id, revision, recordedAt }: EventRef): ParticipantEntry => ({
  event: id,
  type,
  data,
  recorded: data,
  revision,
  recordedAt,
});

/** A value that was corrected to null is not there any more. */
const without = (entry: ParticipantEntry, field: string): ParticipantEntry =>
  ({
    ...entry,
    data: Object.fromEntries(Object.entries(entry.data).filter(([name]) => name !== field)),
  }) as ParticipantEntry;

/** The state with what one more entry says about the person as a whole. */
function headed(state: ParticipantState, entry: ParticipantEntry): ParticipantState {
  if (entry.data.enteredInError) return state;
  if (isEntry(entry, 'ParticipantPrescreened')) {
    const { site, protocolVersion, prescreenedAt } = entry.data;
    return {
      ...state,
      site,
      protocolVersion,
      status: { status: 'prescreened', since: prescreenedAt, event: entry.event },
    };
  }
  if (isEntry(entry, 'ConsentSigned')) return { ...state, protocolVersion: entry.data.protocolVersion };
  if (isEntry(entry, 'ParticipantStatusChanged') && !entry.data.historical) {
    const { status, since } = entry.data;
    return { ...state, status: { status, since, event: entry.event } };
  }
  return state;
}

const applied = (
  { data: { event, field, value }, previous, reason }: CorrectedEntry,
  { id, revision, recordedAt }: EventRef,
): recorded.AppliedCorrection => ({
  event,
  field,
  value,
  by: id,
  revision,
  recordedAt,
  previous: previous?.value ?? null,
  reason,
});

// What decisions and other contexts ask of a participant

export const isEntry = <Type extends EntryType>(
  entry: ParticipantEntry,
  type: Type,
): entry is ParticipantEntry<Type> => entry.type === type;

const counts = <Type extends EntryType>(
  entry: ParticipantEntry,
  type: Type,
): entry is ParticipantEntry<Type> => isEntry(entry, type) && !entry.data.enteredInError;

/** The entries of one type, in the order in which they were recorded, without those entered in error. */
export const entriesOf = <Type extends EntryType>(
  { entries }: ParticipantState,
  type: Type,
): ParticipantEntry<Type>[] =>
  entries.filter((entry): entry is ParticipantEntry<Type> => counts(entry, type));

export const latestOf = <Type extends EntryType>(
  { entries }: ParticipantState,
  type: Type,
): ParticipantEntry<Type> | undefined =>
  entries.findLast((entry): entry is ParticipantEntry<Type> => counts(entry, type));

/** How the participant was prescreened: site, sex, year of birth. */
export const profileOf = (state: ParticipantState): recorded.Prescreening | undefined =>
  latestOf(state, 'ParticipantPrescreened')?.data;

/** The enrollment, when there was one. */
export const enrollmentOf = (state: ParticipantState): ParticipantEntry<'ParticipantEnrolled'> | undefined =>
  latestOf(state, 'ParticipantEnrolled');

/** The first day of treatment as the status tells it: study day 1. */
export const firstTreatmentAt = (state: ParticipantState): PartialDate | undefined =>
  entriesOf(state, 'ParticipantStatusChanged').find(({ data }) => data.status === 'onTreatment')?.data.since;

/**
 * Ids of the corrections, behind a revision, of any of some events: what had stood on those is to be looked
 * at again.
 */
export function correctedSince(
  { corrections }: ParticipantState,
  events: readonly string[],
  revision: number,
): string[] {
  const stoodOn = new Set(events);
  return corrections.filter(each => each.revision > revision && stoodOn.has(each.event)).map(({ by }) => by);
}
