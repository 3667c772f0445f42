import { ManualClock, ManualTimers, seededRandom, type Timers } from '@platform/kernel';
import { InProcessJobQueue } from './in-process-job-queue';
import { pendingLimit, type Job, type JobFailure, type JobPolicy } from './port';

const policy: JobPolicy = {
  maxAttempts: 3,
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  timeoutMs: 30_000,
  concurrency: 2,
};

function setUp(seed = 1) {
  const clock = new ManualClock(0);
  const manual = new ManualTimers(clock);
  const set: number[] = [];
  const timers: Timers = {
    after(milliseconds, task) {
      set.push(milliseconds);
      return manual.after(milliseconds, task);
    },
  };
  const failures: JobFailure[] = [];
  const queue = new InProcessJobQueue({
    clock,
    timers,
    random: seededRandom(seed),
    policy,
    onFailure: failure => failures.push(failure),
  });
  return { clock, timers: manual, set, queue, failures };
}

const job = (id: string, runAt: number, kind = 'alert'): Job => ({ id, kind, refs: {}, runAt });

describe('the in-process queue', () => {
  test('sets one timer for the next job that is due, whatever else there is to wait for', async () => {
    const { queue, timers, set } = setUp();
    queue.handle('alert', () => {});
    await queue.start();
    for (let i = 100; i > 0; i--) await queue.schedule(job(`a${i}`, i * 86_400_000));
    expect(timers.size).toBe(1);
    set.length = 0;
    await timers.advance(101 * 86_400_000);
    // Three a day: for the attempt's time, and for the next day, anew when the attempt is over.
    expect(set.length).toBeLessThanOrEqual(300);
    expect(timers.size).toBe(0);
  });

  test('does not turn while there is nothing that it could do', async () => {
    const { queue, timers, set } = setUp();
    queue.handle('alert', () => new Promise(() => {}));
    await queue.start();
    for (let i = 0; i < 10; i++) await queue.schedule(job(`a${i}`, 0));
    for (let i = 0; i < 10; i++) await queue.schedule(job(`b${i}`, 0, 'without-handler'));
    set.length = 0;
    await timers.advance(policy.timeoutMs - 1);
    expect(set).toEqual([]);
  });

  test('waits on when a timer comes too early, and never for less than a millisecond', async () => {
    const { clock, timers, set } = setUp();
    const early: Timers = {
      after(milliseconds, task) {
        set.push(milliseconds);
        return timers.after(milliseconds - 0.6, task);
      },
    };
    const queue = new InProcessJobQueue({ clock, timers: early, random: seededRandom(1), policy });
    const ran: number[] = [];
    queue.handle('alert', () => void ran.push(clock.now()));
    await queue.start();
    await queue.schedule(job('a', 1_000));
    await timers.advance(2_000);
    expect(set.slice(0, 2)).toEqual([1_000, 1]);
    expect(ran).toEqual([expect.closeTo(1_000, -1)]);
    expect(ran[0]).toBeGreaterThanOrEqual(1_000);
  });

  test('reports each failure, and when the job is tried again', async () => {
    const { queue, timers, failures } = setUp();
    const broken = new TypeError('no such participant');
    queue.handle('alert', () => Promise.reject(broken));
    await queue.start();
    await queue.schedule(job('a', 0));
    await timers.advance(60_000);
    expect(failures.map(({ attempt, error }) => [attempt, error])).toEqual([
      [1, broken],
      [2, broken],
      [3, broken],
    ]);
    const [first, second, third] = failures.map(({ nextAt }) => nextAt);
    expect(first).toBeGreaterThanOrEqual(500);
    expect(first).toBeLessThanOrEqual(1_000);
    expect((second as number) - (first as number)).toBeGreaterThanOrEqual(1_000);
    expect(third).toBeUndefined();
    // What an error says may quote a record; the queue keeps only what kind of error it was.
    expect(JSON.stringify(await queue.dead())).not.toContain('participant');
  });

  test('repeats a history from its seed, and another one from another', async () => {
    const history = async (seed: number): Promise<unknown> => {
      const { queue, timers, failures } = setUp(seed);
      queue.handle('alert', () => Promise.reject(new Error('broken')));
      await queue.start();
      for (let i = 0; i < 5; i++) await queue.schedule(job(`a${i}`, i));
      await timers.advance(600_000);
      return failures.map(failure => [failure.job.id, failure.nextAt]);
    };
    expect(await history(7)).toEqual(await history(7));
    expect(await history(7)).not.toEqual(await history(8));
  });

  test('takes a job from a handler of the same kind, without waiting for it', async () => {
    const { queue, timers } = setUp();
    const ran: string[] = [];
    queue.handle('alert', async ({ id }) => {
      ran.push(id);
      if (id.length < 5) await queue.schedule(job(`${id}a`, 0));
    });
    await queue.start();
    await queue.schedule(job('a', 0));
    await timers.advance(0);
    expect([ran, timers.size]).toEqual([['a', 'aa', 'aaa', 'aaaa', 'aaaaa'], 0]);
  });

  test('shows no more than a page of what waits', async () => {
    const { queue } = setUp();
    for (let i = pendingLimit + 5; i > 0; i--) await queue.schedule(job(`a${i}`, i));
    const pending = await queue.pending('alert');
    expect([pending.length, pending[0]?.id, pending.at(-1)?.id]).toEqual([
      pendingLimit,
      'a1',
      `a${pendingLimit}`,
    ]);
    expect(await queue.pending('unknown')).toEqual([]);
  });
});
