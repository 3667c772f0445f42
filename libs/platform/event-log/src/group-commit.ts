import Database, { SqliteError } from 'better-sqlite3';
import { toPosition, type RecordedEvent, type StreamName } from '@platform/kernel';
import { checkRepeated, readRow, type EventRow, type WrittenEvent } from './event-text';
import { failureOf, selectEvent } from './open-database';
import { LogUnavailable, WrongExpectedRevision, type Appended, type LogFailure } from './port';

/** One caller's append, as text. */
export interface PendingAppend {
  readonly stream: StreamName;
  readonly expected: number;
  readonly events: readonly WrittenEvent[];
}

interface Waiting extends PendingAppend {
  readonly bytes: number;
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

/** What became of one append of a group, told to its caller once the group's fate is known. */
type Outcome = { readonly appended: Appended } | { readonly refused: unknown };

/** A group ends here, so that no caller waits for megabytes of others; one append may be as large by itself. */
const maxGroupBytes = 1024 * 1024;

/** WAL that may gather before it is copied into the database file; about one and a half seconds of a busy trial. */
const checkpointBytes = 4 * 1024 * 1024;

/** How long an append waits for another process that writes, in all, and between two attempts. */
const lockPatienceMs = 10_000;
const lockPauseMs = 5;

/**
 * Writes the appends of many callers in one transaction: one fsync for all of them. Each append has its own savepoint,
 * so that a conflict fails nobody else, and each caller hears of success only after COMMIT has returned, which with
 * `synchronous = FULL` is after the fsync.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private scheduled = false;
  private lockWantedSince: number | undefined;
  private bytesSinceCheckpoint = 0;
  private broken: LogFailure | undefined;
  private readonly sql: ReturnType<typeof prepare>;

  /** @param committed told after each group of which something was written */
  constructor(
    private readonly db: Database.Database,
    private readonly committed: () => void,
  ) {
    this.sql = prepare(db);
  }

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

  /** The next group is gathered until the event loop has heard all callers of this turn. */
  private schedule(delayMs = 0): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const flush = () => {
      this.scheduled = false;
      this.flush();
      if (this.waiting.length > 0) this.schedule(this.lockWantedSince === undefined ? 0 : lockPauseMs);
    };
    if (delayMs > 0) setTimeout(flush, delayMs);
    else setImmediate(flush);
  }

  private flush(): void {
    if (this.broken !== undefined) return this.fail(this.takeAll(), this.broken, 'not written');
    if (!this.begin()) return;
    const group = this.takeGroup();
    const outcomes = this.write(group);
    if (outcomes === undefined || !this.commit(group)) return;
    group.forEach((append, index) => settle(append, outcomes[index] as Outcome));
    this.committed();
    this.bytesSinceCheckpoint += group.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.bytesSinceCheckpoint >= checkpointBytes) setImmediate(() => this.checkpoint());
  }

  /** Takes the write lock. Another process may hold it: then the callers wait on, and the thread goes its way. */
  private begin(): boolean {
    try {
      this.sql.begin.run();
      this.lockWantedSince = undefined;
      return true;
    } catch (error) {
      const failure = failureOf(error);
      this.lockWantedSince ??= Date.now();
      if (failure === 'no answer' && Date.now() - this.lockWantedSince < lockPatienceMs) return false;
      this.lockWantedSince = undefined;
      this.breakFor(failure);
      this.fail(this.takeAll(), failure, 'not written', error);
      return false;
    }
  }

  /** If we die in here nothing is written: the transaction is not committed. Undefined when the storage failed. */
  private write(group: readonly Waiting[]): Outcome[] | undefined {
    try {
      const tail = this.sql.tail.get() as [number, number] | undefined;
      const end = { position: tail?.[0] ?? -1, logTime: tail?.[1] ?? Number.MIN_SAFE_INTEGER };
      return group.map(append => this.writeOne(append, end));
    } catch (error) {
      // Nothing of an uncommitted transaction is ever seen, so this much is certain.
      this.rollBack();
      this.breakFor(failureOf(error));
      this.fail(group, failureOf(error), 'not written', error);
      return undefined;
    }
  }

  private writeOne(append: PendingAppend, end: { position: number; logTime: number }): Outcome {
    const before = { ...end };
    this.sql.savepoint.run();
    try {
      const appended = this.writeOrRepeat(append, end);
      this.sql.release.run();
      return { appended };
    } catch (error) {
      if (isStorageError(error)) throw error;
      this.sql.rollBackToSavepoint.run();
      this.sql.release.run();
      Object.assign(end, before);
      return { refused: error };
    }
  }

  private writeOrRepeat(append: PendingAppend, end: { position: number; logTime: number }): Appended {
    const { stream, expected, events } = append;
    const actual = (this.sql.lastRevision.get(stream) as number | null) ?? -1;
    if (expected !== actual) return this.repeated(append, actual);
    events.forEach(({ id, type, data, metadata, recordedAt }, index) => {
      end.position += 1;
      end.logTime = Math.max(end.logTime, recordedAt);
      this.sql.insert.run(end.position, stream, actual + 1 + index, id, type, data, metadata, end.logTime);
    });
    const lastRevision = actual + events.length;
    return { firstRevision: actual + 1, lastRevision, position: toPosition(end.position), repeated: false };
  }

  private repeated({ stream, expected, events }: PendingAppend, actual: number): Appended {
    if (expected > actual) throw new WrongExpectedRevision(stream, expected, actual);
    const stored = (this.sql.stored.all(stream, expected, events.length) as EventRow[]).map(readRow);
    checkRepeated({ stream, expected, actual }, events, stored);
    const last = stored.at(-1) as RecordedEvent;
    return {
      firstRevision: expected + 1,
      lastRevision: last.revision,
      position: last.position,
      repeated: true,
    };
  }

  /**
   * If we die before COMMIT returns, the group is on the disk wholly or not at all, and nobody has been told of it: a
   * caller's retry is answered as repeated, or written. A full disk fails before the commit record is whole, so the
   * roll-back is certain. After any other error, a failed fsync above all, the record may yet be found at the next
   * start: the outcome is unknown, and as SQLite would carry on over pages that never reached the disk, this log does not.
   */
  private commit(group: readonly Waiting[]): boolean {
    try {
      this.sql.commit.run();
      return true;
    } catch (error) {
      const failure = failureOf(error);
      const certain = failure === 'storage full' && this.rollBack();
      if (!certain) {
        this.rollBack();
        this.broken = failure === 'corrupt storage' ? failure : 'storage error';
      }
      this.fail(group, failure, certain ? 'not written' : 'unknown', error);
      return false;
    }
  }

  /** Copies the WAL into the database file. Dying in here loses nothing: the WAL stays until all of it is copied. */
  private checkpoint(): void {
    if (!this.db.open || this.bytesSinceCheckpoint < checkpointBytes) return;
    this.bytesSinceCheckpoint = 0;
    try {
      this.sql.checkpoint.get();
    } catch (error) {
      this.breakFor(failureOf(error));
    }
  }

  private takeGroup(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.findIndex(
      (append, index) => (bytes += append.bytes) > maxGroupBytes && index > 0,
    );
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }

  private takeAll(): Waiting[] {
    return this.waiting.splice(0);
  }

  private fail(
    group: readonly Waiting[],
    failure: LogFailure,
    outcome: LogUnavailable['outcome'],
    cause?: unknown,
  ) {
    for (const { reject } of group) reject(new LogUnavailable(failure, outcome, { cause }));
  }

  /** Whether the connection is out of the transaction for sure. */
  private rollBack(): boolean {
    try {
      if (this.db.inTransaction) this.sql.rollBack.run();
      return !this.db.inTransaction;
    } catch {
      this.broken = 'storage error';
      return false;
    }
  }

  /** A full or locked or read-only storage may recover; after anything else nothing more is written until reopened. */
  private breakFor(failure: LogFailure): void {
    if (failure === 'storage error' || failure === 'corrupt storage') this.broken = failure;
  }
}

function settle(append: Waiting, outcome: Outcome): void {
  if ('appended' in outcome) append.resolve(outcome.appended);
  else append.reject(outcome.refused);
}

/** What is wrong with the storage, and not with one append alone. */
const isStorageError = (error: unknown): boolean =>
  error instanceof SqliteError && !error.code.startsWith('SQLITE_CONSTRAINT');

function prepare(db: Database.Database) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollBack: db.prepare('ROLLBACK'),
    savepoint: db.prepare('SAVEPOINT one_append'),
    release: db.prepare('RELEASE one_append'),
    rollBackToSavepoint: db.prepare('ROLLBACK TO one_append'),
    tail: db.prepare('SELECT position, log_time FROM event ORDER BY position DESC LIMIT 1').raw(),
    lastRevision: db.prepare('SELECT max(revision) FROM event WHERE stream = ?').pluck(),
    stored: db.prepare(`${selectEvent} WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?`).raw(),
    insert: db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    checkpoint: db.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
  };
}
