import type { JobQueue } from '@platform/jobs';
import type { Clock, Timer, Timers } from '@platform/kernel';
import type { AlertWork } from '../domain/work';

export interface ReconcilerOptions {
  readonly queue: Pick<JobQueue, 'schedule'>;
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
 * knows the job does nothing, and one that was wiped has it again. At the start, when the view has caught up, and each
 * minute.
 */
export class AlertReconciler {
  private timer: Timer | undefined;
  private stopping = new AbortController();

  constructor(private readonly options: ReconcilerOptions) {}

  /** Begins to look; after a stop, too. */
  start(): void {
    this.stopping = new AbortController();
    void this.look(this.stopping.signal);
  }

  stop(): void {
    this.stopping.abort();
    this.timer?.cancel();
  }

  /** @returns how many jobs are open and due, or nearly */
  async reconcile(): Promise<number> {
    const { queue, clock } = this.options;
    const open = await this.options.workDueBy(clock.now() + lookAheadMs, mostAtOnce);
    for (const job of open) await queue.schedule(job);
    return open.length;
  }

  private async look(signal: AbortSignal): Promise<void> {
    try {
      await this.options.caughtUp();
      if (!signal.aborted) await this.reconcile();
    } catch (error) {
      if (!signal.aborted) this.options.onProblem?.(error instanceof Error ? error.name : 'unknown');
    }
    if (!signal.aborted) this.timer = this.options.timers.after(everyMs, () => void this.look(signal));
  }
}
