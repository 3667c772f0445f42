import type Database from 'better-sqlite3';
import { toPosition, type RecordedEvent, type StreamName } from '@platform/kernel';
import { checkRepeated, readRow, type EventRow, type WrittenEvent } from './event-text';
import { codeOf, failureOf, selectEvent } from './open-database';
import type { Appended, LogFailure, LogUnavailable } from '../port';

/** One caller's append, as text. */
export interface PendingAppend {
  readonly stream: StreamName;
  readonly expected: number;
  readonly events: readonly WrittenEvent[];
}

/** What became of one append of a committed group. */
export type Outcome = { readonly appended: Appended } | { readonly refused: unknown };

/** What became of a group: its appends' outcomes, another process's lock, or a failure of all of it. */
export type GroupResult =
  | { readonly kind: 'committed'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'locked'; readonly cause: unknown }
  | GroupFailure;

export interface GroupFailure {
  readonly kind: 'failed';
  readonly failure: LogFailure;
  readonly outcome: LogUnavailable['outcome'];
  readonly cause?: unknown;
}

/** Where the log ends within a group that is being written. */
interface End {
  readonly position: number;
  readonly logTime: number;
}

/**
 * Writes the appends of many callers in one transaction: one fsync for all of them. One of several events has its own
 * savepoint, so that a refused one leaves nothing of itself behind and fails nobody else.
 */
export class GroupWriter {
  private readonly sql: ReturnType<typeof prepare>;
  private broken: LogFailure | undefined;

  constructor(private readonly db: Database.Database) {
    this.sql = prepare(db);
  }

  /** Committed means after the fsync: with `synchronous = FULL`, COMMIT returns behind it. */
  write(group: readonly PendingAppend[]): GroupResult {
    if (this.broken !== undefined) return { kind: 'failed', failure: this.broken, outcome: 'not written' };
    try {
      this.sql.begin.run();
    } catch (error) {
      return failureOf(error) === 'no answer' ? { kind: 'locked', cause: error } : this.failed(error);
    }
    let outcomes: Outcome[];
    try {
      // If we die in here nothing is written: what is not committed is never seen, also not by the next start.
      outcomes = this.writeAll(group);
    } catch (error) {
      this.rollBack();
      return this.failed(error);
    }
    return this.commit() ?? { kind: 'committed', outcomes };
  }

  private writeAll(group: readonly PendingAppend[]): Outcome[] {
    const tail = this.sql.tail.get() as [number, number] | undefined;
    let end: End = { position: tail?.[0] ?? -1, logTime: tail?.[1] ?? Number.MIN_SAFE_INTEGER };
    return group.map(append => {
      // A single event that is refused leaves nothing of itself behind anyway.
      const several = append.events.length > 1;
      if (several) this.sql.savepoint.run();
      try {
        const written = this.writeOne(append, end);
        end = written.end;
        return { appended: written.appended };
      } catch (error) {
        if (isOfStorage(error)) throw error;
        if (several) this.sql.rollBackToSavepoint.run();
        return { refused: error };
      } finally {
        if (several && this.db.inTransaction) this.sql.release.run();
      }
    });
  }

  private writeOne(append: PendingAppend, end: End): { readonly appended: Appended; readonly end: End } {
    const { stream, expected, events } = append;
    const actual = (this.sql.lastRevision.get(stream) as number | null) ?? -1;
    if (expected !== actual) return { appended: this.repeated(append, actual), end };
    let { position, logTime } = end;
    let revision = actual;
    for (const { id, type, data, metadata, recordedAt } of events) {
      position += 1;
      revision += 1;
      logTime = Math.max(logTime, recordedAt);
      this.sql.insert.run(position, stream, revision, id, type, data, metadata, logTime);
    }
    const appended = { firstRevision: actual + 1, lastRevision: revision, position: toPosition(position) };
    return { appended: { ...appended, repeated: false }, end: { position, logTime } };
  }

  private repeated({ stream, expected, events }: PendingAppend, actual: number): Appended {
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
   * start: the outcome is unknown. SQLite would carry on over pages that never reached the disk; this log does not.
   */
  private commit(): GroupFailure | undefined {
    try {
      this.sql.commit.run();
      return undefined;
    } catch (error) {
      const failure = failureOf(error);
      const undone = this.rollBack();
      if (failure === 'storage full' && undone) {
        return { kind: 'failed', failure, outcome: 'not written', cause: error };
      }
      this.broken = failure === 'corrupt storage' ? failure : 'storage error';
      return { kind: 'failed', failure: this.broken, outcome: 'unknown', cause: error };
    }
  }

  /**
   * Copies the WAL into the database file. Dying in here loses nothing: the WAL stays until all of it is copied. A
   * failed fsync of the copy is as bad as one of the WAL, and SQLite's own checkpoints would keep it to themselves.
   */
  checkpoint(): void {
    try {
      if (this.db.open && this.broken === undefined) this.sql.checkpoint.get();
    } catch (error) {
      this.failed(error);
    }
  }

  /** A failure before COMMIT. A full or read-only storage may recover; after another one nothing more is written. */
  private failed(cause: unknown): GroupFailure {
    const failure = failureOf(cause);
    if (failure === 'storage error' || failure === 'corrupt storage') this.broken = failure;
    return { kind: 'failed', failure, outcome: 'not written', cause };
  }

  /** Whether the connection is out of its transaction for sure. */
  private rollBack(): boolean {
    try {
      if (this.db.inTransaction) this.sql.rollBack.run();
    } catch {
      this.broken = 'storage error';
    }
    return !this.db.inTransaction;
  }
}

/** Whether the storage is at fault, and not one append alone. */
const isOfStorage = (error: unknown): boolean => /^SQLITE_(?!CONSTRAINT)/.test(codeOf(error));

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
    // With OR FAIL, which is the same for one row, SQLite need not keep every page as it was before every row.
    insert: db.prepare('INSERT OR FAIL INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    checkpoint: db.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
  };
}
