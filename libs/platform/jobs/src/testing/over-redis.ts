import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { ManualClock, ManualTimers, seededRandom, type Timers } from '@platform/kernel';
import { BullMqJobQueue } from '../bullmq/bullmq-job-queue';
import { loadRedis } from '../bullmq/packages';
import { fromBullId } from '../bullmq/whereabouts';
import type { Job, JobHandler, JobPolicy, JobQueue } from '../port';
import type { JobQueueHarness, MakeJobQueue } from './harness';

/*
 * BullMQ on a real Redis, in a time that the test lets pass. BullMQ takes the time of day from `Date.now` alone, and
 * that is what is replaced: whether a job is due is decided in a time that jumps from one due job to the next, while
 * Redis, its scripts and the connections are what they are. After each jump the harness wakes the workers, as a job
 * that is added does, and looks into Redis until nothing can go on before more time passes. So nothing here depends on
 * how fast the machine is. That workers wake by themselves, in real time, is tested elsewhere.
 */

/** A queue that is still busy after this long, in real time, is given up. */
const patienceMs = 10_000;

let queues = 0;
/** No other run has the same one on the same Redis. */
export const freshPrefix = (): string =>
  `test-${process.pid}-${process.hrtime.bigint().toString(36)}-${queues++}`;

export const overRedis =
  (url: string): MakeJobQueue =>
  async policy => {
    const harness = new OverRedis(url, policy);
    await harness.open();
    return harness;
  };

export async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 }) as AsyncIterable<
    string[]
  >) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
}

class OverRedis implements JobQueueHarness {
  private readonly prefix = freshPrefix();
  private readonly clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  private readonly timers = new WatchedTimers(this.clock);
  private readonly redis: Redis;
  private readonly watch = new Watch();
  queue: JobQueue;

  constructor(
    url: string,
    private readonly policy: JobPolicy,
  ) {
    const { Redis } = loadRedis();
    this.redis = new Redis(url);
    this.open = async () => {
      jest.spyOn(Date, 'now').mockImplementation(() => this.clock.now());
      const { prefix, clock, timers } = this;
      this.queue = this.watch.over(
        await BullMqJobQueue.open({ url, prefix, clock, timers, random: seededRandom(1), policy }),
      );
    };
  }

  readonly open: () => Promise<void>;

  now(): number {
    return this.clock.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.timers.after(milliseconds, () => resolve()));
  }

  async pass(milliseconds: number): Promise<void> {
    const endMs = this.clock.now() + milliseconds;
    for (;;) {
      await this.settle();
      const nextMs = Math.min(this.timers.nextMs, await this.nextJobMs(), endMs);
      await this.timers.advance(Math.max(nextMs - this.clock.now(), 0));
      if (nextMs === endMs) break;
    }
    await this.settle();
  }

  async close(): Promise<void> {
    const stopped = this.queue.stop();
    await this.pass(this.policy.timeoutMs);
    await stopped;
    expect(this.timers.size).toBe(0);
    await this.queue.close();
    await removeKeys(this.redis, this.prefix);
    this.redis.disconnect();
    jest.restoreAllMocks();
  }

  /** Until twice in a row nothing can go on: what was about to be said has been said then. */
  private async settle(): Promise<void> {
    const sinceMs = performance.now();
    for (let quiet = 0; quiet < 2;) {
      if (performance.now() - sinceMs > patienceMs) throw new Error('The queue does not come to rest.');
      quiet = (await this.isQuiet()) ? quiet + 1 : 0;
      await pause(quiet === 0 ? 1 : 0);
    }
  }

  private async isQuiet(): Promise<boolean> {
    if (this.watch.callsAtWork > 0) return false;
    const kinds = await this.redis.smembers(`${this.prefix}:kinds`);
    const quiet = await Promise.all(kinds.map(kind => this.isQuietAbout(kind)));
    return this.watch.callsAtWork === 0 && quiet.every(Boolean);
  }

  /** Whether exactly those jobs are running whose handlers are busy, and no other one could start. */
  private async isQuietAbout(kind: string): Promise<boolean> {
    const key = (name: string): string => `${this.prefix}:${kind}:${name}`;
    const [running, waiting, due] = await Promise.all([
      this.redis.lrange(key('active'), 0, -1),
      this.redis.llen(key('wait')),
      this.redis.zcount(key('delayed'), '-inf', String((this.clock.now() + 1) * scorePerMs - 1)),
    ]);
    const busy = this.watch.busyWith(kind);
    if (running.length !== busy.size || !running.every(id => busy.has(fromBullId(id)))) return false;
    if (!this.watch.serves(kind) || waiting + due === 0 || running.length >= this.policy.concurrency)
      return true;
    // What BullMQ adds for a job that is to be taken at once.
    await this.redis.zadd(key('marker'), 0, '0');
    return false;
  }

  private async nextJobMs(): Promise<number> {
    const served = [...this.watch.served];
    const next = await Promise.all(
      served.map(kind => this.redis.zrange(`${this.prefix}:${kind}:delayed`, '0', '0', 'WITHSCORES')),
    );
    // When all hands are busy, jobs that are due wait for a timer.
    const times = next.map(([, score]) =>
      score === undefined ? Infinity : Math.floor(Number(score) / scorePerMs),
    );
    return Math.min(...times.filter(time => time > this.clock.now()), Infinity);
  }
}

/** BullMQ's delayed jobs are kept by their milliseconds, times this. */
const scorePerMs = 0x1000;

/** What a queue is doing for the test: calls that have not answered, and jobs whose handlers are busy. */
class Watch {
  callsAtWork = 0;
  readonly served = new Set<string>();
  private readonly busy = new Map<string, Set<string>>();
  private readonly handled = new Set<string>();
  private started = false;

  serves = (kind: string): boolean => this.served.has(kind);

  busyWith(kind: string): Set<string> {
    const busy = this.busy.get(kind) ?? new Set();
    this.busy.set(kind, busy);
    return busy;
  }

  over(queue: BullMqJobQueue): JobQueue {
    const counted = <Input extends unknown[], Answer>(call: (...input: Input) => Promise<Answer>) => {
      return async (...input: Input): Promise<Answer> => {
        this.callsAtWork += 1;
        return call.apply(queue, input).finally(() => (this.callsAtWork -= 1));
      };
    };
    return {
      schedule: counted(queue.schedule),
      cancel: counted(queue.cancel),
      known: counted(queue.known),
      pending: counted(queue.pending),
      depth: counted(queue.depth),
      dead: counted(queue.dead),
      revive: counted(queue.revive),
      handle: (kind, handler) => {
        queue.handle(kind, this.watched(handler));
        this.handled.add(kind);
        this.serve();
      },
      onReturn: listener => queue.onReturn(listener),
      start: async () => {
        await queue.start();
        this.started = true;
        this.serve();
      },
      stop: () => {
        this.started = false;
        this.serve();
        return queue.stop();
      },
      close: () => queue.close(),
    };
  }

  private serve(): void {
    this.served.clear();
    if (this.started) for (const kind of this.handled) this.served.add(kind);
  }

  private watched(handler: JobHandler): JobHandler {
    return async (job: Job, attempt) => {
      const busy = this.busyWith(job.kind);
      busy.add(job.id);
      attempt.signal.addEventListener('abort', () => busy.delete(job.id));
      try {
        await handler(job, attempt);
      } finally {
        // One that ran out of time may come to its end beside the next attempt, which is not over then.
        if (!attempt.signal.aborted) busy.delete(job.id);
      }
    };
  }
}

/** Timers that tell when the next one is due. */
class WatchedTimers implements Timers {
  private readonly manual: ManualTimers;
  private readonly due = new Map<object, number>();

  constructor(private readonly clock: ManualClock) {
    this.manual = new ManualTimers(clock);
  }

  get size(): number {
    return this.manual.size;
  }

  get nextMs(): number {
    return Math.min(...this.due.values(), Infinity);
  }

  advance = (milliseconds: number): Promise<void> => this.manual.advance(milliseconds);

  after(milliseconds: number, task: () => void): { cancel(): void } {
    const timer = this.manual.after(milliseconds, () => {
      this.due.delete(timer);
      task();
    });
    this.due.set(timer, this.clock.now() + Math.max(milliseconds, 0));
    return {
      cancel: () => {
        this.due.delete(timer);
        timer.cancel();
      },
    };
  }
}
