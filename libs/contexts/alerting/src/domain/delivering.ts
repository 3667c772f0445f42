import {
  absent,
  conflict,
  derivedId,
  refuse,
  toInstant,
  type Decision,
  type DecisionContext,
  type Rejection,
} from '@platform/kernel';
import {
  deliveryOf,
  hasBegun,
  messageIdOf,
  stepDueAt,
  type AlertEvent,
  type AlertState,
  type Delivery,
  type DeliveryKey,
  type Handled,
  type RaisedAlert,
  type Recipient,
} from './alert';
import type { ContactState } from './contact';
import type { LadderRole, LadderStep } from './policy';
import { quietUntil } from './quiet-hours';

type At = Pick<DecisionContext, 'recordedAt'>;

/** An account that may be a recipient, as it stands when a step begins. */
export interface Reachable {
  readonly user: string;
  /** Roles that count at the alert's trial and site. */
  readonly roles: readonly string[];
  readonly contact: ContactState;
}

export interface EscalationFacts {
  readonly people: readonly Reachable[];
  readonly onCall: readonly string[];
}

export const unknownAlert = absent('ALERT-UNKNOWN', 'There is no alert with this id.');

/**
 * Begins a step of the ladder: looks up whom it reaches, and over which of their contact points. Nothing when somebody
 * has acknowledged the alert, or when the step has begun before. A person whom an earlier step's message is still under
 * way to gets no second one over the same point.
 */
export function escalateAlert(
  { step }: { readonly step: number },
  state: AlertState,
  { recordedAt, facts }: At & { readonly facts: EscalationFacts },
): Decision<AlertEvent> {
  const [raised, dueAt] = [state.raised, stepDueAt(state, step)];
  if (!raised || dueAt === undefined) return unknownAlert;
  if (state.status !== 'open' || hasBegun(state, step)) return [];
  if (Date.parse(recordedAt) < dueAt) {
    return refuse('ALERT-STEP-EARLY', `This step is due at ${toInstant(dueAt)}.`);
  }
  return [beginStep(step, raised, state, { recordedAt, facts })];
}

/** A step begins: whom it reaches of the people who are there. */
export function beginStep(
  step: number,
  raised: RaisedAlert,
  { deliveries }: Pick<AlertState, 'deliveries'>,
  { recordedAt, facts }: At & { readonly facts: EscalationFacts },
): AlertEvent {
  const recipients = facts.people
    .filter(({ user, roles }) => isMeant(raised.ladder[step]!, user, roles, facts))
    .map(person => recipientOf(person, raised, deliveries, recordedAt));
  return { type: 'AlertEscalated', data: { step, recipients } };
}

function isMeant(
  { roles: wanted, users = [] }: LadderStep,
  user: string,
  held: readonly string[],
  { onCall, people }: EscalationFacts,
): boolean {
  if (users.includes(user)) return true;
  const onDuty = people.filter(each => onCall.includes(each.user) && each.roles.includes('safetyOfficer'));
  const isOnCall =
    onDuty.length > 0 ? onDuty.some(each => each.user === user) : held.includes('safetyOfficer');
  const holds = (role: LadderRole): boolean => (role === 'sponsorOnCall' ? isOnCall : held.includes(role));
  return wanted.some(holds);
}

function recipientOf(
  { user, contact: { points, quiet } }: Reachable,
  { kind }: RaisedAlert,
  deliveries: readonly Delivery[],
  recordedAt: string,
): Recipient {
  const isUnderWay = (point: string): boolean =>
    deliveries.some(each => each.recipient === user && each.point === point && each.status === 'pending');
  const notBefore = quietUntil(quiet, kind, recordedAt);
  return {
    user,
    points: points
      .filter(({ kinds, point }) => (kinds?.includes(kind) ?? true) && !isUnderWay(point))
      .map(({ point, address: { channel } }) => ({ point, channel, notBefore })),
  };
}

export interface DeliveryReport extends DeliveryKey {
  /** Which attempt it was; from 1. */
  readonly attempt: number;
  /** Absent when it was delivered: a code. */
  readonly failure?: string;
  readonly detail?: string;
  readonly reference?: string;
  /** Whether another attempt may end otherwise. */
  readonly retry?: boolean;
  readonly retryAfterMs?: number;
}

/**
 * Writes down how an attempt ended, once for each attempt, and one delivery for each recipient, point and step. A
 * message that was sent although the alert was closed meanwhile is written down as sent.
 */
export function recordDelivery(
  report: DeliveryReport,
  state: AlertState,
  { recordedAt, target }: At & { readonly target: Readonly<Record<string, string>> },
): Decision<AlertEvent> {
  const delivery = deliveryOf(state, report);
  if (!state.raised || !delivery) return unknownAlert;
  const { step, recipient, point, attempt, failure, detail, reference } = report;
  if (delivery.status === 'delivered' || attempt <= delivery.attempts) return [];
  const message = messageIdOf(target.alert!, step, recipient, point);
  const of = { step, recipient, point, channel: delivery.channel, message, attempt };
  if (failure === undefined) return [{ type: 'AlertDelivered', data: { ...of, reference } }];
  const nextAttemptAt =
    delivery.status === 'pending' ? nextAttempt(report, delivery, message, recordedAt) : undefined;
  return [
    { type: 'AlertDeliveryFailed', data: { ...of, kind: state.raised.kind, failure, detail, nextAttemptAt } },
  ];
}

export const backOff = {
  firstMs: 5_000,
  longestMs: 15 * 60_000,
  /** From the first attempt; a message that did not arrive by then is abandoned. */
  givenUpAfterMs: 24 * 60 * 60_000,
} as const;

/**
 * When to try again: twice as long after each failure up to the longest, half of it left to chance, so that messages
 * that failed together do not come back together. The chance follows from the message's id, so that a replay says the
 * same.
 */
function nextAttempt(
  { retry, attempt, retryAfterMs = 0 }: DeliveryReport,
  { firstAttemptAt }: Delivery,
  message: string,
  recordedAt: string,
): string | undefined {
  if (retry === false) return undefined;
  const now = Date.parse(recordedAt);
  const fullMs = Math.min(backOff.firstMs * 2 ** (attempt - 1), backOff.longestMs);
  const chance = Number.parseInt(derivedId(message, String(attempt)).slice(0, 8), 16) / 2 ** 32;
  const ownMs = Math.round(fullMs / 2 + (fullMs / 2) * chance);
  const next = now + Math.max(ownMs, Math.min(retryAfterMs, backOff.longestMs * 4));
  const givenUp = Date.parse(firstAttemptAt ?? recordedAt) + backOff.givenUpAfterMs;
  return next < givenUp ? toInstant(next) : undefined;
}

interface OfSite {
  /** Site of the request's path; absent for somebody who speaks for the whole trial. */
  readonly site?: string;
  readonly trial?: string;
}

/** An alert of another trial or site is as good as none. */
export function isOfTarget({ raised }: AlertState, { trial, site }: OfSite): boolean {
  return raised !== undefined && raised.trial === trial && (site === undefined || raised.site === site);
}

type ByPerson = Pick<DecisionContext, 'actor'> & { readonly target: OfSite };

/** Somebody has taken notice: no further step begins. What is under way to others still arrives. */
export function acknowledgeAlert(
  { comment }: Pick<Handled, 'comment'>,
  state: AlertState,
  { actor, target }: ByPerson,
): Decision<AlertEvent> {
  if (!isOfTarget(state, target)) return unknownAlert;
  if (state.status === 'acknowledged') return [];
  if (state.status === 'closed') return closedAlready;
  return [{ type: 'AlertAcknowledged', data: { by: actor.user, comment } }];
}

/** Ends an alert. Messages that wait are not sent any more, so who has not acknowledged it says why. */
export function closeAlert(
  { comment }: Pick<Handled, 'comment'>,
  state: AlertState,
  { actor, target }: ByPerson,
): Decision<AlertEvent> {
  if (!isOfTarget(state, target)) return unknownAlert;
  if (state.status === 'closed') return [];
  if (state.status === 'open' && comment === undefined) return withoutComment;
  return [{ type: 'AlertClosed', data: { by: actor.user, comment } }];
}

const closedAlready: Rejection = conflict('ALERT-CLOSED', 'This alert was closed.');

const withoutComment: Rejection = refuse(
  'ALERT-ACKNOWLEDGE-FIRST',
  'Nobody has acknowledged this alert. Acknowledge it first, or say in the comment why it is closed.',
  { field: 'comment' },
);
