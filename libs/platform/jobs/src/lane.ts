import type { Timer, Timers } from '@platform/kernel';
import { DueHeap, type Due } from './due-heap';
import { AttemptTimedOut, type Attempt, type DeadJob, type Job, type JobHandler } from './port';

/** A job, and what became of it so far. */
export interface Entry extends Due {
  readonly job: Job;
  failedAttempts: number;
  state: 'waiting' | 'running' | DeadJob;
}

/** The jobs of one kind: those that wait, those that run, and the one timer for the next that is due. */
export class Lane {
  readonly waiting = new DueHeap<Entry>();
  readonly running = new Set<Entry>();
  handler: JobHandler | undefined;
  private timer: Timer | undefined;

  constructor(
    private readonly clock: { now(): number },
    private readonly timers: Timers,
    private readonly concurrency: number,
    private readonly run: (entry: Entry, handler: JobHandler) => void,
  ) {}

  /** Starts what is due as far as there is room, and sets the timer for the next; to be called after every change. */
  advance(): void {
    this.pause();
    const { handler } = this;
    // Without a handler or room there is nothing to wait for: the change that brings one calls again.
    while (handler && this.running.size < this.concurrency) {
      const next = this.waiting.first;
      if (!next) return;
      const waitMs = next.dueMs - this.clock.now();
      if (waitMs > 0) {
        this.pause();
        // A timer that comes a little early sets itself again, for a millisecond at least.
        this.timer = this.timers.after(Math.max(1, Math.ceil(waitMs)), () => this.advance());
        return;
      }
      this.waiting.remove(next);
      this.running.add(next);
      next.state = 'running';
      this.run(next, handler);
    }
  }

  pause(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}

/** Calls a handler, and settles when it has, or when its time is up. */
export function attempt(
  handler: JobHandler,
  job: Job,
  number: number,
  timers: Timers,
  timeoutMs: number,
): Promise<void> {
  const controller = new AbortController();
  const details: Attempt = { number, signal: controller.signal };
  return new Promise<void>((resolve, reject) => {
    const timer = timers.after(timeoutMs, () => {
      const timedOut = new AttemptTimedOut(timeoutMs);
      controller.abort(timedOut);
      reject(timedOut);
    });
    const called = async (): Promise<void> => handler(job, details);
    called()
      .finally(() => timer.cancel())
      .then(resolve, reject);
  });
}
