import {
  ManualClock,
  ManualTimers,
  seededRandom,
  type Clock,
  type Random,
  type Timers,
} from '@platform/kernel';
import type { JobPolicy, JobQueue } from '../port';

/** A queue under test, in a time of its own that the test lets pass. */
export interface JobQueueHarness {
  readonly queue: JobQueue;
  /** The queue's time, epoch milliseconds. */
  now(): number;
  /** Lets time pass, until everything that had its time by then has been started, and has got as far as it can. */
  pass(milliseconds: number): Promise<void>;
  /** Resolves after some time of the queue: for handlers that are busy. */
  sleep(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export type MakeJobQueue = (policy: JobPolicy) => JobQueueHarness | Promise<JobQueueHarness>;

export interface SimulatedPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly policy: JobPolicy;
}

/** A harness for queues that take all their time from ports: days pass in no time, and always in the same way. */
export const simulated =
  (make: (ports: SimulatedPorts) => JobQueue): MakeJobQueue =>
  policy => {
    const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
    const timers = new ManualTimers(clock);
    const queue = make({ clock, timers, random: seededRandom(1), policy });
    return {
      queue,
      now: () => clock.now(),
      pass: milliseconds => timers.advance(milliseconds),
      sleep: milliseconds => new Promise(resolve => timers.after(milliseconds, () => resolve())),
      async close() {
        // A handler of the test may be busy for ever; it is given up when its time is.
        const stopped = queue.stop();
        await timers.advance(policy.timeoutMs);
        await stopped;
        expect(timers.size).toBe(0);
      },
    };
  };
