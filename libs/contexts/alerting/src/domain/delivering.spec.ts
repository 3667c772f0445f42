import { scenario } from '@platform/kernel/testing';
import {
  alert,
  at,
  escalated,
  investigator,
  person,
  raised,
  raisedAt,
  safetyOfficer,
  trial,
  webhookPoint,
} from '../testing/alerts';
import { alertDecider, messageIdOf, type AlertEvent, type AlertState } from './alert';
import { acknowledgeAlert, backOff, closeAlert, escalateAlert, recordDelivery } from './delivering';

const facts = { people: [investigator, safetyOfficer], onCall: [] };
const escalate =
  (step: number, recordedAt = raisedAt, given: Parameters<typeof escalateAlert>[2]['facts'] = facts) =>
  (state: AlertState) =>
    escalateAlert({ step }, state, { ...at(recordedAt), facts: given });
const key = { step: 0, recipient: 'investigator-03', point: 'point-of-investigator-03' };
const attempted =
  (attempt: number, failure?: string, more: object = {}, recordedAt = raisedAt) =>
  (state: AlertState) =>
    recordDelivery({ ...key, attempt, failure, ...more }, state, at(recordedAt));
const acknowledge = (comment?: string) => (state: AlertState) => acknowledgeAlert({ comment }, state, at());
const close = (comment?: string) => (state: AlertState) => closeAlert({ comment }, state, at());
const given = scenario(alertDecider);
const open = given.given(raised());
const under = open.given(escalated(0, investigator, safetyOfficer));
const message = messageIdOf(alert, key.step, key.recipient, key.point);
const of = { ...key, channel: 'webhook' as const, message };
const by = 'investigator-01';
const acknowledged: AlertEvent = { type: 'AlertAcknowledged', data: { by, comment: undefined } };

describe('a step of the ladder', () => {
  test('reaches who holds its roles then, over each contact point; once', () => {
    open
      .when(escalate(0))
      .yields(escalated(0, investigator, safetyOfficer))
      .when(escalate(0))
      .yieldsNothing();
  });

  test('does not begin before its time, and begins without the one before it', () => {
    open.when(escalate(1, '2024-03-05T07:14:59.999Z')).isRejected('ALERT-STEP-EARLY');
    const late = '2024-03-05T07:30:00.000Z';
    open.when(escalate(2, late)).yields(escalated(2, safetyOfficer));
    open.when(escalate(3, late)).isRejected('ALERT-UNKNOWN');
    given.when(escalate(0)).isRejected('ALERT-UNKNOWN');
  });

  test('does not begin once somebody has acknowledged or closed the alert', () => {
    under.given(acknowledged).when(escalate(1, '2024-03-05T07:15:00.000Z')).yieldsNothing();
    under.when(close('Entered by mistake')).when(escalate(1, '2024-03-05T07:15:00.000Z')).yieldsNothing();
  });

  test('reaches those on call alone, when some are; everybody who may be as long as nobody is', () => {
    const second = person('safety-officer-02', ['safetyOfficer']);
    const people = [investigator, safetyOfficer, second];
    const when = '2024-03-05T07:30:00.000Z';
    open.when(escalate(2, when, { people, onCall: ['safety-officer-02'] })).yields(escalated(2, second));
    open
      .when(escalate(2, when, { people, onCall: ['investigator-03'] }))
      .yields(escalated(2, safetyOfficer, second));
  });

  test('reaches named users, whatever their roles, and writes down that it reached nobody', () => {
    const ladder = [{ afterMinutes: 0, roles: [], users: ['monitor-01'] }];
    const monitor = person('monitor-01', ['monitor']);
    const named = given.given(raised({ ladder }));
    named
      .when(escalate(0, raisedAt, { people: [investigator, monitor], onCall: [] }))
      .yields(escalated(0, monitor));
    named.when(escalate(0)).yields(escalated(0));
  });

  test('reminds over a point whose message arrived, not over one whose message is under way', () => {
    const delivered: AlertEvent = {
      type: 'AlertDelivered',
      data: { ...of, recipient: 'safety-officer-01', point: 'point-of-safety-officer-01', attempt: 1 },
    };
    const when = '2024-03-05T07:15:00.000Z';
    under.given(delivered).when(escalate(1, when)).yields(escalated(1, safetyOfficer));
    const silent = person('safety-officer-01', ['safetyOfficer'], { points: [], superseded: [] });
    under.when(escalate(1, when)).yields(escalated(1, silent));
  });

  test('keeps quiet hours, except for what nobody may be spared, and kinds that a point does not take', () => {
    const quiet = { from: '22:00', to: '07:30', zone: 'UTC' };
    const sleeper = person('investigator-03', ['investigator'], { ...webhookPoint('p'), quiet });
    const asleep = { people: [sleeper], onCall: [] };
    open.when(escalate(0, raisedAt, asleep)).yields(escalated(0, sleeper));
    const [event] = given.given(raised({ kind: 'deviation' })).when(escalate(0, raisedAt, asleep)).events;
    expect(event?.data).toMatchObject({
      recipients: [{ points: [{ point: 'p', notBefore: '2024-03-05T07:30:00.000Z' }] }],
    });
    const { points } = webhookPoint('p');
    const picky = person('investigator-03', ['investigator'], {
      points: [{ ...points[0]!, kinds: ['death'] }],
      superseded: [],
    });
    const none = person('investigator-03', ['investigator'], { points: [], superseded: [] });
    open.when(escalate(0, raisedAt, { people: [picky], onCall: [] })).yields(escalated(0, none));
  });
});

describe('a delivery', () => {
  test('is written down once, whatever is reported behind it', () => {
    under
      .when(attempted(1, undefined, { reference: '204' }))
      .yields({ type: 'AlertDelivered', data: { ...of, attempt: 1, reference: '204' } })
      .when(attempted(1, undefined, { reference: '200' }))
      .yieldsNothing()
      .when(attempted(2))
      .yieldsNothing()
      .when(attempted(2, 'server-error'))
      .yieldsNothing();
  });

  test('that failed is tried again later and later, never at once, and given up after a day', () => {
    let outcome = under.when(attempted(1, 'server-error'));
    let now = Date.parse(raisedAt);
    let attempts = 1;
    for (;;) {
      const { nextAttemptAt } = outcome.events[0]!.data as { nextAttemptAt?: string };
      if (nextAttemptAt === undefined) break;
      const waitMs = Date.parse(nextAttemptAt) - now;
      const fullMs = Math.min(backOff.firstMs * 2 ** (attempts - 1), backOff.longestMs);
      expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(waitMs).toBeLessThanOrEqual(fullMs);
      now += waitMs;
      attempts += 1;
      outcome = outcome.when(attempted(attempts, 'server-error', {}, nextAttemptAt));
    }
    expect(now - Date.parse(raisedAt)).toBeGreaterThan(23 * 3_600_000);
    expect(outcome.state.deliveries[0]).toMatchObject({ status: 'abandoned', attempts });
    // 15 minutes at most, half of them at least: 96 to 192 in a day.
    expect(attempts).toBeGreaterThan(96);
    expect(attempts).toBeLessThan(210);
    outcome.when(attempted(attempts + 1, 'server-error')).yields({
      type: 'AlertDeliveryFailed',
      data: {
        ...of,
        attempt: attempts + 1,
        kind: 'sae',
        failure: 'server-error',
        detail: undefined,
        nextAttemptAt: undefined,
      },
    });
  });

  test('waits as long as the other side asks for, and not at all for an address that is gone', () => {
    const [busy] = under.when(attempted(1, 'rate-limited', { retryAfterMs: 600_000 })).events;
    expect(busy?.data).toMatchObject({ nextAttemptAt: '2024-03-05T07:10:00.000Z' });
    const [gone] = under.when(attempted(1, 'gone', { retry: false })).events;
    expect(gone?.data).toMatchObject({ failure: 'gone', nextAttemptAt: undefined });
  });

  test('of another attempt than the next one adds nothing; of somebody else there is none', () => {
    under.when(attempted(1, 'server-error')).when(attempted(1, 'server-error')).yieldsNothing();
    open.when(attempted(1)).isRejected('ALERT-UNKNOWN');
  });

  test('under way when somebody acknowledges still ends; when somebody closes it is dropped, or told as sent', () => {
    const failed = under.given(acknowledged).when(attempted(1, 'server-error'));
    expect(failed.state.deliveries[0]).toMatchObject({ status: 'pending', attempts: 1 });
    const closed = under.given(acknowledged).when(close());
    expect(closed.state.deliveries.map(({ status }) => status)).toEqual(['dropped', 'dropped']);
    closed
      .when(attempted(1))
      .yields({ type: 'AlertDelivered', data: { ...of, attempt: 1, reference: undefined } });
    const [late] = closed.when(attempted(1, 'server-error')).events;
    expect(late?.data).toMatchObject({ nextAttemptAt: undefined });
  });
});

describe('a person', () => {
  test('acknowledges once, with or without a comment', () => {
    open.when(acknowledge()).yields(acknowledged).when(acknowledge('Again')).yieldsNothing();
    given.when(acknowledge()).isRejected('ALERT-UNKNOWN');
  });

  test('closes what was acknowledged, or says why', () => {
    open.when(close()).isRejected('ALERT-ACKNOWLEDGE-FIRST', 'comment');
    open
      .when(acknowledge())
      .when(close())
      .yields({ type: 'AlertClosed', data: { by, comment: undefined } });
    open
      .when(close('Entered by mistake'))
      .yields({ type: 'AlertClosed', data: { by, comment: 'Entered by mistake' } })
      .when(close())
      .yieldsNothing()
      .when(acknowledge())
      .isRejected('ALERT-CLOSED');
  });

  test('finds no alert of another site or trial', () => {
    const { target, ...context } = at();
    const from = (over: object) => (state: AlertState) =>
      acknowledgeAlert({}, state, { ...context, target: { ...target, ...over } });
    open.when(from({ site: '04' })).isRejected('ALERT-UNKNOWN');
    open.when(from({ trial: 'NCT00000000' })).isRejected('ALERT-UNKNOWN');
    open.when(from({ trial, site: undefined })).yields(acknowledged);
  });
});
