import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { JOB_QUEUE, InProcessJobQueue, type JobQueue } from '@platform/jobs';
import { seededRandom, systemClock, systemRandom, systemTimers, type RecordedEvent } from '@platform/kernel';
import { AlertOffice } from '@trial/alerting';
import { seriousRequest, waitingToBeAssessed } from '../support/alerting/burst';
import { eventsOf, webhookOf } from '../support/alerting/alerts';
import { startTypeScript, TalkingProcess } from '../support/child-process';
import { newFolder, RunningLedger, send } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';
import { PlainWebhooks, WebhookReceiver } from '../support/alerting/webhook-receiver';
import { describeWithRedis, startRedis } from '../support/redis';

/*
 * A thousand serious adverse events, each of which has to reach one person's own HTTP server. In between, the queue is
 * thrown away, or the whole host is killed at moments drawn from the seed. Survivable because an alert follows from its
 * event, and what is to be done follows from the alert: the reaction raises what was not raised, the reconciler finds
 * what is open. A message may arrive twice under one id where we died between its sending and its record.
 */
const alerts = 1_000;
const kills = 20;
const seed = Number(process.env.TRIAL_LEDGER_SEED ?? Date.now() % 2 ** 31);

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
  // A message goes out at once; what has to be tried again is what a queue holds.
  receiver.refusesSome = true;
});

afterEach(() => receiver.stop());

interface Prepared {
  readonly running: RunningTrial;
  readonly token: string;
  readonly waiting: Awaited<ReturnType<typeof waitingToBeAssessed>>;
}

/** One safety officer with a webhook, and adverse events that nobody has assessed yet. */
async function prepared(jobs?: JobQueue): Promise<Prepared> {
  const place = { folder: newFolder() };
  const ports = { clock: systemClock, channel: new PlainWebhooks(), jobs };
  const running = await RunningTrial.start(['01'], ports, place);
  const officer = await running.as({ role: 'safetyOfficer' });
  await webhookOf(running, officer.token, 'safety-officer-00', receiver.url);
  const { token } = await running.as({ role: 'investigator', site: '01' });
  return { running, token, waiting: await waitingToBeAssessed(running, alerts) };
}

/** Each alert has one record of delivery, under an id that was received; nothing else was. */
async function expectDeliveries(ledger: RunningLedger): Promise<void> {
  const raised = await eventsOf(ledger, 'AlertRaised');
  const delivered = await eventsOf(ledger, 'AlertDelivered');
  expect(raised).toHaveLength(alerts);
  const alertOf = ({ metadata }: RecordedEvent) => metadata.subject.alert!;
  expect(delivered.map(alertOf).toSorted()).toEqual(raised.map(alertOf).toSorted());
  expect(new Set(delivered.map(({ data }) => data.message))).toEqual(receiver.ids);
  const told = new Set(receiver.received.map(({ message }) => message.data.alert));
  expect([told.size, receiver.ids.size]).toEqual([alerts, alerts]);
}

test('a queue that is thrown away in the middle loses none of a thousand alerts', async () => {
  const options = {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    policy: { concurrency: 32 },
  };
  const queues = new ForgetfulQueue(() => new InProcessJobQueue(options));
  const { running, token, waiting } = await prepared(queues);
  const { ledger } = running;
  let answered = 0;
  for (let next = 0; next < waiting.length; next += 50) {
    await Promise.all(
      waiting.slice(next, next + 50).map(async ({ participant, adverseEvent }) => {
        const { path, body } = seriousRequest(participant, adverseEvent);
        const { status } = await ledger.call('POST', `/trials/${trial}${path}`, { token, body });
        answered += Number(status === 201);
      }),
    );
    await queues.forget();
  }
  expect(answered).toBe(alerts);
  const office = ledger.app.get(AlertOffice);
  while ((await ledger.settled()) && receiver.ids.size < alerts) await office.reconciler.reconcile();
  await ledger.settled();
  expect(ledger.app.get(JOB_QUEUE)).toBe(queues);
  expect(queues.forgotten).toBeGreaterThan(0);
  await expectDeliveries(ledger);
  await running.stop();
});

test(`${kills} kills of the host lose none of a thousand alerts`, async () => {
  process.stderr.write(`kill-during-alerts: TRIAL_LEDGER_SEED=${seed}\n`);
  const random = seededRandom(seed);
  const { running, token, waiting } = await prepared();
  const folder = await running.ledger.leave();
  let left = [...waiting];
  for (let killed = 0; killed < kills; killed++) {
    const host = new TalkingProcess(startTypeScript(join(__dirname, 'serve-alerts-until-killed.ts'), folder));
    await host.firstLine();
    const share = left.slice(0, Math.ceil(alerts / (kills - 2)));
    const done = new Set<string>();
    const working = Promise.all(
      share.map(async ({ participant, adverseEvent }) => {
        const { path, body } = seriousRequest(participant, adverseEvent);
        const url = `${host.lines[0]!}/trials/${trial}${path}`;
        const answer = await send(url, 'POST', { token, body }).catch(() => undefined);
        if (answer?.status === 201) done.add(adverseEvent);
      }),
    );
    await Promise.race([working, pause(400 * random.next())]);
    await pause(60 * random.next());
    await host.kill();
    await working;
    left = left.filter(({ adverseEvent }) => !done.has(adverseEvent));
  }
  const ledger = await RunningLedger.on(folder, { channel: new PlainWebhooks() });
  for (const { participant, adverseEvent } of left) {
    const { path, body } = seriousRequest(participant, adverseEvent);
    await ledger.call('POST', `/trials/${trial}${path}`, { token, body });
  }
  while ((await ledger.settled()) && receiver.ids.size < alerts) {
    await ledger.app.get(AlertOffice).reconciler.reconcile();
  }
  await ledger.settled();
  await expectDeliveries(ledger);
  const twice = receiver.received.length - receiver.ids.size;
  process.stderr.write(`kill-during-alerts: ${twice} messages came twice under one id\n`);
  await ledger.leave();
  rmSync(folder, { recursive: true });
});

describeWithRedis(
  'a Redis that holds the jobs of alerts',
  () => {
    test('is wiped and killed in the middle, and loses none of a thousand', async () => {
      const redis = await startRedis();
      const { running, token, waiting } = await prepared();
      const folder = await running.ledger.leave();
      const program = join(__dirname, 'serve-alerts-until-killed.ts');
      const host = new TalkingProcess(startTypeScript(program, folder, redis.url));
      await host.firstLine();
      const answered = new Map<number, number>();
      for (let next = 0; next < waiting.length; next += 50) {
        const sent = waiting.slice(next, next + 50).map(async ({ participant, adverseEvent }) => {
          const { path, body } = seriousRequest(participant, adverseEvent);
          const url = `${host.lines[0]!}/trials/${trial}${path}`;
          const { status } = await send(url, 'POST', { token, body });
          answered.set(status, (answered.get(status) ?? 0) + 1);
        });
        if (next % 250 === 200) {
          await redis.kill();
          await redis.restart();
        } else if (next % 100 === 0) await redis.redis.flushall();
        await Promise.all(sent);
      }
      expect([...answered]).toEqual([[201, alerts]]);
      // What was wiped away is found by the comparison at the return of Redis, which was killed last.
      while (receiver.ids.size < alerts) await pause(200);
      await host.kill();
      const ledger = await RunningLedger.on(folder, { channel: new PlainWebhooks() });
      await ledger.settled();
      await expectDeliveries(ledger);
      await ledger.stop();
      await redis.remove();
    });
  },
  'its own',
);

/** A queue behind which another one is put from time to time, empty: what the one before held is gone. */
class ForgetfulQueue implements JobQueue {
  forgotten = 0;
  private queue: JobQueue;
  private readonly handlers: Parameters<JobQueue['handle']>[] = [];

  constructor(private readonly another: () => JobQueue) {
    this.queue = another();
  }

  async forget(): Promise<void> {
    const before = this.queue;
    this.queue = this.another();
    for (const [kind, handler] of this.handlers) this.queue.handle(kind, handler);
    await this.queue.start();
    this.forgotten += [...(await before.depth()).values()].reduce((sum, { waiting }) => sum + waiting, 0);
    await before.stop();
  }

  handle(...handler: Parameters<JobQueue['handle']>): void {
    this.handlers.push(handler);
    this.queue.handle(...handler);
  }

  schedule: JobQueue['schedule'] = job => this.queue.schedule(job);
  cancel: JobQueue['cancel'] = id => this.queue.cancel(id);
  known: JobQueue['known'] = ids => this.queue.known(ids);
  pending: JobQueue['pending'] = kind => this.queue.pending(kind);
  depth: JobQueue['depth'] = () => this.queue.depth();
  dead: JobQueue['dead'] = kind => this.queue.dead(kind);
  revive: JobQueue['revive'] = id => this.queue.revive(id);
  onReturn: JobQueue['onReturn'] = listener => this.queue.onReturn(listener);
  start: JobQueue['start'] = () => this.queue.start();
  stop: JobQueue['stop'] = () => this.queue.stop();
  close: JobQueue['close'] = () => this.queue.close();
}
