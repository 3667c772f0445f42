import { rmSync } from 'node:fs';
import { SqliteEventLog, verifyLog } from '@platform/event-log';
import { formatPosition, systemClock, type RecordedEvent } from '@platform/kernel';
import { driftOf, openViews } from '@platform/views';
import { allViews } from '../../apps/composition/src/contexts';
import { seriousRequest, waitingAlerts } from '../support/alerting/burst';
import { eventsIn } from '../support/alerting/alerts';
import { WebhookReceiver } from '../support/alerting/webhook-receiver';
import { comesAbout, Program } from '../support/processes/program';
import { describeWithRedis, startRedis, type OwnRedis } from '../support/redis';
import { newFolder, send } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';

/*
 * One host that only answers and two workers, real processes on one data folder with the jobs on Redis. Workers are
 * killed in turn while serious adverse events come in. Survivable because a fact is durable when it is answered,
 * because another worker takes the work over, and because what follows from an event has ids that follow from it: done
 * twice it is done once.
 */
const alerts = 160;
const batch = 20;

describeWithRedis(
  'a host that only answers, and workers that are killed in turn',
  () => {
    let redis: OwnRedis;
    let receiver: WebhookReceiver;
    let folder: string;

    beforeEach(async () => {
      [redis, receiver] = [await startRedis(), await WebhookReceiver.start()];
      folder = newFolder();
    });

    afterEach(async () => {
      await receiver.stop();
      await redis.remove();
      rmSync(folder, { recursive: true });
    });

    const start = (app: 'api' | 'worker'): Promise<Program> =>
      Program.start(app, {
        LEDGER_DATA: folder,
        LEDGER_ROLE: 'api',
        REDIS_URL: redis.url,
        LEDGER_WEBHOOK_ALLOW: '127.0.0.0/8',
        LEDGER_WEBHOOK_HTTP: 'true',
      });

    /** A safety officer with a webhook, and adverse events that nobody has assessed yet. */
    async function prepare() {
      const running = await RunningTrial.start(['01'], { clock: systemClock }, { folder });
      const prepared = await waitingAlerts(running, receiver.url, alerts);
      receiver.secret = prepared.secret;
      await running.ledger.leave();
      return prepared;
    }

    test('deliver each alert under one id, keep every view right, and lose no fact', async () => {
      const { token, officer, waiting } = await prepare();
      const api = await start('api');
      let workers: [Program, Program] = [await start('worker'), await start('worker')];
      const positions: bigint[] = [];
      const assess = async ({ participant, adverseEvent }: (typeof waiting)[number]): Promise<void> => {
        const { path, body } = seriousRequest(participant, adverseEvent);
        const answer = await send(`${api.url}/trials/${trial}${path}`, 'POST', { token, body });
        expect(answer.status).toBe(201);
        positions.push(BigInt(answer.body.position as string));
      };
      for (let next = 0; next < alerts; next += batch) {
        // In the middle of the batch dies who owns the work; the other one takes it over.
        const [dying, staying] = workers;
        await Promise.all([...waiting.slice(next, next + batch).map(assess), dying.kill()]);
        await comesAbout(() => staying.isOwner());
        workers = [staying, await start('worker')];
      }
      // The host runs no view: it waits for those that workers run.
      const last = positions.reduce((a, b) => (a > b ? a : b));
      const seen = await send(`${api.url}/trials/${trial}/alerts?after=${last}`, 'GET', { token: officer });
      expect(seen.status).toBe(200);
      await comesAbout(() => receiver.ids.size === alerts);
      await expectAllDelivered();
      for (const program of [...workers, api]) await program.stop();
      await expectIntact();
    });

    /** Each alert once in the log, delivered once, under an id that was received; nothing else was. */
    async function expectAllDelivered(): Promise<void> {
      const log = SqliteEventLog.open({ folder });
      const alertOf = ({ metadata }: RecordedEvent) => metadata.subject.alert!;
      await comesAbout(async () => (await eventsIn(log, 'AlertDelivered')).length >= alerts);
      const [raised, delivered, assessed] = [
        await eventsIn(log, 'AlertRaised'),
        await eventsIn(log, 'AlertDelivered'),
        await eventsIn(log, 'SeriousnessAssessed'),
      ];
      expect([raised.length, assessed.length]).toEqual([alerts, alerts]);
      expect(delivered.map(alertOf).toSorted()).toEqual(raised.map(alertOf).toSorted());
      expect(new Set(delivered.map(({ data }) => data.message))).toEqual(receiver.ids);
      expect(new Set(receiver.received.map(({ message }) => message.data.alert)).size).toBe(alerts);
      await log.close();
    }

    async function expectIntact(): Promise<void> {
      const log = SqliteEventLog.open({ folder });
      const database = await openViews({ folder });
      expect((await verifyLog(log)).problems).toEqual([]);
      const { drifts, absent, compared } = await driftOf({ log, database, views: allViews });
      expect([drifts, absent]).toEqual([[], []]);
      const head = formatPosition(await log.head());
      expect(new Set(compared.map(({ position }) => formatPosition(position)))).toEqual(new Set([head]));
      await database.close();
      await log.close();
    }

    test('pass the work on when they are asked to stop, and end well', async () => {
      await prepare();
      const first = await start('worker');
      const second = await start('worker');
      expect([await first.isOwner(), await second.isOwner()]).toEqual([true, false]);
      expect([await first.figure('ledger_work_owner'), await second.figure('ledger_work_owner')]).toEqual([
        1, 0,
      ]);
      await first.stop();
      await comesAbout(() => second.isOwner());
      expect(await second.health()).toMatchObject({ status: 'ready', jobs: 'reachable' });
      await second.stop();
    });
  },
  'its own',
);
