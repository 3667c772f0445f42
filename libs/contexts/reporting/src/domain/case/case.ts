import {
  parsePosition,
  streamName,
  unknownEvent,
  type Decider,
  type EventRef,
  type Reason,
  type StreamName,
} from '@platform/kernel';
import type {
  Cause,
  Fulfilment,
  OfClock,
  OpenedObligation,
  Reanchoring,
  ReportingCaseEvent,
  ReportingClock,
  Superseding,
} from './events';

// Stream

/**
 * All obligations of one cause: `reportingCase-{adverseEvent}`, or under an id that follows from the command where a
 * person opens one that is about no adverse event.
 */
export const reportingCaseStream = (reportingCase: string): StreamName =>
  streamName('reportingCase', reportingCase);

// Events: see events.ts

// State

export const obligationStatuses = ['open', 'fulfilled', 'waived', 'superseded'] as const;
export type ObligationStatus = (typeof obligationStatuses)[number];

/** A clock with when it stood in the record, and why it came and went. */
export interface ClockRun extends ReportingClock {
  readonly event: string;
  /** From when on it stood here: server's instant, UTC. */
  readonly since: string;
  readonly why: 'opened' | 'ruleSetActivated' | Reanchoring['why'];
  readonly because: readonly string[];
  readonly cause?: Cause;
  readonly reason?: Reason;
  /** What ended it; absent while it runs. */
  readonly ended?: Ending;
}

export interface Ending {
  readonly event: string;
  readonly at: string;
  readonly by: 'reanchored' | 'fulfilled' | 'waived' | 'superseded';
}

type Stamped<Data> = Omit<Data, 'obligation'> & { readonly event: string; readonly recordedAt: string };

export interface Obligation extends Omit<OpenedObligation, 'clock' | 'because' | 'cause' | 'why'> {
  readonly status: ObligationStatus;
  /** All clocks that it ever had; the last is the one that counts. */
  readonly clocks: readonly ClockRun[];
  readonly superseded?: Stamped<Superseding>;
  readonly fulfilled?: Stamped<Fulfilment>;
  readonly waived?: Stamped<object> & { readonly reason?: Reason };
  /** What was noted of the time, by clock; the highest share last. */
  readonly notes: readonly (Stamped<OfClock> & { readonly share: 50 | 80 | 100 })[];
  /** The first that was missed: a later clock does not undo it. */
  readonly missed?: Stamped<OfClock>;
}

export interface ReportingCaseState {
  readonly obligations: readonly Obligation[];
  /** Place in the log of the last event that a review acted upon; decimal text. */
  readonly reviewedUpTo?: string;
}

// Evolve

function evolve(
  state: ReportingCaseState,
  event: ReportingCaseEvent,
  { id, recordedAt }: EventRef,
): ReportingCaseState {
  const stamped = { event: id, recordedAt };
  switch (event.type) {
    case 'ObligationOpened': {
      const { clock, because, cause, why = 'opened', ...opened } = event.data;
      const run: ClockRun = { ...clock, event: id, since: recordedAt, why, because, cause };
      const obligation: Obligation = { ...opened, status: 'open', clocks: [run], notes: [] };
      return reviewed({ ...state, obligations: [...state.obligations, obligation] }, cause);
    }
    case 'ObligationReanchored': {
      const { clock, because, cause, why } = event.data;
      const run: ClockRun = {
        ...clock,
        event: id,
        since: recordedAt,
        why,
        because,
        cause,
        reason: event.reason,
      };
      const next = changed(state, event, known => ({
        ...known,
        clocks: [...endedBy(known.clocks, { event: id, at: recordedAt, by: 'reanchored' }), run],
      }));
      return reviewed(next, cause);
    }
    case 'ObligationSuperseded': {
      const { obligation: _, ...superseded } = event.data;
      const next = changed(state, event, known => ({
        ...ending(known, 'superseded', id, recordedAt),
        superseded: { ...superseded, ...stamped },
      }));
      return reviewed(next, event.data.cause);
    }
    case 'ObligationFulfilled': {
      const { obligation: _, ...fulfilled } = event.data;
      return changed(state, event, known => ({
        ...ending(known, 'fulfilled', id, recordedAt),
        fulfilled: { ...fulfilled, ...stamped },
      }));
    }
    case 'ObligationWaived':
      return changed(state, event, known => ({
        ...ending(known, 'waived', id, recordedAt),
        waived: { ...stamped, reason: event.reason },
      }));
    case 'ObligationThresholdReached':
      return changed(state, event, known => noted(known, event.data, event.data.share, stamped));
    case 'ObligationMissed':
      return changed(state, event, known => noted(known, event.data, 100, stamped));
    default:
      return unknownEvent(event);
  }
}

export const reportingCaseDecider: Decider<ReportingCaseState, ReportingCaseEvent> = {
  initial: { obligations: [] },
  evolve,
};

const changed = (
  state: ReportingCaseState,
  { data: { obligation } }: ReportingCaseEvent,
  change: (known: Obligation) => Obligation,
): ReportingCaseState => ({
  ...state,
  obligations: state.obligations.map(known => (known.obligation === obligation ? change(known) : known)),
});

/** A clock ends once: what was superseded before it was known to be fulfilled ended by the former. */
const endedBy = (clocks: readonly ClockRun[], ended: Ending): ClockRun[] =>
  clocks.map(clock => (clock.ended ? clock : { ...clock, ended }));

const ending = (known: Obligation, status: Exclude<ObligationStatus, 'open'>, event: string, at: string) => ({
  ...known,
  status,
  clocks: endedBy(known.clocks, { event, at, by: status }),
});

function noted(
  known: Obligation,
  { obligation: _, ...data }: OfClock,
  share: 50 | 80 | 100,
  stamped: { readonly event: string; readonly recordedAt: string },
): Obligation {
  const { clock, due, notedAt } = data;
  const note = { clock, due, notedAt, share, ...stamped };
  const missed = known.missed ?? (share === 100 ? { clock, due, notedAt, ...stamped } : undefined);
  return { ...known, notes: [...known.notes, note], missed };
}

const reviewed = (state: ReportingCaseState, cause: Cause | undefined): ReportingCaseState =>
  cause === undefined || isReviewed(state, cause) ? state : { ...state, reviewedUpTo: cause.position };

// What others ask of the state

/** Whether a review has acted upon this event, or upon a later one: a repeated review must not go back behind it. */
export const isReviewed = ({ reviewedUpTo }: ReportingCaseState, { position }: Cause): boolean =>
  reviewedUpTo !== undefined && parsePosition(position)! <= parsePosition(reviewedUpTo)!;

/** The clock that counts. */
export const clockOf = ({ clocks }: Pick<Obligation, 'clocks'>): ClockRun => clocks.at(-1)!;

/** What every event of an obligation is about, beside its case. */
export function aboutOf({
  obligation,
  site,
  participant,
  adverseEvent,
}: Pick<Obligation, 'obligation' | 'site' | 'participant' | 'adverseEvent'>): Record<string, string> {
  return {
    ...{ obligation, site },
    ...(participant !== undefined && { participant }),
    ...(adverseEvent !== undefined && { adverseEvent }),
  };
}

export const isOpen = ({ status }: Obligation): boolean => status === 'open';
