import type { DecisionContext, PartialDate } from '@platform/kernel';
import type { Intervention } from '@trial/protocol';
import type { Weight } from './events';
import type { KnownRecall } from './recall/recall';

/** What a decision on treatment knows of the participant, the site and the protocol: values, read for it and cited. */
export interface TreatmentFacts {
  /** IANA zone of the site, for commands that name none. */
  readonly zone: string;
  /** The version that the participant is pinned to. */
  readonly protocolVersion?: string;
  readonly interventions: readonly Intervention[];
  /** When the participant was enrolled; absent when never. Undefined `at`: enrolled, on an unknown day. */
  readonly enrolled?: { readonly at?: PartialDate; readonly event: string };
  readonly absences: readonly Absence[];
  readonly weights: readonly Weight[];
  /** Of the trial, those entered in error left out. */
  readonly recalls: readonly KnownRecall[];
}

/** A time during which the trial's treatment is not to be given: after a withdrawal or a death. */
export interface Absence {
  readonly status: string;
  /** Undefined when the day is not known. */
  readonly from?: PartialDate;
  /** The day on which it ended, by a new consent. */
  readonly until?: PartialDate;
  /** Id of the event that began it. */
  readonly event: string;
}

export type Context = Pick<DecisionContext<TreatmentFacts>, 'recordedAt' | 'actor' | 'commandId' | 'facts'>;
