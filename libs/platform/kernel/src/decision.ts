import type { DomainEvent } from './event';
import type { Actor, FactCitation } from './record/envelope';

/**
 * Why a command was not accepted. The rule's id is stable: it goes to the caller, to the audit trail and to the
 * documentation. Texts are for a coordinator at two in the morning: what is wrong, and what to do.
 */
export interface Rejection {
  readonly rejected: RejectionKind;
  readonly rule: string;
  readonly reason: string;
  /** Path of the field that is to blame, when one is: `results[2].unit`. */
  readonly field?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/**
 * `refused`: a rule of the trial; `invalid`: the input says something impossible; `absent`: no such thing;
 * `conflict`: another state.
 */
export type RejectionKind = 'refused' | 'invalid' | 'absent' | 'conflict';

export type Decision<Event extends DomainEvent> = readonly Event[] | Rejection;

type Details = Pick<Rejection, 'field' | 'evidence'>;

export const refuse = (rule: string, reason: string, details: Details = {}): Rejection => ({
  rejected: 'refused',
  rule,
  reason,
  ...details,
});

export const invalid = (rule: string, field: string, reason: string): Rejection => ({
  rejected: 'invalid',
  rule,
  field,
  reason,
});

export const absent = (rule: string, reason: string): Rejection => ({ rejected: 'absent', rule, reason });

export const conflict = (rule: string, reason: string, details: Details = {}): Rejection => ({
  rejected: 'conflict',
  rule,
  reason,
  ...details,
});

export const isRejection = (decision: unknown): decision is Rejection =>
  typeof decision === 'object' && decision !== null && 'rejected' in decision;

/** What a decision may know beyond its command and its own state; all of it is recorded with the events. */
export interface DecisionContext<Facts = undefined> {
  /** The server's instant that the events will carry, UTC. */
  readonly recordedAt: string;
  readonly actor: Actor;
  /** The command's id; new identifiers are derived from it. */
  readonly commandId: string;
  /** Values of other streams, with the positions they stood at. */
  readonly facts: Facts;
}

export type { FactCitation };
