import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AttemptLost, QueueUnavailable } from '@platform/jobs';
import { startTypeScript, TalkingProcess } from '../support/child-process';
import { describeWithRedis, startRedis, type OwnRedis } from '../support/redis';
import { gate, job, openQueue, until, type WatchedQueue } from '../support/redis-jobs';

/*
 * Redis dies, forgets everything or does not answer, and processes that run jobs die. Survivable because jobs are
 * derived from the log: whoever scheduled them asks which are known, and schedules the others again. What a queue owes
 * is to say so, to go on by itself, and to hold nobody up. (An error that nobody handles fails the test at hand.)
 */
const ids = Array.from({ length: 20 }, (_, i) => `obligation-${i}-overdue`);
const runningNow = async ({ queue }: WatchedQueue): Promise<number> =>
  (await queue.depth()).get('alert')?.running ?? 0;

describeWithRedis(
  'a Redis that is lost',
  () => {
    let server: OwnRedis;
    let one: WatchedQueue;

    beforeEach(async () => {
      server = await startRedis();
      one = await openQueue(server.url, 'lost');
    });

    afterEach(async () => {
      await one.queue.close();
      await server.remove();
    });

    const said = (notice: string): number => one.notices.filter(each => each.notice === notice).length;

    /** As the log would have it: what is open, and not known, is scheduled again. */
    async function reconcile(): Promise<number> {
      const known = await one.queue.known(ids);
      const missing = ids.filter(id => !known.has(id));
      for (const id of missing) await one.queue.schedule(job(id, 100));
      return missing.length;
    }

    async function expectToRunAll(ran: string[]): Promise<void> {
      ran.length = 0;
      expect(await reconcile()).toBe(ids.length);
      expect(await reconcile()).toBe(0);
      await until(() => ran.length >= ids.length);
      expect(ran.toSorted()).toEqual(ids.map(id => `${id}#1`).toSorted());
      await until(async () => (await one.queue.depth()).size === 0);
    }

    it('comes back empty: jobs are scheduled again, and run without a restart', async () => {
      const { ran, handler, open } = gate();
      one.queue.handle('alert', handler);
      let returns = 0;
      one.queue.onReturn(() => (returns += 1));
      await one.queue.start();
      for (const id of ids) await one.queue.schedule(job(id, id === ids[0] ? 0 : 3_600_000));
      await until(() => ran.length === 1);
      await server.kill();
      await until(() => said('unreachable') === 1);
      const refusals = [
        one.queue.schedule(job('another')),
        one.queue.cancel(ids[1]!),
        one.queue.known(ids),
        one.queue.depth(),
        one.queue.dead(),
        one.queue.pending('alert'),
      ];
      for (const refusal of refusals) await expect(refusal).rejects.toThrow(QueueUnavailable);
      // The handler comes to its end while Redis is away, which then has never heard of the job.
      open();
      await server.restart();
      await until(() => said('reachable') === 1);
      expect(returns).toBe(1);
      await expectToRunAll(ran);
      expect([said('unreachable'), ran.length]).toEqual([1, ids.length]);
    });

    it('is emptied while jobs run: nothing of them is left, and they are scheduled again', async () => {
      const { ran, handler, open } = gate();
      one.queue.handle('alert', handler);
      await one.queue.start();
      for (const id of ids) await one.queue.schedule(job(id, ids.indexOf(id) < 4 ? 0 : 3_600_000));
      await until(() => ran.length === 4);
      await server.redis.flushall();
      open();
      await until(() => said('worker error') > 0);
      await expectToRunAll(ran);
      // What Redis was told of jobs that it had forgotten has left nothing behind.
      expect((await server.redis.keys('*:job-*')).length).toBe(0);
    });

    it('is not asked without end, neither while it is away nor when it is back', async () => {
      one.queue.handle('alert', () => {});
      one.queue.handle('reminder', () => {});
      await one.queue.start();
      await one.queue.schedule(job('a'));
      await server.kill();
      let attempts = 0;
      const closing = createServer(socket => void socket.destroy(void (attempts += 1)));
      closing.listen(server.port, '127.0.0.1');
      await until(() => attempts > 5);
      await pause(500);
      // Four connections: one to ask, one to work, and one for each kind to wait with.
      expect(attempts).toBeLessThan(200);
      closing.close();
      await once(closing, 'close');
      await server.restart();
      await until(() => said('reachable') === 1);
      await pause(500);
      const commands = async (): Promise<number> =>
        Number(/total_commands_processed:(\d+)/.exec(await server.redis.info('stats'))?.[1]);
      const before = await commands();
      await pause(500);
      expect((await commands()) - before).toBeLessThan(50);
    });

    it('does not answer: nobody waits for it for long', async () => {
      await server.redis.ping();
      server.freeze();
      await expect(one.queue.schedule(job('a'))).rejects.toThrow('no answer');
      server.thaw();
      await until(() =>
        one.queue.schedule(job('b')).then(
          () => true,
          () => false,
        ),
      );
      expect((await one.queue.known(['b'])).size).toBe(1);
    });

    it('is away when the queue stops: it stops all the same, after its handlers', async () => {
      const { ran, handler, open } = gate();
      let ended = false;
      one.queue.handle('alert', (each, attempt) => handler(each, attempt).then(() => void (ended = true)));
      one.queue.handle('reminder', () => {});
      await one.queue.start();
      await one.queue.schedule(job('a'));
      await until(() => ran.length === 1);
      await server.kill();
      const stopped = one.queue.stop().then(() => ended);
      open();
      expect(await stopped).toBe(true);
      await one.queue.close();
    });

    it('does not answer when the queue starts: that waits no longer than others do', async () => {
      server.freeze();
      const late = await openQueue(server.url, 'late');
      expect(late.notices).toMatchObject([{ notice: 'unreachable' }]);
      server.thaw();
      await until(() => late.notices.some(({ notice }) => notice === 'reachable'));
      await late.queue.schedule(job('a'));
      await late.queue.close();
    });

    it('was not there when the queue started: jobs run as soon as it is', async () => {
      await server.kill();
      const late = await openQueue(server.url, 'late');
      expect(late.notices).toEqual([{ notice: 'unreachable', problem: 'ECONNREFUSED' }]);
      const { ran, handler, open } = gate();
      open();
      late.queue.handle('alert', handler);
      await late.queue.start();
      await expect(late.queue.schedule(job('a'))).rejects.toThrow(QueueUnavailable);
      await server.restart();
      await until(() => late.notices.some(({ notice }) => notice === 'reachable'));
      await late.queue.schedule(job('a'));
      await until(() => ran.length === 1);
      await late.queue.close();
    });

    describe('and a process that runs jobs', () => {
      const start = async (): Promise<TalkingProcess> => {
        const file = join(__dirname, 'work-until-killed.ts');
        const process = new TalkingProcess(startTypeScript(file, server.url, 'lost'));
        await process.firstLine();
        return process;
      };

      it('is killed: another one runs its job again', async () => {
        await one.queue.schedule(job('a'));
        const worker = await start();
        expect(worker.lines).toEqual(['a#1']);
        await worker.kill();
        const { ran, handler, open } = gate();
        open();
        one.queue.handle('alert', handler);
        await one.queue.start();
        await until(() => ran.length > 0);
        await until(async () => (await one.queue.depth()).size === 0);
        expect(ran).toEqual(['a#1']);
      });

      it('is killed by one job each time: the job lies dead, and runs when it is revived', async () => {
        await one.queue.schedule(job('a'));
        // The first one begins with it at once; the others when the lock of the one before has run out.
        for (let death = 0; death < 3; death++) {
          const worker = await start();
          await worker.kill();
        }
        const { ran, handler, open } = gate();
        one.queue.handle('alert', handler);
        await one.queue.start();
        await until(async () => (await one.queue.dead()).length === 1);
        expect(ran).toEqual([]);
        expect(await one.queue.dead()).toMatchObject([{ job: { id: 'a' }, error: 'AttemptLost' }]);
        expect(one.failures).toMatchObject([{ job: { id: 'a' }, nextAt: undefined }]);
        expect(one.failures[0]?.error).toBeInstanceOf(AttemptLost);
        expect(await one.queue.revive('a')).toBe(true);
        await until(async () => ran.length === 1 && (await runningNow(one)) === 1);
        // As if it had just been scheduled: it may take as many along again.
        expect(await server.redis.hexists('lost:alert:job-a', 'stc')).toBe(0);
        open();
        await until(async () => (await one.queue.depth()).size === 0);
        expect(ran).toEqual(['a#1']);
      });
    });
  },
  'its own',
);
