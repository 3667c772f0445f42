import { join } from 'node:path';
import { BullMqJobQueue, QueueUnavailable, QueueUnfit, type Job, type QueueNotice } from '@platform/jobs';
import { systemClock, systemRandom, systemTimers } from '@platform/kernel';
import { freshPrefix } from '@platform/jobs/testing';
import { startTypeScript, TalkingProcess } from '../support/child-process';
import { describeWithRedis, startRedis, type OwnRedis } from '../support/redis';

jest.setTimeout(60_000);

const jobs = (count: number, runAt: number): Job[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ id: `alert-${index}`, kind: 'delivery', refs: { alert: `a-${index}` }, runAt },
  }));

/** Until something holds; by whom it is reached is not this test's business. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20));
}

describeWithRedis(
  'a queue whose Redis fails',
  () => {
    let server: OwnRedis;
    let queue: BullMqJobQueue;
    let ran: string[];
    let notices: QueueNotice['notice'][];
    const silenceMs = 1_000;

    const open = (prefix: string): Promise<BullMqJobQueue> =>
      BullMqJobQueue.open({
        ...{ url: server.url, prefix, silenceMs, clock: systemClock, timers: systemTimers },
        random: systemRandom,
        onNotice: ({ notice }) => void notices.push(notice),
      });

    beforeEach(async () => {
      [ran, notices] = [[], []];
      server = await startRedis();
      queue = await open(freshPrefix());
    });
    afterEach(async () => {
      await queue.close();
      await server.remove();
    });

    const takeJobs = async (): Promise<void> => {
      queue.handle('delivery', ({ id }) => void ran.push(id));
      await queue.start();
    };
    const scheduleAll = (all: readonly Job[]) => Promise.all(all.map(job => queue.schedule(job)));

    it('loses what waits with it, says so, and goes on by itself when it is back', async () => {
      await takeJobs();
      const waiting = jobs(50, Date.now() + 3_600_000);
      await scheduleAll(waiting);
      notices.length = 0;
      await server.kill();
      await until(() => notices.includes('unreachable'));
      await expect(queue.schedule(waiting[0]!)).rejects.toThrow(QueueUnavailable);
      await expect(queue.known(['alert-0'])).rejects.toThrow(QueueUnavailable);
      await server.restart();
      await until(() => notices.includes('reachable'));
      expect((await queue.known(waiting.map(({ id }) => id))).size).toBe(0);
      // What a reconciler does: everything that the log has open, under the same ids.
      await scheduleAll(jobs(50, 0));
      await until(() => ran.length >= 50);
      expect(new Set(ran).size).toBe(50);
      expect(ran).toHaveLength(50);
      // An outage is told once, however long it lasts.
      expect(notices).toEqual(['unreachable', 'reachable']);
    });

    it('runs each job once more when everything is wiped while they wait', async () => {
      await takeJobs();
      await scheduleAll(jobs(50, Date.now() + 3_600_000));
      await server.redis.flushall();
      expect((await queue.depth()).size).toBe(0);
      await scheduleAll(jobs(50, 0));
      await until(() => ran.length >= 50);
      expect(ran.toSorted()).toEqual(
        jobs(50, 0)
          .map(({ id }) => id)
          .toSorted(),
      );
    });

    it('gives the job of a process that was killed to another one', async () => {
      const prefix = freshPrefix();
      await queue.close();
      queue = await open(prefix);
      const program = join(__dirname, 'take-job-until-killed.ts');
      const worker = new TalkingProcess(startTypeScript(program, server.url, prefix, String(silenceMs)));
      await scheduleAll(jobs(1, 0));
      await worker.firstLine();
      expect(worker.lines).toEqual(['alert-0']);
      await worker.kill();
      expect([...(await queue.known(['alert-0']))]).toEqual(['alert-0']);
      await takeJobs();
      await until(() => ran.length > 0);
      expect(ran).toEqual(['alert-0']);
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
      const opened = BullMqJobQueue.open({
        ...{ url: server.url, prefix: freshPrefix(), clock: systemClock, timers: systemTimers },
        random: systemRandom,
      });
      await expect(opened).rejects.toThrow(QueueUnfit);
      await expect(opened).rejects.toThrow(/allkeys-lru.*set it to noeviction/);
      await server.remove();
    });
  },
  'its own',
);
