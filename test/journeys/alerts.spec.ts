import { createHmac } from 'node:crypto';
import { JOB_QUEUE, type JobQueue } from '@platform/jobs';
import { ManualClock, ManualTimers, type RecordedEvent } from '@platform/kernel';
import { AlertOffice } from '@trial/alerting';
import { assessedSerious, eventsOf, reported, webhookOf } from '../support/alerting/alerts';
import { importedDeath } from '../support/alerting/imported-death';
import { keptSecrets } from '../support/modes/places';
import { RunningTrial, type LoggedIn } from '../support/trial';
import { PlainWebhooks, WebhookReceiver } from '../support/alerting/webhook-receiver';

/*
 * From an assessment over HTTP to the people who have to know, on a clock that the test moves.
 */

const minuteMs = 60_000;
const recipientsOf = ({ data }: RecordedEvent): string[] =>
  (data.recipients as { user: string }[]).map(({ user }) => user);

describe('a serious adverse event', () => {
  let running: RunningTrial;
  let receiver: WebhookReceiver;
  let safetyOfficer: LoggedIn;
  let secret: string;
  let participant: string;

  /** Alerts of a new serious adverse event. @returns the alert's id */
  async function raised(): Promise<string> {
    const adverseEvent = await reported(running, participant);
    const { status, body } = await assessedSerious(await people('investigator'), participant, adverseEvent);
    expect(status).toBe(201);
    await running.ledger.settled();
    const { metadata } = (await eventsOf(running.ledger, 'AlertRaised')).at(-1)!;
    expect(metadata.causationId).toBe(body.events[0].id);
    return metadata.subject.alert!;
  }

  const people = (role: 'investigator' | 'safetyOfficer') =>
    running.as(role === 'investigator' ? { role, site: '01' } : { role });

  const of = async (alert: string, type?: string): Promise<RecordedEvent[]> =>
    (await eventsOf(running.ledger, type)).filter(({ stream }) => stream === `alert-${alert}`);

  async function pass(minutes: number): Promise<void> {
    running.clock.advance(minutes * minuteMs);
    await running.ledger.settled();
  }

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    running = await RunningTrial.start(['01', '02'], { channel: new PlainWebhooks() });
    await people('investigator');
    safetyOfficer = await people('safetyOfficer');
    await running.as({ role: 'investigator', site: '02' });
    secret = await webhookOf(running, safetyOfficer.token, 'safety-officer-00', receiver.url);
    participant = await running.enrolledAt('01');
    await running.ledger.settled();
  });

  afterAll(async () => {
    await running.stop();
    await receiver.stop();
  });

  it('reaches the site’s investigator and the safety officer at once: signed, thin, and once', async () => {
    const alert = await raised();
    const [escalated, ...more] = await of(alert, 'AlertEscalated');
    expect([recipientsOf(escalated!), more]).toEqual([['investigator-01', 'safety-officer-00'], []]);
    const { id, message, signature } = receiver.received.at(-1)!;
    expect(message.data).toMatchObject({
      alert,
      kind: 'sae',
      priority: 'high',
      site: '01',
      participant,
      step: 0,
    });
    expect(JSON.stringify(message)).not.toContain('Fever');
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const timestamp = Math.floor(Date.parse(message.at) / 1_000);
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${JSON.stringify(message)}`);
    expect(signature).toBe(`v1,${signed.digest('base64')}`);
    const [delivered, ...twice] = await of(alert, 'AlertDelivered');
    expect([delivered?.data, twice]).toMatchObject([
      { message: id, recipient: 'safety-officer-00', reference: '204' },
      [],
    ]);
  });

  it('climbs the ladder until somebody acknowledges it', async () => {
    const alert = await raised();
    await pass(14);
    expect(await of(alert, 'AlertEscalated')).toHaveLength(1);
    await pass(1);
    const [, second] = await of(alert, 'AlertEscalated');
    expect([second?.data.step, recipientsOf(second!)]).toEqual([1, ['safety-officer-00']]);
    const reminder = receiver.received.at(-1)!;
    expect(reminder.message).toMatchObject({ type: 'alert.reminder', data: { alert, step: 1 } });
    const path = `/sites/01/alerts/${alert}/acknowledgement`;
    const { status } = await (await people('investigator')).post(path, { comment: 'On my way.' });
    expect(status).toBe(201);
    await pass(20);
    expect(await of(alert, 'AlertEscalated')).toHaveLength(2);
    const messages = receiver.received.filter(({ message }) => message.data.alert === alert);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
  });

  it('stands in the inbox with its whole history, for its site and the whole trial, and is closed', async () => {
    const alert = await raised();
    const own = await people('investigator');
    const [mine] = (await own.get('/alerts?mine=true&kind=sae&status=open&limit=1')).body.alerts;
    expect(mine).toMatchObject({
      alert,
      site: '01',
      participant,
      status: 'open',
      step: 0,
      delivered: 1,
      pending: 0,
    });
    expect((await own.get(`/alerts/${alert}`)).body.history).toMatchObject([
      { type: 'AlertRaised' },
      { type: 'AlertEscalated' },
      { type: 'AlertDelivered' },
    ]);
    const other = await running.as({ role: 'investigator', site: '02' });
    expect((await other.get('/alerts')).body.alerts).toEqual([]);
    expect((await other.get(`/alerts/${alert}`)).body.rule).toBe('ALERT-UNKNOWN');
    expect((await other.post(`/sites/02/alerts/${alert}/acknowledgement`)).body.rule).toBe('ALERT-UNKNOWN');
    expect((await other.post(`/alerts/${alert}/acknowledgement`)).status).toBe(403);
    const officer = await people('safetyOfficer');
    expect((await officer.post(`/alerts/${alert}/closing`)).body.rule).toBe('ALERT-ACKNOWLEDGE-FIRST');
    await officer.post(`/alerts/${alert}/acknowledgement`);
    const { position } = (await officer.post(`/alerts/${alert}/closing`)).body;
    const [closed] = (await officer.get(`/alerts?status=closed&after=${position}`)).body.alerts;
    expect(closed).toMatchObject({ alert, acknowledgedBy: 'safety-officer-00', nextStepAt: null });
    expect((await officer.get(`/alerts/${alert}?asOf=${position - 1}`)).body.status).toBe('acknowledged');
  });

  it('goes by the trial’s own policy once it has one', async () => {
    const officer = await people('safetyOfficer');
    const ladder = [{ afterMinutes: 0, roles: ['safetyOfficer'] }];
    const body = { kinds: [{ kind: 'sae', priority: 'low', ladder }], onCall: [] };
    expect((await officer.post('/alerts/policy', body)).status).toBe(201);
    const { policy } = (await officer.get('/alerts/policy')).body;
    expect(policy).toContainEqual({ ...body.kinds[0], own: true });
    const alert = await raised();
    const [escalated] = await of(alert, 'AlertEscalated');
    expect(recipientsOf(escalated!)).toEqual(['safety-officer-00']);
    expect((await of(alert, 'AlertRaised'))[0]?.data).toMatchObject({ priority: 'low', ladder });
    await officer.post('/alerts/policy', { kinds: [] });
  });

  it('of an import raises nothing, whatever follows from it', async () => {
    const before = await eventsOf(running.ledger, 'AlertRaised');
    await importedDeath(running);
    await running.ledger.settled();
    expect((await eventsOf(running.ledger, 'DeviationRaised')).length).toBeGreaterThan(0);
    expect(await eventsOf(running.ledger, 'AlertRaised')).toEqual(before);
  });

  it('tells its webhook’s secret once, keeps it out of the log, and forgets it with the point', async () => {
    const { ledger } = running;
    const { token } = await people('investigator');
    const path = '/accounts/investigator-01/contact-points';
    const added = { channel: 'webhook', url: `${receiver.url}/other`, kinds: ['death'] };
    const once = { token, body: added, headers: { 'idempotency-key': 'one' } };
    const first = await ledger.call('POST', path, once);
    expect(first.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const again = await ledger.call('POST', path, once);
    expect([again.body.repeated, again.body.secret]).toEqual([true, undefined]);
    const log = (await eventsOf(ledger)).map(({ data, metadata }) => JSON.stringify([data, metadata])).join();
    expect(log).not.toContain(first.body.secret.slice(6));
    expect(await keptSecrets(ledger.folder)).toContain(first.body.secret);
    expect((await ledger.call('GET', path, { token })).body.points).toEqual([
      { point: first.body.ids.point, channel: 'webhook', to: added.url, kinds: ['death'] },
    ]);
    await ledger.call('POST', `${path}/removals`, { token, body: { point: first.body.ids.point } });
    expect(await keptSecrets(ledger.folder)).not.toContain(first.body.secret);
    const foreign = await ledger.call('GET', '/accounts/safety-officer-00/contact-points', { token });
    expect(foreign.status).toBe(403);
  });

  it('is delivered although the queue was thrown away', async () => {
    receiver.behaviour = 503;
    const alert = await raised();
    receiver.behaviour = 204;
    const queue = running.ledger.app.get<JobQueue>(JOB_QUEUE);
    for (const { id } of await queue.pending('alert-delivery')) await queue.cancel(id);
    for (const { id } of await queue.pending('alert-step')) await queue.cancel(id);
    await pass(2);
    expect(await of(alert, 'AlertDelivered')).toEqual([]);
    await running.ledger.app.get(AlertOffice).reconciler.reconcile();
    await running.ledger.settled();
    expect(await of(alert, 'AlertDelivered')).toHaveLength(1);
    await pass(13);
    await running.ledger.app.get(AlertOffice).reconciler.reconcile();
    await running.ledger.settled();
    expect(await of(alert, 'AlertEscalated')).toHaveLength(2);
  });
});

describe('a receiver', () => {
  let running: RunningTrial;
  let receiver: WebhookReceiver;
  let clock: ManualClock;
  let timers: ManualTimers;

  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    clock = ManualClock.at('2024-03-05T08:00:00.000Z');
    timers = new ManualTimers(clock);
    running = await RunningTrial.start(['01'], { clock, timers, channel: new PlainWebhooks() });
  });

  afterEach(async () => {
    await running.stop();
    await receiver.stop();
  });

  async function alertTo(behaviour: WebhookReceiver['behaviour']): Promise<void> {
    const { token } = await running.as({ role: 'safetyOfficer' });
    await webhookOf(running, token, 'safety-officer-00', receiver.url);
    const participant = await running.enrolledAt('01');
    receiver.behaviour = behaviour;
    const investigator = await running.as({ role: 'investigator', site: '01' });
    await assessedSerious(investigator, participant, await reported(running, participant));
  }

  /** Lets time pass in steps, each of which is followed to its end. */
  async function passed(minutes: number): Promise<void> {
    const end = clock.now() + minutes * minuteMs;
    while (clock.now() < end) {
      await timers.advance(Math.min(5_000, end - clock.now()));
      await running.ledger.settled();
    }
  }

  it('that is down for an hour is tried less and less often, and gets the alert when it is back', async () => {
    await alertTo(500);
    await running.ledger.settled();
    await passed(60);
    const failed = await eventsOf(running.ledger, 'AlertDeliveryFailed');
    expect(failed.length).toBeGreaterThan(8);
    expect(failed.length).toBeLessThan(20);
    expect(receiver.requests).toBe(failed.length);
    receiver.behaviour = 204;
    await passed(16);
    const delivered = await eventsOf(running.ledger, 'AlertDelivered');
    expect(delivered.map(({ data }) => data.message)).toEqual([...receiver.ids]);
    expect(new Set(failed.map(({ data }) => data.message))).toEqual(receiver.ids);
  });

  it('that hangs is given up in time, each time, and holds up nobody', async () => {
    await alertTo('hangs');
    await receiver.until(() => receiver.requests === 1);
    const other = await WebhookReceiver.start();
    const { token } = await running.as({ role: 'investigator', site: '01' });
    await webhookOf(running, token, 'investigator-01', other.url);
    const participant = await running.enrolledAt('01');
    const investigator = await running.as({ role: 'investigator', site: '01' });
    await assessedSerious(investigator, participant, await reported(running, participant));
    await other.until(() => other.received.length === 1);
    await other.stop();
    await timers.advance(46_000);
    const office = running.ledger.app.get(AlertOffice);
    await receiver.until(() => receiver.requests >= 2);
    expect(office.deliverer.isIdle).toBe(false);
    const failed = await eventsOf(running.ledger, 'AlertDeliveryFailed');
    expect(failed.map(({ data }) => data.failure)).toContain('timed-out');
    expect(receiver.requests).toBeLessThan(5);
  });

  it('that is gone for good is abandoned, which is an alert of its own', async () => {
    await alertTo(410);
    await running.ledger.settled();
    const failed = await eventsOf(running.ledger, 'AlertDeliveryFailed');
    expect(failed.map(({ data }) => [data.kind, data.nextAttemptAt])).toEqual([
      ['sae', undefined],
      ['lag', undefined],
    ]);
    const lag = (await eventsOf(running.ledger, 'AlertRaised')).filter(({ data }) => data.kind === 'lag');
    expect(lag.map(({ data }) => data.rule)).toEqual(['ALERT-DELIVERY-ABANDONED']);
  });
});
