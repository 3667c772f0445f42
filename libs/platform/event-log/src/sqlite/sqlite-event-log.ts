import type Database from 'better-sqlite3';
import { join } from 'node:path';
import { logStart, toPosition, type ChainedEvent, type Position } from '@platform/kernel';
import type { RecordedEvent, StreamName } from '@platform/kernel';
import { readRow, writeEvents, type EventRow } from './event-text';
import { GroupCommit } from './group-commit';
import { GroupWriter, type Outcome, type PendingAppend } from './group-writer';
import { failureOf, openReader, openWriter, selectEvent } from './open-database';
import { readRowLazily } from './lazy-event';
import { defaultPageSize, LogUnavailable } from '../port';
import type { Appended, EventLog, LogPage, StreamPage } from '../port';
import { RecentEvents } from './recent-events';
import { WaitingReaders } from '../waiting-readers';

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
const otherProcessPollMs = 20;

/**
 * The event log in one SQLite file. Any number of processes may have it open; each of them writes in groups (see
 * `GroupCommit`) and reads through a connection of its own, which sees every committed group and waits for none.
 */
export class SqliteEventLog implements EventLog {
  private readonly sql: ReturnType<typeof prepare>;
  private readonly group: GroupCommit;
  private readonly recent = new RecentEvents();
  /** Counts the commits of everybody but the writing connection. */
  private readonly commits: Database.Statement;
  /** Their count when `recent` was last known to be the end of the log; undefined when it is not known to be. */
  private knownCommits: unknown;
  private knownInThisTurn = false;
  private readonly readers = new WaitingReaders();
  private poll: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly writer: Database.Database,
    private readonly reader: Database.Database,
  ) {
    this.sql = prepare(reader);
    this.commits = writer.prepare('PRAGMA data_version').pluck();
    this.group = new GroupCommit(new GroupWriter(writer), {
      committed: (group, outcomes) => {
        for (const row of writtenRows(group, outcomes)) this.recent.add(row);
        this.readers.wakeAll();
      },
      failed: () => (this.knownCommits = undefined),
    });
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
      const recent = this.endOfLog();
      const kept = recent?.readStream(stream, { from, upTo, limit });
      if (kept) return kept;
      if (upTo === undefined) {
        const rows = this.sql.stream.all(stream, from, limit) as EventRow[];
        if (rows.length < limit) recent?.learnEnd(stream, from + rows.length);
        return rows.map(readRow);
      }
      // Positions rise with revisions: the first one behind `upTo` ends the page, however long the stream goes on.
      const events: RecordedEvent[] = [];
      for (const row of this.sql.stream.iterate(stream, from, limit) as IterableIterator<EventRow>) {
        if (row[0] > upTo) break;
        events.push(readRow(row));
      }
      return events;
    });
  }

  async readAll(page: LogPage): Promise<RecordedEvent[]> {
    const { after, upTo, limit, types, lazily } = page;
    const last = upTo === undefined ? Number.MAX_SAFE_INTEGER : Number(upTo);
    const { all, ofTypes } = this.sql;
    return this.read(() => {
      const recent = types ? undefined : this.endOfLog()?.readAll(page);
      if (recent) return recent;
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
    return this.endOfLog()?.position ?? positionOr(this.sql.head.get());
  }

  /**
   * What this process knows of the log's end, after asking whether somebody else has written: then nothing kept is
   * served any more. Undefined when the writing connection cannot tell: inside a transaction that could not be ended it
   * sees nothing of others, and one whose storage fails throws; the reading one has the say then.
   *
   * It is asked once for all that runs without going back to the event loop: whatever this thread has heard of, from a
   * request or from another process, was there before.
   */
  private endOfLog(): RecentEvents | undefined {
    if (this.knownInThisTurn && this.knownCommits !== undefined) return this.recent;
    if (this.writer.inTransaction) return undefined;
    try {
      const commits = this.commits.get();
      if (commits !== this.knownCommits) {
        this.recent.restart(positionOr(this.sql.head.get()));
        this.knownCommits = commits;
      }
      this.knownInThisTurn = true;
      process.nextTick(() => (this.knownInThisTurn = false));
      return this.recent;
    } catch {
      return undefined;
    }
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

/** The rows of a committed group that are in the log since then, in their order. */
function* writtenRows(group: readonly PendingAppend[], outcomes: readonly Outcome[]): Generator<EventRow> {
  for (const [index, { stream, events }] of group.entries()) {
    const outcome = outcomes[index] as Outcome;
    if (!('appended' in outcome) || outcome.appended.repeated) continue;
    const { firstRevision, position } = outcome.appended;
    const first = Number(position) - events.length + 1;
    for (const [at, { id, type, data, metadata }] of events.entries()) {
      yield [first + at, stream, firstRevision + at, id, type, data, metadata];
    }
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
