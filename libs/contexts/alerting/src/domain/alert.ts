import {
  derivedId,
  streamName,
  unknownEvent,
  type Decider,
  type DomainEvent,
  type EventRef,
  type StreamName,
} from '@platform/kernel';
import type { AlertChannel, AlertKind, AlertPriority } from './kinds';
import type { LadderStep } from './policy';

// Stream

/** One alert: `alert-{id}`. */
export const alertStream = (alert: string): StreamName => streamName('alert', alert);

/** One event raises one alert under one rule, however often it is considered. */
export const alertIdOf = (event: string, rule: string): string => derivedId('alert', event, rule);

// Events. These names are the storage format.

export type AlertEvent =
  | DomainEvent<'AlertRaised', RaisedAlert>
  | DomainEvent<'AlertEscalated', Escalation>
  | DomainEvent<'AlertDelivered', DeliveredAlert>
  | DomainEvent<'AlertDeliveryFailed', FailedDelivery>
  | DomainEvent<'AlertAcknowledged', Handled>
  | DomainEvent<'AlertClosed', Handled>;

export interface RaisedAlert {
  readonly kind: AlertKind;
  readonly rule: string;
  readonly priority: AlertPriority;
  readonly trial: string;
  readonly site?: string;
  readonly participant?: string;
  /** Ids and codes of what it is about: `adverseEvent`, `infusion`, `obligation`. */
  readonly about: Readonly<Record<string, string>>;
  /** The event that it follows from; absent where the software itself lags. */
  readonly cause?: { readonly event: string; readonly type: string; readonly position: string };
  /** As the trial's policy had it then. */
  readonly ladder: readonly LadderStep[];
}

/** A step of the ladder has begun. Whom it reaches was looked up at that moment. */
export interface Escalation {
  readonly step: number;
  readonly recipients: readonly Recipient[];
}

export interface Recipient {
  readonly user: string;
  /** None: the person finds the alert in the inbox only. */
  readonly points: readonly RecipientPoint[];
}

export interface RecipientPoint {
  readonly point: string;
  readonly channel: AlertChannel;
  /** Not before this instant (UTC): the person's quiet hours end there. */
  readonly notBefore?: string;
}

/** A message to one point of one recipient in one step. */
interface OfDelivery {
  readonly step: number;
  readonly recipient: string;
  readonly point: string;
  readonly channel: AlertChannel;
  /** Id of the message, the same in all attempts. */
  readonly message: string;
  readonly attempt: number;
}

export interface DeliveredAlert extends OfDelivery {
  /** What the other side calls it. */
  readonly reference?: string;
}

export interface FailedDelivery extends OfDelivery {
  /** Of the alert. */
  readonly kind: AlertKind;
  /** A code, never what the other side wrote. */
  readonly failure: string;
  readonly detail?: string;
  /** Absent: it was the last attempt, and the message is abandoned. */
  readonly nextAttemptAt?: string;
}

/** What a person did about it. */
export interface Handled {
  /** Id of the account. */
  readonly by: string;
  readonly comment?: string;
}

// State

export type AlertStatus = 'absent' | 'open' | 'acknowledged' | 'closed';

export interface AlertState {
  readonly status: AlertStatus;
  readonly raised?: RaisedAlert;
  /** Server's instant, UTC. */
  readonly raisedAt?: string;
  readonly steps: readonly (Escalation & { readonly at: string })[];
  /** Every message of every step that has begun. */
  readonly deliveries: readonly Delivery[];
  readonly acknowledged?: Handled & { readonly at: string };
  readonly closed?: Handled & { readonly at: string };
}

export interface Delivery extends Omit<OfDelivery, 'attempt' | 'message'> {
  readonly status: 'pending' | 'delivered' | 'abandoned' | 'dropped';
  /** Attempts so far. */
  readonly attempts: number;
  readonly firstAttemptAt?: string;
  /** When the next attempt is due, UTC; absent unless pending. */
  readonly dueAt?: string;
}

const initial: AlertState = { status: 'absent', steps: [], deliveries: [] };

/** Stable over the attempts of one step; a later step that reminds the same person is another message. */
export const messageIdOf = (alert: string, step: number, recipient: string, point: string): string =>
  derivedId('alertMessage', alert, String(step), recipient, point);

// Evolve

function evolve(state: AlertState, event: AlertEvent, { recordedAt }: EventRef): AlertState {
  switch (event.type) {
    case 'AlertRaised':
      return { ...state, status: 'open', raised: event.data, raisedAt: recordedAt };
    case 'AlertEscalated':
      return {
        ...state,
        steps: [...state.steps, { ...event.data, at: recordedAt }],
        deliveries: [...state.deliveries, ...begun(event.data, recordedAt)],
      };
    case 'AlertDelivered':
      return tried(state, event.data, () => ({ status: 'delivered', dueAt: undefined }), recordedAt);
    case 'AlertDeliveryFailed': {
      const { nextAttemptAt } = event.data;
      const status = nextAttemptAt === undefined ? 'abandoned' : 'pending';
      return tried(
        state,
        event.data,
        before => ({
          status: before.status === 'pending' ? status : before.status,
          dueAt: before.status === 'pending' ? nextAttemptAt : undefined,
        }),
        recordedAt,
      );
    }
    case 'AlertAcknowledged':
      return { ...state, status: 'acknowledged', acknowledged: { ...event.data, at: recordedAt } };
    case 'AlertClosed': {
      const deliveries = state.deliveries.map(dropped);
      return { ...state, status: 'closed', closed: { ...event.data, at: recordedAt }, deliveries };
    }
    default:
      return unknownEvent(event);
  }
}

export const alertDecider: Decider<AlertState, AlertEvent> = { initial, evolve };

const begun = ({ step, recipients }: Escalation, at: string): Delivery[] =>
  recipients.flatMap(({ user, points }) =>
    points.map(({ point, channel, notBefore }) => ({
      ...{ step, recipient: user, point, channel },
      ...{ status: 'pending' as const, attempts: 0, dueAt: notBefore ?? at },
    })),
  );

const sameDelivery = (a: DeliveryKey, b: DeliveryKey): boolean =>
  a.step === b.step && a.recipient === b.recipient && a.point === b.point;

function tried(
  state: AlertState,
  of: OfDelivery,
  change: (before: Delivery) => Pick<Delivery, 'status' | 'dueAt'>,
  at: string,
): AlertState {
  const deliveries = state.deliveries.map(each =>
    sameDelivery(each, of)
      ? { ...each, ...change(each), attempts: of.attempt, firstAttemptAt: each.firstAttemptAt ?? at }
      : each,
  );
  return { ...state, deliveries };
}

const dropped = (delivery: Delivery): Delivery =>
  delivery.status === 'pending' ? { ...delivery, status: 'dropped', dueAt: undefined } : delivery;

// What others ask of it

export type DeliveryKey = Pick<Delivery, 'step' | 'recipient' | 'point'>;

export const deliveryOf = ({ deliveries }: AlertState, key: DeliveryKey): Delivery | undefined =>
  deliveries.find(each => sameDelivery(each, key));

export const hasBegun = ({ steps }: AlertState, step: number): boolean =>
  steps.some(each => each.step === step);

/** Whether the first step of a ladder waits for nothing. */
export const beginsAtOnce = ({ ladder }: Pick<RaisedAlert, 'ladder'>): boolean =>
  ladder[0]?.afterMinutes === 0;

/** When a step of the ladder is due, epoch milliseconds; undefined for one that the ladder does not have. */
export function stepDueAt({ raised, raisedAt }: AlertState, step: number): number | undefined {
  const found = raised?.ladder[step];
  return found && raisedAt !== undefined ? Date.parse(raisedAt) + found.afterMinutes * 60_000 : undefined;
}
