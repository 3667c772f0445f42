import type { ClinicalTime, DomainEvent, PartialDate } from '@platform/kernel';
import type { AnchorKind, Party } from '../rules/rule';
import type { RuleOfSet } from '../rules/rule-sets';

// Events. These names are the storage format.

export type ReportingCaseEvent =
  | DomainEvent<'ObligationOpened', OpenedObligation>
  | DomainEvent<'ObligationReanchored', Reanchoring>
  | DomainEvent<'ObligationSuperseded', Superseding>
  | DomainEvent<'ObligationFulfilled', Fulfilment>
  | DomainEvent<'ObligationWaived', OfObligation>
  | DomainEvent<'ObligationThresholdReached', OfClock & { readonly share: 50 | 80 }>
  | DomainEvent<'ObligationMissed', OfClock>;

export interface OfObligation {
  readonly obligation: string;
}

/** The event that brought something about, and its place in the log; absent where a person did. */
export interface Cause {
  readonly event: string;
  /** Decimal text. */
  readonly position: string;
}

/** One way to read a limit. */
export interface LimitReading {
  /** `limit`: as it stands; `text` and `operational`: of "immediately"; `dueDate` and `sending`: of "following". */
  readonly reading: 'limit' | 'text' | 'operational' | 'dueDate' | 'sending';
  /** Where it begins: instant, UTC. */
  readonly from: string;
  /** In words: `7 days, inclusive`. */
  readonly limit: string;
  /** The last instant that is in time, UTC; absent for "immediately". */
  readonly due?: string;
}

/** One clock that an obligation had: it is never changed, only followed by another one. */
export interface ReportingClock {
  /** From 1. */
  readonly number: number;
  readonly anchor: AnchorKind;
  /** Day 0 as it was told, with its precision. */
  readonly anchorAt: ClinicalTime;
  /** The earliest moment that this can mean (UTC), from which the reading counts that is due first. */
  readonly start: string;
  readonly readings: readonly LimitReading[];
  /** The earliest of the readings: the last instant in time, UTC. */
  readonly due: string;
  /** The same on the clock of `zone`, whose days are counted. */
  readonly dueLocal: PartialDate;
  readonly zone: string;
}

interface Explained {
  readonly clock: ReportingClock;
  /** The facts of the case that made it. */
  readonly because: readonly string[];
  readonly cause?: Cause;
}

/** Carries the whole rule, so that it can be explained when the software's tables have long changed. */
export interface OpenedObligation extends OfObligation, RuleOfSet, Explained {
  readonly trial: string;
  readonly site: string;
  readonly participant?: string;
  readonly adverseEvent?: string;
  /** Expectedness was not judged yet: it runs until somebody judges. */
  readonly provisional: boolean;
  /** The obligation that this one follows up. */
  readonly parent?: string;
  /** It follows from rules that were activated when the case was known already, and may have been due before. */
  readonly why?: 'ruleSetActivated';
  /** What a person saw, who opened it by hand. */
  readonly description?: string;
}

export interface Reanchoring extends OfObligation, Explained {
  readonly why: 'anchorCorrected' | 'initialReport' | 'person';
}

export interface Superseding extends OfObligation {
  /** The obligation that takes its place. */
  readonly by?: string;
  readonly why:
    'upgrade' | 'downgrade' | 'voided' | 'anchorWithdrawn' | 'initialSuperseded' | 'initialWaived';
  readonly because: readonly string[];
  readonly cause: Cause;
}

export interface Fulfilment extends OfObligation {
  /** Of what was sent: a number of the receiver, of a file, of a letter. */
  readonly reference: string;
  readonly sentAt: ClinicalTime;
  /** Coded: a user's id, or a kind of person. */
  readonly sentBy: string;
  readonly sentTo: readonly Party[];
  /** Whether even the last moment that `sentAt` can mean was in time. */
  readonly inTime: boolean;
}

export interface OfClock extends OfObligation {
  readonly clock: number;
  /** The last instant in time, UTC. */
  readonly due: string;
  /** When it was noticed: later than it came, when nothing was running then. */
  readonly notedAt: string;
}
