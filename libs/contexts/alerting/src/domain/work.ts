import type { RecordedEvent } from '@platform/kernel';
import {
  beginsAtOnce,
  messageIdOf,
  stepDueAt,
  type AlertState,
  type DeliveryKey,
  type Escalation,
  type FailedDelivery,
  type RaisedAlert,
} from './alert';

/*
 * What is to be done for an alert, and when. It follows from the alert's events, so that a queue that was lost is
 * filled again with the same jobs under the same ids.
 */

export const stepKind = 'alert-step';
export const deliveryKind = 'alert-delivery';

export interface AlertWork {
  readonly id: string;
  readonly kind: typeof stepKind | typeof deliveryKind;
  /** Ids only. */
  readonly refs: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly runAt: number;
}

const stepWork = (alert: string, trial: string, step: number, runAt: number): AlertWork => ({
  id: `${stepKind}.${alert}.${step}`,
  kind: stepKind,
  refs: { alert, trial, step: String(step) },
  runAt,
});

function deliveryWork(
  alert: string,
  trial: string,
  { step, recipient, point }: DeliveryKey,
  attempt: number,
  dueAt: string,
): AlertWork {
  return {
    id: `${deliveryKind}.${messageIdOf(alert, step, recipient, point)}.${attempt}`,
    kind: deliveryKind,
    refs: { alert, trial, step: String(step), recipient, point, attempt: String(attempt) },
    runAt: Date.parse(dueAt),
  };
}

/**
 * What follows from one event of an alert. A first step that begins at once is begun with the raising. Where it is not,
 * in a process that makes up a history, it is open, and is found as such.
 */
export function workAfter({
  type,
  data,
  metadata: { subject, recordedAt },
}: RecordedEvent): readonly AlertWork[] {
  const { alert, trial } = subject;
  if (alert === undefined || trial === undefined) return [];
  switch (type) {
    case 'AlertRaised': {
      const raised = data as unknown as RaisedAlert;
      const state: AlertState = { status: 'open', raised, raisedAt: recordedAt, steps: [], deliveries: [] };
      return raised.ladder
        .map((_, step) => stepWork(alert, trial, step, stepDueAt(state, step)!))
        .slice(beginsAtOnce(raised) ? 1 : 0);
    }
    case 'AlertEscalated': {
      const { step, recipients } = data as unknown as Escalation;
      return recipients.flatMap(({ user, points }) =>
        points.map(({ point, notBefore = recordedAt }) =>
          deliveryWork(alert, trial, { step, recipient: user, point }, 1, notBefore),
        ),
      );
    }
    case 'AlertDeliveryFailed': {
      const { nextAttemptAt, attempt, ...of } = data as unknown as FailedDelivery;
      return nextAttemptAt === undefined ? [] : [deliveryWork(alert, trial, of, attempt + 1, nextAttemptAt)];
    }
    default:
      return [];
  }
}

/** Everything that is still to be done for an alert. */
export function openWork(alert: string, state: AlertState): readonly AlertWork[] {
  const { raised, status } = state;
  if (!raised) return [];
  const { trial } = raised;
  const steps = raised.ladder.flatMap((_, step) =>
    status === 'open' && !state.steps.some(begun => begun.step === step)
      ? [stepWork(alert, trial, step, stepDueAt(state, step)!)]
      : [],
  );
  const deliveries = state.deliveries.flatMap(each =>
    each.dueAt === undefined ? [] : [deliveryWork(alert, trial, each, each.attempts + 1, each.dueAt)],
  );
  return [...steps, ...deliveries];
}
