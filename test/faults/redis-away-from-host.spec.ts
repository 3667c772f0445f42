import { rmSync } from 'node:fs';
import { systemClock } from '@platform/kernel';
import { seriousRequest, waitingAlerts, type WaitingAlerts } from '../support/alerting/burst';
import { WebhookReceiver } from '../support/alerting/webhook-receiver';
import { comesAbout, Program } from '../support/processes/program';
import { describeWithRedis, startRedis, type OwnRedis } from '../support/redis';
import { newFolder, send } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';

/*
 * Hosts whose jobs are on Redis. It is killed, and comes back empty; two ledgers share one. Survivable because an alert
 * follows from the log: a host goes on recording and telling people, says that it is degraded, and compares the log
 * with the queue.
 */
describeWithRedis(
  'hosts whose jobs are on Redis',
  () => {
    let redis: OwnRedis;
    const opened: Ledger[] = [];

    beforeEach(async () => {
      redis = await startRedis();
    });

    afterEach(async () => {
      for (const ledger of opened.splice(0)) await ledger.remove();
      await redis.remove();
    });

    const open = async (prefix: string, count: number): Promise<Ledger> => {
      const ledger = await Ledger.open(redis.url, prefix, count);
      opened.push(ledger);
      return ledger;
    };

    test('go on recording and telling people while it is away, and say that they are degraded', async () => {
      const { host, receiver, assess } = await open('away', 6);
      await assess(2);
      await receiver.until(() => receiver.ids.size === 2);
      await redis.kill();
      await comesAbout(async () => (await host.health()).status === 'degraded');
      expect((await send(`${host.url}/health/ready`, 'GET')).status).toBe(200);
      expect((await send(`${host.url}/health/live`, 'GET')).status).toBe(200);
      expect(await host.figure('ledger_job_queue_reachable')).toBe(0);
      // A message that is due does not go over the queue.
      await assess(4);
      await receiver.until(() => receiver.ids.size === 6);
      await redis.restart();
      await comesAbout(async () => (await host.health()).status === 'ready');
      expect(await host.figure('ledger_job_queue_reachable')).toBe(1);
    });

    test('share one database of it under prefixes, without seeing each other', async () => {
      const [first, second] = [await open('first-ledger', 5), await open('second-ledger', 5)];
      await Promise.all([first.assess(5), second.assess(5)]);
      await first.receiver.until(() => first.receiver.ids.size === 5);
      await second.receiver.until(() => second.receiver.ids.size === 5);
      const keys = await redis.redis.keys('*');
      const owners = new Set(keys.map(key => key.split(':', 1)[0]));
      expect(owners).toEqual(new Set(['first-ledger', 'second-ledger']));
      // A ledger that forgets everything takes nothing along of the other one.
      await redis.redis.del(keys.filter(key => key.startsWith('first-ledger:')));
      expect((await redis.redis.keys('second-ledger:*')).length).toBeGreaterThan(0);
      expect([first.receiver.ids.size, second.receiver.ids.size]).toEqual([5, 5]);
    });
  },
  'its own',
);

/** A host as a process on a data folder of its own, and the receiver of its safety officer. */
class Ledger {
  private constructor(
    readonly host: Program,
    readonly receiver: WebhookReceiver,
    private readonly folder: string,
    private readonly token: string,
    private readonly waiting: WaitingAlerts['waiting'],
  ) {}

  /** @param count how many adverse events wait to be assessed */
  static async open(redisUrl: string, prefix: string, count: number): Promise<Ledger> {
    const [folder, receiver] = [newFolder(), await WebhookReceiver.start()];
    const running = await RunningTrial.start(['01'], { clock: systemClock }, { folder });
    const { token, secret, waiting } = await waitingAlerts(running, receiver.url, count);
    receiver.secret = secret;
    await running.ledger.leave();
    const host = await Program.start('api', {
      LEDGER_DATA: folder,
      REDIS_URL: redisUrl,
      LEDGER_REDIS_PREFIX: prefix,
      LEDGER_WEBHOOK_ALLOW: '127.0.0.0/8',
      LEDGER_WEBHOOK_HTTP: 'true',
    });
    return new Ledger(host, receiver, folder, token, waiting);
  }

  /** Makes some more of the adverse events serious. */
  readonly assess = async (count: number): Promise<void> => {
    for (const { participant, adverseEvent } of this.waiting.splice(0, count)) {
      const { path, body } = seriousRequest(participant, adverseEvent);
      const url = `${this.host.url}/trials/${trial}${path}`;
      expect((await send(url, 'POST', { token: this.token, body })).status).toBe(201);
    }
  };

  async remove(): Promise<void> {
    await this.host.stop();
    await this.receiver.stop();
    rmSync(this.folder, { recursive: true });
  }
}
