import {
  absent,
  canonicalJson,
  conflict,
  invalid,
  isAfterInstant,
  isPartialDate,
  isZone,
  refuse,
  streamName,
  unknownEvent,
  type ClinicalTime,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type PartialDate,
  type Reason,
  type Rejection,
  type StreamName,
} from '@platform/kernel';
import type { Departure, DepartureCategory, DepartureSeverity } from './departure';

// Stream

/**
 * One deviation from the protocol: `deviation-{id}`. One that followed from an event has an id derived from
 * it.
 */
export const deviationStream = (deviation: string): StreamName => streamName('deviation', deviation);

// Events. These names are the storage format.

export type DeviationEvent =
  | DomainEvent<'DeviationRaised', RaisedDeviation>
  | DomainEvent<'DeviationAssessed', DeviationAssessment>
  | DomainEvent<'DeviationClosed', { readonly closedAt: PartialDate; readonly conclusion: string }>;

export interface RaisedDeviation extends Departure {
  readonly trial: string;
  readonly site: string;
  readonly participant?: string;
  /** Ids of the events that show it; none when a person raised it by hand. */
  readonly causes: readonly string[];
  /** When it happened; absent where that is not known. */
  readonly occurredAt?: ClinicalTime;
  /** When it was noticed. */
  readonly identifiedAt: ClinicalTime;
}

export interface DeviationAssessment {
  readonly category: DepartureCategory;
  readonly severity: DepartureSeverity;
  readonly assessment: string;
  readonly correctiveAction?: string;
  /** Whether the ethics committee is to be told. */
  readonly reportable: boolean;
  readonly assessedAt: PartialDate;
}

// State

export interface DeviationState {
  readonly status: 'absent' | 'raised' | 'assessed' | 'closed';
  readonly raised?: RaisedDeviation;
  /** The latest of the assessments. */
  readonly assessment?: DeviationAssessment;
  readonly closed?: { readonly closedAt: PartialDate; readonly conclusion: string };
}

const initial: DeviationState = { status: 'absent' };

// Evolve

function evolve(state: DeviationState, event: DeviationEvent): DeviationState {
  switch (event.type) {
    case 'DeviationRaised':
      return { ...state, status: 'raised', raised: event.data };
    case 'DeviationAssessed':
      return { ...state, status: 'assessed', assessment: event.data };
    case 'DeviationClosed':
      return { ...state, status: 'closed', closed: event.data };
    default:
      return unknownEvent(event);
  }
}

export const deviationDecider: Decider<DeviationState, DeviationEvent> = { initial, evolve };

// Decisions

type Context = Pick<DecisionContext<DeviationFacts>, 'recordedAt' | 'facts'>;

export interface DeviationFacts {
  readonly trial: string;
  readonly site: string;
  readonly participant?: string;
  /** IANA zone of the site's days. */
  readonly zone: string;
}

export type RaiseCommand = Omit<RaisedDeviation, 'trial' | 'site' | 'participant' | 'causes'> & {
  readonly causes?: readonly string[];
};

/** Opens a deviation. The same one again adds nothing; another one under its id is refused. */
export function raiseDeviation(
  command: RaiseCommand,
  state: DeviationState,
  { facts: { trial, site, participant }, recordedAt }: Context,
): Decision<DeviationEvent> {
  const { occurredAt, identifiedAt } = command;
  const wrong =
    wrongTime('identifiedAt', identifiedAt, recordedAt) ?? wrongTime('occurredAt', occurredAt, recordedAt);
  if (wrong) return wrong;
  const about: Record<string, string> = participant === undefined ? { site } : { site, participant };
  const data = { ...command, trial, site, participant, causes: command.causes ?? [] };
  if (state.raised) return same(state.raised, data) ? [] : idUsed;
  return [{ type: 'DeviationRaised', data, occurredAt, about }];
}

/** Judges a deviation; what was first said of its kind and weight stays in the trail. */
export function assessDeviation(
  { reason, ...assessment }: DeviationAssessment & { readonly reason?: Reason },
  state: DeviationState,
  { facts, recordedAt }: Context,
): Decision<DeviationEvent> {
  const { raised, assessment: before } = state;
  const wrong =
    notOpen(state, facts) ??
    wrongTime('assessedAt', { at: assessment.assessedAt, zone: facts.zone }, recordedAt);
  if (wrong || !raised) return wrong ?? unknown;
  if (before && same(before, assessment)) return [];
  if (before && !reason) {
    return invalid('DEVIATION-REASON', 'reason', 'Say why the deviation is assessed anew.');
  }
  const { category, severity } = before ?? raised;
  const previous = before ? { ...before } : { category, severity };
  return [{ type: 'DeviationAssessed', data: assessment, previous, reason, about: aboutOf(raised) }];
}

/** Ends a deviation that was assessed. */
export function closeDeviation(
  closed: { readonly closedAt: PartialDate; readonly conclusion: string },
  state: DeviationState,
  { facts, recordedAt }: Context,
): Decision<DeviationEvent> {
  const ours = state.raised?.trial === facts.trial && state.raised.site === facts.site;
  if (ours && state.closed && same(state.closed, closed)) return [];
  const wrong =
    notOpen(state, facts) ?? wrongTime('closedAt', { at: closed.closedAt, zone: facts.zone }, recordedAt);
  if (wrong || !state.raised) return wrong ?? unknown;
  if (!state.assessment) {
    return refuse('DEVIATION-ASSESS-FIRST', 'Assess the deviation before you close it.');
  }
  return [{ type: 'DeviationClosed', data: closed, about: aboutOf(state.raised) }];
}

// What the decisions above share

const unknown = absent('DEVIATION-UNKNOWN', 'There is no deviation with this id.');

const idUsed = conflict('DEVIATION-ID-USED', 'This id belongs to another deviation. Choose a new one.');

/** A deviation of another trial or site is as good as none. */
function notOpen({ raised, closed }: DeviationState, facts: DeviationFacts): Rejection | undefined {
  if (!raised || raised.trial !== facts.trial || raised.site !== facts.site) return unknown;
  if (!closed) return undefined;
  return conflict('DEVIATION-CLOSED', `This deviation was closed (${closed.closedAt}). Raise another one.`);
}

function wrongTime(field: string, time: ClinicalTime | undefined, recordedAt: string): Rejection | undefined {
  if (time === undefined) return undefined;
  if (!isPartialDate(time.at) || !isZone(time.zone))
    return invalid('RECORD-DATE', field, 'This is no date and zone.');
  return isAfterInstant(time, recordedAt)
    ? invalid('RECORD-FUTURE', field, `${time.at} has not come yet.`)
    : undefined;
}

const aboutOf = ({ site, participant }: RaisedDeviation): Record<string, string> =>
  participant === undefined ? { site } : { site, participant };

const same = (known: object, given: object): boolean => canonicalJson(known) === canonicalJson(given);
