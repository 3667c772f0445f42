import {
  derivedId,
  streamName,
  unknownEvent,
  withCorrection,
  withImported,
  type Decider,
  type DomainEvent,
  type EventRef,
  type Imported,
  type Reason,
  type SourceRecord,
  type StreamName,
} from '@platform/kernel';
import type {
  ActionTaken,
  AdverseEventEvent,
  Amendment,
  Causality,
  Details,
  Expectedness,
  Outcome,
  Reported,
  Seriousness,
  Severity,
} from './events';

// Stream

/** One adverse event: `adverseEvent-{id}`. The id tells nothing of trial or participant; the first event does. */
export const adverseEventStream = (id: string): StreamName => streamName('adverseEvent', id);

/** The id follows from the row of a source, so that a second import meets the first; else from the command. */
export const adverseEventIdOf = (
  { trial, participant }: { readonly trial: string; readonly participant: string },
  commandId: string,
  source?: SourceRecord,
): string =>
  source
    ? derivedId('adverseEvent', trial, participant, source.file, source.key)
    : derivedId('adverseEvent', commandId);

// Events: see events.ts

// State

/** With the id of the event that recorded it. */
export type Recorded<Data> = Data & { readonly event: string };

export interface AdverseEventState {
  /** Absent until the event was reported; then whose it is. */
  readonly of?: Pick<Reported, 'adverseEvent' | 'trial' | 'participant' | 'protocolVersion'>;
  /** Server's instant of the report, UTC. */
  readonly reportedAt?: string;
  readonly details?: Details;
  readonly severity?: Recorded<Severity>;
  readonly seriousness?: Recorded<Seriousness>;
  /** The latest of each assessor for each product. */
  readonly causality: readonly Recorded<Causality>[];
  /** The latest for each product. */
  readonly expectedness: readonly Recorded<Expectedness>[];
  readonly outcome?: Recorded<Outcome>;
  readonly actions: readonly Recorded<ActionTaken>[];
  readonly voided?: { readonly event: string; readonly reason?: Reason };
  /** Everything as it reads after corrections, in the order of recording. */
  readonly entries: readonly AdverseEventEntry[];
  readonly imported: Imported;
}

export type AdverseEventEntry = EntryOf<Exclude<AdverseEventEvent, { readonly type: 'ValueCorrected' }>>;
type EntryOf<Event> =
  Event extends DomainEvent<infer Type, infer Data>
    ? {
        readonly event: string;
        readonly type: Type;
        readonly data: Data;
        readonly recordedAt: string;
        readonly reason?: Reason;
      }
    : never;

const initial: AdverseEventState = {
  causality: [],
  expectedness: [],
  actions: [],
  entries: [],
  imported: {},
};

// Evolve

function evolve(
  state: AdverseEventState,
  event: AdverseEventEvent,
  { id, recordedAt }: EventRef,
): AdverseEventState {
  if (event.type === 'ValueCorrected') {
    const entries = withCorrection(state.entries, event);
    return entries.reduce(take, { ...initial, imported: state.imported });
  }
  const { flags: _flags, ...data } = event.data;
  const { reason } = event;
  const entry = { event: id, type: event.type, data, recordedAt, reason } as AdverseEventEntry;
  const taken = take(state, entry);
  if (entry.type !== 'AdverseEventReported') return taken;
  const { sourceRecord } = entry.data;
  return { ...taken, imported: withImported(state.imported, sourceRecord, asReported(entry.data)) };
}

export const adverseEventDecider: Decider<AdverseEventState, AdverseEventEvent> = { initial, evolve };

function take(state: AdverseEventState, entry: AdverseEventEntry): AdverseEventState {
  const known: AdverseEventState = { ...state, entries: [...state.entries, entry] };
  if ((entry.data as Voidable).enteredInError === true) return known;
  switch (entry.type) {
    case 'AdverseEventReported': {
      const { adverseEvent, trial, participant, protocolVersion } = entry.data;
      const of = { adverseEvent, trial, participant, protocolVersion };
      return { ...known, of, reportedAt: entry.recordedAt, details: asDetails(asReported(entry.data)) };
    }
    case 'AdverseEventAmended':
      return { ...known, details: asDetails({ ...state.details, ...entry.data }) };
    case 'SeverityAssessed':
      return { ...known, severity: recorded(entry) };
    case 'SeriousnessAssessed':
      return { ...known, seriousness: recorded(entry) };
    case 'CausalityAssessed': {
      const { assessor, product } = entry.data;
      const others = state.causality.filter(each => each.assessor !== assessor || each.product !== product);
      return { ...known, causality: [...others, recorded(entry)] };
    }
    case 'ExpectednessAssessed': {
      const others = state.expectedness.filter(({ product }) => product !== entry.data.product);
      return { ...known, expectedness: [...others, recorded(entry)] };
    }
    case 'AdverseEventOutcomeRecorded': {
      const { end } = entry.data;
      const details = end && state.details ? { ...state.details, end } : state.details;
      return { ...known, outcome: recorded(entry), details };
    }
    case 'ActionTakenRecorded':
      return { ...known, actions: [...state.actions, recorded(entry)] };
    case 'AdverseEventVoided':
      return { ...known, voided: { event: entry.event, reason: entry.reason } };
    default:
      return unknownEvent(entry);
  }
}

interface Voidable {
  /** Set by a correction: the assessment is of another event, or never should have been. It counts no more. */
  readonly enteredInError?: boolean;
}

const recorded = <Data extends object>({ data, event }: { readonly data: Data; readonly event: string }) => ({
  ...data,
  event,
});

/** Whose the event is and where it came from, as opposed to what happened. */
const provenance: readonly string[] = [
  'adverseEvent',
  'trial',
  'participant',
  'protocolVersion',
  'sourceRecord',
] satisfies readonly (keyof Reported)[];

/** What a report says of the event. */
const asReported = (data: Reported): Amendment =>
  Object.fromEntries(Object.entries(data).filter(([field]) => !provenance.includes(field)));

/** Details with the fields that turned out to be unknown left out. */
const asDetails = (details: Amendment): Details =>
  Object.fromEntries(
    Object.entries(details).filter(([, value]) => value !== null && value !== undefined),
  ) as unknown as Details;
