import type { Timer, Timers } from '@platform/kernel';
import { DeliveryEnded, failedForNow } from './failed';
import type { DeliveryFailure, DeliveryResult } from './port';

/** The time that one attempt has, and all that may end it before. */
export class Attempt {
  private readonly controller = new AbortController();
  private readonly limits: Timer[] = [];

  constructor(private readonly timers: Timers) {}

  /** Aborted, with a `DeliveryEnded` as the reason, as soon as the attempt is over for one reason or another. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends the attempt after some time, unless the timer is cancelled. */
  limit(milliseconds: number): Timer {
    const timer = this.timers.after(milliseconds, () => this.end('timed-out'));
    this.limits.push(timer);
    return timer;
  }

  end(failure: DeliveryFailure): void {
    this.controller.abort(new DeliveryEnded(failedForNow(failure)));
  }

  /** What a promise comes to; rejects at once when the attempt ends, for promises that nothing else would end. */
  async during<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this;
    let leave = (): void => {};
    const ended = new Promise<never>((_resolve, reject) => {
      leave = () => reject(signal.reason as Error);
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave);
    });
    try {
      return await Promise.race([promise, ended]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  release(): void {
    for (const timer of this.limits) timer.cancel();
  }
}

/** The attempts of one channel that are under way. */
export class Attempts {
  private readonly running = new Map<Attempt, Promise<unknown>>();
  private closed = false;

  constructor(
    private readonly timers: Timers,
    private readonly totalMs: number,
  ) {}

  /**
   * @param work one attempt; throws `DeliveryEnded`, or an error of the connection
   * @param explain what an error of the connection comes to; undefined for a defect, which is thrown on
   */
  async run(
    signal: AbortSignal | undefined,
    work: (attempt: Attempt) => Promise<DeliveryResult>,
    explain: (error: unknown) => DeliveryResult | undefined,
  ): Promise<DeliveryResult> {
    if (this.closed || signal?.aborted) return failedForNow('interrupted');
    const attempt = new Attempt(this.timers);
    const interrupt = (): void => attempt.end('interrupted');
    signal?.addEventListener('abort', interrupt);
    attempt.limit(this.totalMs);
    const outcome = settled(attempt, work, explain);
    this.running.set(attempt, outcome);
    try {
      return await outcome;
    } finally {
      this.running.delete(attempt);
      signal?.removeEventListener('abort', interrupt);
      attempt.release();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const attempt of this.running.keys()) attempt.end('interrupted');
    await Promise.allSettled(this.running.values());
  }
}

async function settled(
  attempt: Attempt,
  work: (attempt: Attempt) => Promise<DeliveryResult>,
  explain: (error: unknown) => DeliveryResult | undefined,
): Promise<DeliveryResult> {
  try {
    return await work(attempt);
  } catch (error) {
    // Whatever broke when the attempt was ended broke because of that.
    const cause: unknown = attempt.signal.aborted ? attempt.signal.reason : error;
    if (cause instanceof DeliveryEnded) return cause.result;
    const result = explain(cause);
    if (result) return result;
    throw cause;
  }
}
