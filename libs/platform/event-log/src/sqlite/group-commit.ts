import type { GroupFailure, GroupWriter, Outcome, PendingAppend } from './group-writer';
import { LogUnavailable, type Appended } from '../port';

interface Waiting extends PendingAppend {
  readonly bytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Told of each group before its callers are. */
export interface GroupObserver {
  /** What was written, wherever an append was neither refused nor a repetition. */
  committed(group: readonly PendingAppend[], outcomes: readonly Outcome[]): void;
  /** Nothing was written, or it is not known whether. */
  failed(): void;
}

/** A group ends here, so that no caller waits for megabytes of others; one append may be as large by itself. */
const maxGroupBytes = 1024 * 1024;

/** Text in the WAL that is copied into the database file while nobody waits, and even though somebody does. */
const checkpointBytes = { idle: 4 * 1024 * 1024, busy: 16 * 1024 * 1024 };

/** How long an append waits for another process that writes, in all, and between two attempts. */
const lockPatienceMs = 10_000;
const lockPauseMs = 5;

/**
 * Gathers the appends of many callers into groups, and tells each caller what became of his. A group is written when
 * the event loop has heard all callers of its turn; whoever comes while the disk is busy is in the next one.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private scheduled = false;
  private lockedSince: number | undefined;
  private bytesInWal = 0;

  constructor(
    private readonly writer: GroupWriter,
    private readonly observer: GroupObserver,
  ) {}

  append(append: PendingAppend): Promise<Appended> {
    const bytes = append.events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...append, bytes, resolve, reject });
      this.schedule();
    });
  }

  /** Resolves when everything that was handed in has its answer. */
  async drained(): Promise<void> {
    while (this.waiting.length > 0) await new Promise(resolve => setTimeout(resolve, 1));
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0) return;
    this.scheduled = true;
    if (this.lockedSince === undefined) setImmediate(() => this.flush());
    else setTimeout(() => this.flush(), lockPauseMs);
  }

  private flush(): void {
    this.scheduled = false;
    const group = this.nextGroup();
    const result = this.writer.write(group);
    if (result.kind === 'locked') this.waitForLock(result.cause);
    else {
      this.lockedSince = undefined;
      this.waiting.splice(0, group.length);
      if (result.kind === 'failed') this.fail(group, result);
      else this.settle(group, result.outcomes);
    }
    this.schedule();
  }

  private settle(group: readonly Waiting[], outcomes: readonly Outcome[]): void {
    this.observer.committed(group, outcomes);
    group.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index] as Outcome;
      if ('appended' in outcome) resolve(outcome.appended);
      else reject(outcome.refused);
    });
    this.bytesInWal += group.reduce((sum, { bytes }) => sum + bytes, 0);
    // Behind the answers, so that no caller of this group waits for it.
    if (this.bytesInWal >= checkpointBytes.idle) setImmediate(() => this.checkpoint());
  }

  /** Another process writes. The callers wait on, and the thread goes its way between two attempts. */
  private waitForLock(cause: unknown): void {
    this.lockedSince ??= Date.now();
    if (Date.now() - this.lockedSince < lockPatienceMs) return;
    this.lockedSince = undefined;
    this.fail(this.waiting.splice(0), {
      kind: 'failed',
      failure: 'no answer',
      outcome: 'not written',
      cause,
    });
  }

  private fail(group: readonly Waiting[], { failure, outcome, cause }: GroupFailure): void {
    this.observer.failed();
    for (const waiting of group) waiting.reject(new LogUnavailable(failure, outcome, { cause }));
  }

  private checkpoint(): void {
    const enough = this.waiting.length === 0 ? checkpointBytes.idle : checkpointBytes.busy;
    if (this.bytesInWal < enough) return;
    this.bytesInWal = 0;
    this.writer.checkpoint();
  }

  private nextGroup(): Waiting[] {
    let bytes = 0;
    const tooMuch = (append: Waiting, index: number) => (bytes += append.bytes) > maxGroupBytes && index > 0;
    const end = this.waiting.findIndex(tooMuch);
    return this.waiting.slice(0, end < 0 ? this.waiting.length : end);
  }
}
