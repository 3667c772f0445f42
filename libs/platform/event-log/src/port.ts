import type { ChainedEvent, Position, RecordedEvent, StreamName } from '@platform/kernel';

/**
 * The event log: the only durable truth.
 *
 * It promises:
 * - an append is all or nothing, happens only when the stream's last revision is exactly the expected one, and has
 *   reached stable storage when the promise resolves;
 * - the same events again (equal ids and hashes, at the expected revision) are answered with the first result and
 *   written once; equal ids with another content are refused;
 * - positions rise strictly in the order in which events become visible: whoever has read up to a position never
 *   finds an event at or before it later;
 * - streams are dense: revisions 0, 1, 2 …;
 * - the log's time at a position is the running maximum of `recordedAt`, so an instant maps to one position for ever.
 *
 * It does not promise:
 * - unique event ids across streams, or across revisions of one stream that were appended with distinct expectations;
 * - dense positions;
 * - events of one's own: readers share them, and nobody changes what he has read;
 * - that a failed append was not written: `LogUnavailable` with `outcome: 'unknown'` may be followed by the events
 *   appearing. Repeat the same append; it is answered as repeated, or written.
 */
export interface EventLog {
  /**
   * @param expectedRevision revision of the stream's last event; -1 for a stream that does not exist yet
   * @throws WrongExpectedRevision | EventIdReused | AppendTooLarge | LogUnavailable; a plain Error for events that are
   * not chained for this place or not behind each other, which is a defect of the caller
   */
  append(stream: StreamName, expectedRevision: number, events: readonly ChainedEvent[]): Promise<Appended>;

  /** A page of one stream in the order of revisions; empty behind the end or when there is no such stream. */
  readStream(stream: StreamName, page?: StreamPage): Promise<RecordedEvent[]>;

  /** A page of the whole log in the order of positions. */
  readAll(page: LogPage): Promise<RecordedEvent[]>;

  /** The events at some positions, in ascending order; positions that hold none are left out. */
  readAt(positions: readonly Position[]): Promise<RecordedEvent[]>;

  /** Position of the last event; `logStart` when there is none. */
  head(): Promise<Position>;

  /** Position of the last event at or before an instant by the log's time; `logStart` when there is none. */
  positionAt(epochMs: number): Promise<Position>;

  /**
   * The log's time at a position, epoch milliseconds: the running maximum of `recordedAt`. At one that holds no event
   * it is the one of the event before; undefined when there is none.
   */
  timeAt(position: Position): Promise<number | undefined>;

  /**
   * Resolves when there may be an event after a position, or when the signal aborts. Wakes for appends of this
   * process at once and of other processes within a second; may wake for nothing.
   */
  waitForNews(after: Position, signal: AbortSignal): Promise<void>;

  close(): Promise<void>;
}

export const EVENT_LOG = Symbol('EventLog');

export interface StreamPage {
  /** First revision wanted; 0 unless given. */
  readonly from?: number;
  /** Last position wanted, inclusive: the stream as it was known there. */
  readonly upTo?: Position;
  /** At most this many events; 1,000 unless given. */
  readonly limit?: number;
}

export interface LogPage {
  /** Exclusive. */
  readonly after: Position;
  /** Last position wanted, inclusive. */
  readonly upTo?: Position;
  readonly limit: number;
  /** Only events of these types; of all unless given. A page with fewer than `limit` of them has reached the end. */
  readonly types?: readonly string[];
  /**
   * Events are parsed as far as somebody looks at them, and one that is damaged ends in `UnreadableEvent` when it is
   * looked at. Their members are getters: they are read one by one, and neither spread nor compared as a whole.
   */
  readonly lazily?: boolean;
}

export interface Appended {
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** Position of the last of the events. */
  readonly position: Position;
  /** Whether they had been written before. */
  readonly repeated: boolean;
}

export const defaultPageSize = 1_000;

/**
 * Own caps, so that every adapter refuses alike: 256 KiB an event, 768 KiB an append, as UTF-8 JSON. Servers take a
 * mebibyte for an append, and some of them count more than this text: what is left holds that for the smallest events.
 */
export const maxEventBytes = 256 * 1024;
export const maxAppendBytes = 768 * 1024;

export class WrongExpectedRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`The stream ${stream} stands at revision ${actual}, not at ${expected}.`);
    this.name = 'WrongExpectedRevision';
  }
}

/** The ids of an append are already in the stream, with another content. */
export class EventIdReused extends Error {
  constructor(
    readonly stream: string,
    readonly eventId: string,
  ) {
    super(`The event id ${eventId} is already in the stream ${stream}, with another content.`);
    this.name = 'EventIdReused';
  }
}

/** Zero events, or more bytes than the caps allow. */
export class AppendTooLarge extends Error {
  constructor(readonly bytes: number) {
    super(
      bytes === 0
        ? 'An append needs at least one event.'
        : `The append has ${bytes} bytes; at most ${maxEventBytes} an event and ${maxAppendBytes} in all are taken.`,
    );
    this.name = 'AppendTooLarge';
  }
}

export type LogFailure =
  'storage full' | 'read-only storage' | 'corrupt storage' | 'storage error' | 'closed' | 'no answer';

/** The log cannot serve now. With outcome `unknown`, the same append must be repeated to learn what happened. */
export class LogUnavailable extends Error {
  constructor(
    readonly failure: LogFailure,
    readonly outcome: 'not written' | 'unknown',
    options?: ErrorOptions,
  ) {
    super(`The event log is unavailable: ${failure}.`, options);
    this.name = 'LogUnavailable';
  }
}

/** Reads a whole stream page by page, up to a position when one is given. */
export async function* eachOfStream(
  log: EventLog,
  stream: StreamName,
  options: { from?: number; upTo?: Position; pageSize?: number } = {},
): AsyncGenerator<RecordedEvent> {
  const limit = options.pageSize ?? defaultPageSize;
  let from = options.from ?? 0;
  for (;;) {
    const page = await log.readStream(stream, { from, upTo: options.upTo, limit });
    yield* page;
    if (page.length < limit) return;
    from += page.length;
  }
}

/** Reads the whole log page by page, up to a position when one is given. */
export async function* eachPage(
  log: EventLog,
  options: Omit<LogPage, 'limit'> & { readonly pageSize?: number },
): AsyncGenerator<RecordedEvent[]> {
  const { pageSize: limit = 1_000, ...wanted } = options;
  let { after } = options;
  for (;;) {
    const page = await log.readAll({ ...wanted, after, limit });
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last.position;
  }
}
