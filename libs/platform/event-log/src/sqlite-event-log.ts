import type Database from 'better-sqlite3';
import { join } from 'node:path';
import { logStart, toPosition, type ChainedEvent, type Position } from '@platform/kernel';
import type { RecordedEvent, StreamName } from '@platform/kernel';
import { readRow, writeEvents, type EventRow } from './event-text';
import { GroupCommit } from './group-commit';
import { GroupWriter } from './group-writer';
import { failureOf, openReader, openWriter, selectEvent } from './open-database';
import { readRowLazily } from './lazy-event';
import { defaultPageSize, LogUnavailable } from './port';
import type { Appended, EventLog, LogPage, StreamPage } from './port';
import { WaitingReaders } from './waiting-readers';

export type SqliteEventLogOptions = {
  /** How long one attempt may block the thread while another process writes; 20 ms unless given. */
  readonly lockWaitMs?: number;
  /**
   * How much of the file reads may keep in memory; 16,000 unless given. Who reads the log from its beginning to its
   * end sees each page once, and needs next to nothing.
   */
  readonly readCacheKiB?: number;
} & (
  | { /** The data folder; the log is `events.sqlite` in it. */ readonly folder: string }
  | { readonly file: string }
);

/** How soon an append of another process is noticed, while somebody waits for it. */
const otherProcessPollMs = 200;

/**
 * The event log in one SQLite file. Any number of processes may have it open; each of them writes in groups (see
 * `GroupCommit`) and reads through a connection of its own, which sees every committed group and waits for none.
 */
export class SqliteEventLog implements EventLog {
  private readonly sql: ReturnType<typeof prepare>;
  private readonly group: GroupCommit;
  private readonly readers = new WaitingReaders();
  private poll: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly writer: Database.Database,
    private readonly reader: Database.Database,
  ) {
    this.sql = prepare(reader);
    this.group = new GroupCommit(new GroupWriter(writer), () => this.readers.wakeAll());
  }

  /** Opens a log, or makes it. @throws NewerEventLog | LogUnavailable */
  static open(options: SqliteEventLogOptions): SqliteEventLog {
    const file = 'file' in options ? options.file : join(options.folder, 'events.sqlite');
    const writer = openWriter(file, options.lockWaitMs ?? 20);
    try {
      return new SqliteEventLog(writer, openReader(file, options.readCacheKiB));
    } catch (error) {
      writer.close();
      throw error;
    }
  }

  async append(stream: StreamName, expected: number, events: readonly ChainedEvent[]): Promise<Appended> {
    this.checkOpen();
    return this.group.append({ stream, expected, events: writeEvents(stream, expected, events) });
  }

  async readStream(stream: StreamName, page: StreamPage = {}): Promise<RecordedEvent[]> {
    const { from = 0, upTo, limit = defaultPageSize } = page;
    return this.read(() => {
      if (upTo === undefined) return (this.sql.stream.all(stream, from, limit) as EventRow[]).map(readRow);
      // Positions rise with revisions: the first one behind `upTo` ends the page, however long the stream goes on.
      const events: RecordedEvent[] = [];
      for (const row of this.sql.stream.iterate(stream, from, limit) as IterableIterator<EventRow>) {
        if (row[0] > upTo) break;
        events.push(readRow(row));
      }
      return events;
    });
  }

  async readAll({ after, upTo, limit, types, lazily }: LogPage): Promise<RecordedEvent[]> {
    const last = upTo === undefined ? Number.MAX_SAFE_INTEGER : Number(upTo);
    const { all, ofTypes } = this.sql;
    return this.read(() => {
      const rows = types
        ? ofTypes.all(Number(after), last, JSON.stringify(types), limit)
        : all.all(Number(after), last, limit);
      return (rows as EventRow[]).map(lazily ? readRowLazily : readRow);
    });
  }

  async readAt(positions: readonly Position[]): Promise<RecordedEvent[]> {
    const wanted = JSON.stringify(positions.map(Number));
    return this.read(() => (this.sql.at.all(wanted) as EventRow[]).map(readRow));
  }

  async head(): Promise<Position> {
    return this.read(() => this.currentHead());
  }

  async positionAt(epochMs: number): Promise<Position> {
    return this.read(() => positionOr(this.sql.positionAt.get(epochMs)));
  }

  async timeAt(position: Position): Promise<number | undefined> {
    return this.read(() => this.sql.timeAt.get(Number(position)) as number | undefined);
  }

  async waitForNews(after: Position, signal: AbortSignal): Promise<void> {
    if (this.read(() => this.currentHead()) > after) return;
    const woken = this.readers.wait(signal);
    this.poll ??= this.watchOtherProcesses(after);
    await woken;
    if (this.readers.size === 0) this.stopWatching();
  }

  /**
   * This process's appends wake the waiting at once. Those of others are found by looking at the head: unlike
   * `PRAGMA data_version` it cannot miss a commit that fell between somebody's last read and his waiting.
   */
  private watchOtherProcesses(known: Position): NodeJS.Timeout {
    let seen = known;
    return setInterval(() => {
      const head = this.readableHead();
      if (head !== undefined && head <= seen) return;
      seen = head ?? seen;
      this.readers.wakeAll();
    }, otherProcessPollMs);
  }

  /** Undefined when the log cannot be read: then the waiting are woken, and their next read tells them why. */
  private readableHead(): Position | undefined {
    try {
      return this.currentHead();
    } catch {
      return undefined;
    }
  }

  private stopWatching(): void {
    clearInterval(this.poll);
    this.poll = undefined;
  }

  /** Answers what was handed in, then closes; the waiting are woken. */
  close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  private async drainAndClose(): Promise<void> {
    await this.group.drained();
    this.stopWatching();
    this.readers.wakeAll();
    this.reader.close();
    this.writer.close();
  }

  private currentHead(): Position {
    return positionOr(this.sql.head.get());
  }

  private read<Result>(query: () => Result): Result {
    this.checkOpen();
    try {
      return query();
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      throw new LogUnavailable(failureOf(error), 'not written', { cause: error });
    }
  }

  private checkOpen(): void {
    if (this.closing) throw new LogUnavailable('closed', 'not written');
  }
}

const positionOr = (value: unknown): Position => (typeof value === 'number' ? toPosition(value) : logStart);

function prepare(db: Database.Database) {
  return {
    stream: db.prepare(`${selectEvent} WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`).raw(),
    all: db.prepare(`${selectEvent} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`).raw(),
    ofTypes: db
      .prepare(
        `${selectEvent} WHERE position > ? AND position <= ? AND type IN (SELECT value FROM json_each(?)) ` +
          'ORDER BY position LIMIT ?',
      )
      .raw(),
    at: db
      .prepare(`${selectEvent} WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position`)
      .raw(),
    head: db.prepare('SELECT max(position) FROM event').pluck(),
    positionAt: db
      .prepare('SELECT position FROM event WHERE log_time <= ? ORDER BY log_time DESC, position DESC LIMIT 1')
      .pluck(),
    timeAt: db
      .prepare('SELECT log_time FROM event WHERE position <= ? ORDER BY position DESC LIMIT 1')
      .pluck(),
  };
}
