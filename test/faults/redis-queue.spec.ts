import { join } from 'node:path';
import { BullMqJobQueue, QueueUnavailable, QueueUnfit, type Job, type QueueNotice } from '@platform/jobs';
import { freshPrefix } from '@platform/jobs/testing';
import { systemClock, systemRandom, systemTimers } from '@platform/kernel';
import { startTypeScript, TalkingProcess } from '../support/child-process';
import { describeWithRedis, startRedis, type OwnRedis } from '../support/redis';

jest.setTimeout(60_000);

const program = join(__dirname, 'take-jobs-until-killed.ts');
const silenceMs = 1_000;
const ports = { clock: systemClock, timers: systemTimers, random: systemRandom };

const jobs = (count: number, runAt: number): Job[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ id: `alert-${index}`, kind: 'delivery', refs: { alert: `a-${index}` }, runAt },
  }));
const idsOf = (all: readonly Job[]): string[] => all.map(({ id }) => id).toSorted();
const inAnHour = (): number => Date.now() + 3_600_000;

/** Until something holds; how soon is not this test's business. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20));
}

/** A process that takes jobs; it lives as long as its test. */
class WorkerProcess extends TalkingProcess {
  static async start(url: string, prefix: string, ...manner: string[]): Promise<WorkerProcess> {
    const worker = new WorkerProcess(startTypeScript(program, url, prefix, String(silenceMs), ...manner));
    await worker.firstLine();
    return worker;
  }

  /** Ids of the jobs that it has taken. */
  get taken(): string[] {
    return this.lines.filter(line => line !== 'ready');
  }
}

describeWithRedis(
  'a queue whose Redis fails',
  () => {
    let server: OwnRedis;
    let queue: BullMqJobQueue;
    let prefix: string;
    let notices: QueueNotice['notice'][];
    const workers: WorkerProcess[] = [];

    beforeEach(async () => {
      notices = [];
      prefix = freshPrefix();
      server = await startRedis();
      const onNotice = ({ notice }: QueueNotice) => void notices.push(notice);
      queue = await BullMqJobQueue.open({ url: server.url, prefix, silenceMs, ...ports, onNotice });
    });
    afterEach(async () => {
      await Promise.all(workers.splice(0).map(worker => worker.kill()));
      await queue.close();
      await server.remove();
    });

    const worker = async (...manner: string[]): Promise<WorkerProcess> => {
      const started = await WorkerProcess.start(server.url, prefix, ...manner);
      workers.push(started);
      return started;
    };
    const scheduleAll = (all: readonly Job[]) => Promise.all(all.map(job => queue.schedule(job)));

    it('loses what waits with it, says so once, and goes on by itself when it is back', async () => {
      const running = await worker();
      await scheduleAll(jobs(50, inAnHour()));
      await until(() => notices.includes('reachable'));
      notices.length = 0;
      await server.kill();
      await until(() => notices.includes('unreachable'));
      await expect(queue.schedule(jobs(1, 0)[0]!)).rejects.toThrow(QueueUnavailable);
      await expect(queue.known(['alert-0'])).rejects.toThrow(QueueUnavailable);
      await server.restart();
      await until(() => notices.includes('reachable'));
      expect((await queue.known(idsOf(jobs(50, 0)))).size).toBe(0);
      // What a reconciler does: everything that the log has open, under the same ids.
      await scheduleAll(jobs(50, 0));
      await until(() => running.taken.length >= 50);
      expect(running.taken.toSorted()).toEqual(idsOf(jobs(50, 0)));
      expect(notices).toEqual(['unreachable', 'reachable']);
    });

    it('runs each job when everything was wiped while they waited', async () => {
      const running = await worker();
      await scheduleAll(jobs(50, inAnHour()));
      await server.redis.flushall();
      expect((await queue.depth()).size).toBe(0);
      await scheduleAll(jobs(50, 0));
      await until(() => running.taken.length >= 50);
      expect(running.taken.toSorted()).toEqual(idsOf(jobs(50, 0)));
    });

    it('gives the job of a process that was killed to another one', async () => {
      const first = await worker('holds');
      await scheduleAll(jobs(1, 0));
      await until(() => first.taken.length > 0);
      await workers.pop()!.kill();
      expect([...(await queue.known(['alert-0']))]).toEqual(['alert-0']);
      const second = await worker();
      await until(() => second.taken.length > 0);
      expect([first.taken, second.taken]).toEqual([['alert-0'], ['alert-0']]);
      await until(async () => (await queue.depth()).size === 0);
    });
  },
  'its own',
);

describeWithRedis(
  'a Redis that throws keys away when its memory is full',
  () => {
    it('is no place for jobs, and the refusal says what to set', async () => {
      const server = await startRedis('--maxmemory-policy', 'allkeys-lru');
      const opened = BullMqJobQueue.open({ url: server.url, prefix: freshPrefix(), ...ports });
      await expect(opened).rejects.toThrow(QueueUnfit);
      await expect(opened).rejects.toThrow(/allkeys-lru.*set it to noeviction/);
      await server.remove();
    });
  },
  'its own',
);
