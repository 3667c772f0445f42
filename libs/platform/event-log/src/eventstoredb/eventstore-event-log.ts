import {
  categoryOf,
  systemRandom,
  systemTimers,
  timeOrderedIds,
  type ChainedEvent,
  type Ids,
  type Position,
  type Random,
  type RecordedEvent,
  type StreamName,
  type Timers,
} from '@platform/kernel';
import {
  defaultPageSize,
  LogUnavailable,
  type Appended,
  type EventLog,
  type LogPage,
  type StreamPage,
} from '../port';
import type { EventStoreAddress } from './address';
import { Appender } from './appender';
import { readFailure, wireFailureOf } from './failures';
import { LogClient, type StoredEvent } from './log-client';
import { LogEnd } from './log-end';
import { NewsWatch } from './news-watch';
import { checkServer } from './start-checks';
import { isOwn, recordedForm } from './stored-form';
import { LogTime } from './log-time';

export interface EventStoreOptions {
  readonly address: EventStoreAddress;
  /** The categories of the ledger's streams. Others are not read, and cannot be written. */
  readonly categories: readonly string[];
  readonly timers?: Timers;
  readonly random?: Random;
  readonly ids?: Ids;
  /** How long the server may say nothing before a call is given up; 5,000 unless given. */
  readonly patienceMs?: number;
  /** How often an append without an answer is sent in all; three times unless given. */
  readonly attempts?: number;
  /** How often the head is looked at while somebody waits for news; 1,000 unless given. */
  readonly watchMs?: number;
}

/** Events that are read at once, where it is not known how many of them are wanted. */
const scanPage = 1_000;
/** Single events that are asked for side by side. */
const callsAtOnce = 16;
/** A few more than wanted, because the server's own events are among them. */
const smallestPage = 32;

/**
 * The event log in EventStoreDB or KurrentDB. Everything is read from the leader, as far as it is replicated.
 *
 * What it costs: an append is two round trips, for the answer is verified by reading; the head is one event read
 * backwards. The server has no index of the log's time: the first question for it reads the log once from its
 * beginning, and later ones at most 256 events (more in a log of over a million, see `Timeline`). Who reads the log
 * from its beginning anyway pays nothing more for it.
 */
export class EventStoreEventLog implements EventLog {
  private readonly client: LogClient;
  private readonly appender: Appender;
  private readonly end: LogEnd;
  private readonly news: NewsWatch;
  private readonly time = new LogTime(page => this.readAll(page));
  private readonly categories: ReadonlySet<string>;
  private readonly appending = new Set<Promise<unknown>>();
  private closing: Promise<void> | undefined;

  private constructor(options: EventStoreOptions) {
    const { address, timers = systemTimers, random = systemRandom, ids = timeOrderedIds } = options;
    const { categories, patienceMs = 5_000, attempts = 3, watchMs } = options;
    const client = new LogClient(address, timers, patienceMs);
    this.client = client;
    this.categories = new Set(categories);
    this.appender = new Appender({ client, timers, random, ids, attempts });
    this.end = new LogEnd(client, this.isOwn);
    const prefixes = categories.map(category => `${category}-`);
    const source = {
      head: () => this.end.find(),
      subscribe: (after: Position, listener: Parameters<LogClient['subscribe']>[2]) =>
        client.subscribe(after, prefixes, listener),
    };
    this.news = new NewsWatch(source, { timers, random }, watchMs);
  }

  /**
   * Connects, and looks whether the server is one to rely on.
   * @throws EventStoreUnfit with what to do | LogUnavailable when nobody answers
   */
  static async open(options: EventStoreOptions): Promise<EventStoreEventLog> {
    const log = new EventStoreEventLog(options);
    try {
      await checkServer(log.client, options.address, options.categories[0] ?? 'none');
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  async append(stream: StreamName, expected: number, events: readonly ChainedEvent[]): Promise<Appended> {
    this.checkOpen();
    const category = categoryOf(stream);
    if (!this.categories.has(category))
      throw new Error(`The category "${category}" is not among those that this log was opened for.`);
    const appending = this.appender.append(stream, expected, events);
    this.appending.add(appending);
    try {
      const appended = await appending;
      this.news.tell(appended.position);
      return appended;
    } finally {
      this.appending.delete(appending);
    }
  }

  async readStream(stream: StreamName, page: StreamPage = {}): Promise<RecordedEvent[]> {
    const { from = 0, upTo, limit: count = defaultPageSize } = page;
    const until = (event: StoredEvent): boolean => upTo !== undefined && event.position > upTo;
    const stored = await this.read(() => this.client.readStream(stream, { from, count, until }), []);
    return stored.map(recordedForm);
  }

  async readAll({ after, upTo, limit, types }: LogPage): Promise<RecordedEvent[]> {
    const wanted = (event: StoredEvent): boolean =>
      this.isOwn(event) && (types?.includes(event.type) ?? true);
    const events: RecordedEvent[] = [];
    for (let from: bigint | undefined = after; from !== undefined && events.length < limit;) {
      const least = types ? scanPage : smallestPage;
      const count = Math.max(limit - events.length + 1, least);
      const page = await this.readBehind(from, count, upTo);
      for (const event of page.stored)
        if (wanted(event) && events.length < limit) events.push(recordedForm(event));
      from = page.end;
    }
    if (!types) this.time.take(after, events);
    return events;
  }

  async readAt(positions: readonly Position[]): Promise<RecordedEvent[]> {
    const ascending = [...new Set(positions)]
      .filter(position => position >= 0n)
      .sort((a, b) => (a < b ? -1 : 1));
    const found: RecordedEvent[][] = [];
    for (let at = 0; at < ascending.length; at += callsAtOnce) {
      const some = ascending.slice(at, at + callsAtOnce);
      found.push(...(await Promise.all(some.map(position => this.readOne(position)))));
    }
    return found.flat();
  }

  async head(): Promise<Position> {
    return this.read(() => this.end.find());
  }

  async positionAt(epochMs: number): Promise<Position> {
    this.checkOpen();
    return this.time.positionAt(epochMs);
  }

  async timeAt(position: Position): Promise<number | undefined> {
    this.checkOpen();
    return this.time.timeAt(position);
  }

  async waitForNews(after: Position, signal: AbortSignal): Promise<void> {
    this.checkOpen();
    await this.news.wait(after, signal);
  }

  /** Answers what was handed in, then closes; the waiting are woken. */
  close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  private async drainAndClose(): Promise<void> {
    this.news.stop();
    await Promise.allSettled(this.appending);
    await this.client.close();
  }

  private readonly isOwn = (event: StoredEvent): boolean => isOwn(event, this.categories);

  /**
   * Events behind a position, of whatever kind, and where to go on; there is nothing more when there is no `end`. Of a
   * position where no event begins the server says so, and then the log is read from the last milestone before it.
   */
  private async readBehind(
    after: bigint,
    count: number,
    upTo: bigint | undefined,
  ): Promise<{ readonly stored: StoredEvent[]; readonly end: bigint | undefined }> {
    const until = (event: StoredEvent): boolean => upTo !== undefined && event.position > upTo;
    const begins = await this.read(
      () => this.client.readAll({ from: after < 0n ? 'start' : after, count, until }),
      undefined,
    );
    const page = begins ?? (await this.readFromMilestone(after, count, until));
    const stored = page.filter(({ position }) => position > after);
    return { stored, end: page.length < count ? undefined : page.at(-1)?.position };
  }

  private async readFromMilestone(
    after: bigint,
    count: number,
    until: (event: StoredEvent) => boolean,
  ): Promise<StoredEvent[]> {
    let from: bigint = this.time.milestoneBefore(after);
    for (;;) {
      const page = await this.read(() =>
        this.client.readAll({ from: from < 0n ? 'start' : from, count: Math.max(count, scanPage), until }),
      );
      const last = page.at(-1);
      if (!last || last.position > after || page.length < scanPage) return page;
      from = last.position;
    }
  }

  private async readOne(position: Position): Promise<RecordedEvent[]> {
    const page = await this.read(() => this.client.readAll({ from: position, count: 1 }), []);
    return page.filter(event => event.position === position && this.isOwn(event)).map(recordedForm);
  }

  /** @param absent the answer when there is nothing at a place, or no such stream */
  private async read<Result>(query: () => Promise<Result>, ...absent: [Result] | []): Promise<Result> {
    this.checkOpen();
    try {
      return await query();
    } catch (error) {
      const { kind } = wireFailureOf(error);
      if (absent.length > 0 && (kind === 'no such stream' || kind === 'no such position'))
        return absent[0] as Result;
      throw readFailure(error);
    }
  }

  private checkOpen(): void {
    if (this.closing) throw new LogUnavailable('closed', 'not written');
  }
}
