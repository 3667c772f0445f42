import type { JobQueue } from '@platform/jobs';
import type { Clock, Timer, Timers } from '@platform/kernel';
import type { AlertWork } from '../domain/work';

export interface ReconcilerOptions {
  readonly queue: Pick<JobQueue, 'schedule' | 'onReturn'>;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Open work that is due by a moment, epoch milliseconds; what has waited longest comes first. */
  workDueBy(due: number, limit: number): Promise<readonly AlertWork[]>;
  /** Resolves when the view has come to what was the log's end at this moment, or will not soon. */
  caughtUp(): Promise<unknown>;
  onProblem?(problem: string): void;
}

export const everyMs = 60_000;
/** What falls due before the next look is scheduled too, so that no step is late for having been lost. */
const lookAheadMs = 2 * everyMs;
/** More than a burst of alerts; what is left comes with the next look. */
const mostAtOnce = 5_000;

/**
 * Compares what is open in the log with the queue, by scheduling all of it again under the same ids: a queue that
 * knows the job does nothing, and one that was wiped has it again. At the start, when the view has caught up, when a
 * queue that was away answers again, and each minute.
 */
export class AlertReconciler {
  private timer: Timer | undefined;
  private stopping: AbortController | undefined;
  /** The last of the looks, which the next one follows. */
  private looks = 0;

  constructor(private readonly options: ReconcilerOptions) {
    options.queue.onReturn(() => this.stopping && this.look(this.stopping.signal));
  }

  /** Begins to look; after a stop, too. */
  start(): void {
    this.stopping = new AbortController();
    this.look(this.stopping.signal);
  }

  stop(): void {
    this.stopping?.abort();
    this.timer?.cancel();
  }

  /** @returns how many jobs are open and due, or nearly */
  async reconcile(): Promise<number> {
    const { queue, clock } = this.options;
    const open = await this.options.workDueBy(clock.now() + lookAheadMs, mostAtOnce);
    for (const job of open) await queue.schedule(job);
    return open.length;
  }

  private look(signal: AbortSignal): void {
    this.timer?.cancel();
    this.looks += 1;
    const look = this.looks;
    void this.compare(signal).then(() => {
      if (signal.aborted || look !== this.looks) return;
      this.timer = this.options.timers.after(everyMs, () => this.look(signal));
    });
  }

  private async compare(signal: AbortSignal): Promise<void> {
    try {
      await this.options.caughtUp();
      if (!signal.aborted) await this.reconcile();
    } catch (error) {
      if (!signal.aborted) this.options.onProblem?.(error instanceof Error ? error.name : 'unknown');
    }
  }
}
