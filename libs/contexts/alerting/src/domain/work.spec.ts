import { recorded } from '@platform/views/testing';
import { evolveRecorded } from '@platform/commands';
import { alert, escalated, investigator, raised, safetyOfficer, trial } from '../testing/alerts';
import { alertDecider, alertStream, messageIdOf, type AlertEvent, type AlertState } from './alert';
import { openWork, workAfter, type AlertWork } from './work';

const key = { step: 0, recipient: 'investigator-03', point: 'point-of-investigator-03' };
const of = { ...key, channel: 'webhook' as const, message: messageIdOf(alert, 0, key.recipient, key.point) };
const failed = (attempt: number, nextAttemptAt?: string): AlertEvent => ({
  type: 'AlertDeliveryFailed',
  data: { ...of, attempt, kind: 'sae', failure: 'server-error', nextAttemptAt },
});
const delivered: AlertEvent = { type: 'AlertDelivered', data: { ...of, attempt: 2 } };
const acknowledged: AlertEvent = { type: 'AlertAcknowledged', data: { by: 'investigator-03' } };
const closed: AlertEvent = { type: 'AlertClosed', data: { by: 'investigator-03' } };

const eventsOf = (...events: AlertEvent[]) =>
  recorded(events.map(event => ({ stream: alertStream(alert), event, subject: { trial, alert } })));
const stateOf = (...events: AlertEvent[]): AlertState =>
  eventsOf(...events).reduce(
    (state, event) => evolveRecorded(alertDecider, state, event),
    alertDecider.initial,
  );
const open = (...events: AlertEvent[]): string[] => openWork(alert, stateOf(...events)).map(({ id }) => id);
const job = (attempt: number): string => `alert-delivery.${of.message}.${attempt}`;

const stepAt = (recordedAt: string, step: number, minutes: number): AlertWork => ({
  ...{ id: `alert-step.${alert}.${step}`, kind: 'alert-step' },
  refs: { alert, trial, step: String(step) },
  runAt: Date.parse(recordedAt) + minutes * 60_000,
});

test('the raising makes a job of each step that does not begin with it, at the step’s time', () => {
  const [event] = eventsOf(raised());
  const { recordedAt } = event!.metadata;
  expect(workAfter(event!)).toEqual([stepAt(recordedAt, 1, 15), stepAt(recordedAt, 2, 30)]);
  const [slow] = eventsOf(raised({ ladder: [{ afterMinutes: 5, roles: ['investigator'] }] }));
  expect(workAfter(slow!)).toEqual([stepAt(slow!.metadata.recordedAt, 0, 5)]);
});

test('where an alert was raised alone, its first step is open at once', () => {
  const [event] = eventsOf(raised());
  expect(openWork(alert, stateOf(raised()))[0]).toEqual(stepAt(event!.metadata.recordedAt, 0, 0));
});

test('what follows from each event is what is open behind it, under the same ids', () => {
  const next = '2024-03-05T12:00:10.000Z';
  const story = [raised(), escalated(0, investigator), failed(1, next), failed(2)];
  const known = new Map<string, unknown>();
  for (const [index, event] of eventsOf(...story).entries()) {
    for (const work of workAfter(event)) known.set(work.id, work);
    // The first step is begun in the append that raises the alert.
    if (index === 0) continue;
    for (const work of openWork(alert, stateOf(...story.slice(0, index + 1)))) {
      expect(known.get(work.id)).toEqual(work);
    }
  }
});

test('a delivery is open until it arrived, was given up, or the alert was closed', () => {
  const steps = [1, 2].map(step => `alert-step.${alert}.${step}`);
  const begun = [raised(), escalated(0, investigator)];
  expect(open(...begun)).toEqual([...steps, job(1)]);
  expect(open(...begun, failed(1, '2024-03-05T12:00:10.000Z'))).toEqual([...steps, job(2)]);
  expect(open(...begun, delivered)).toEqual(steps);
  expect(open(...begun, failed(1))).toEqual(steps);
  expect(open(...begun, acknowledged)).toEqual([job(1)]);
  expect(open(...begun, closed)).toEqual([]);
  expect(open(raised(), escalated(0, safetyOfficer), acknowledged, closed)).toEqual([]);
});
