import type {
  AllStreamRecordedEvent,
  AllStreamResolvedEvent,
  EventStoreDBClient,
  JSONType,
  StreamingRead,
} from '@eventstore/db-client';
import type { Timers } from '@platform/kernel';
import { LogUnavailable } from '../port';
import type { EventStoreAddress } from './address';
import { Silence } from './failures';
import { loadEventStore } from './packages';

/** An event as the server has it. */
export interface StoredEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

export interface Range<Place> {
  /** Of the whole log: inclusive forwards, exclusive backwards. Of a stream: inclusive. */
  readonly from: Place | 'start' | 'end';
  /** Never more than this is asked for: a call that has given all it was asked for ends by itself. */
  readonly count: number;
  readonly backwards?: boolean;
  /** Ends the page before an event. */
  readonly until?: (event: StoredEvent) => boolean;
}

/** What the client keeps to itself: it ends its calls, but not its connection, and tells no version. */
interface Internals {
  readonly capabilities: Promise<{ readonly serverVersion: string }>;
  getChannel(): Promise<{ close(): void }>;
}

/**
 * The few calls that the log makes, in its own words: the one place that has to change with the client. Every call
 * ends: with an answer, with an error, or after some patience.
 */
export class LogClient {
  protected readonly package = loadEventStore();
  private readonly client: EventStoreDBClient;
  /** What ends the calls that are open. */
  private readonly enders = new Set<() => void>();
  private isEnded = false;
  private isUsed = false;

  constructor(
    protected readonly address: EventStoreAddress,
    private readonly timers: Timers,
    /** How long the server may say nothing. */
    private readonly patienceMs: number,
  ) {
    this.client = this.package.EventStoreDBClient.connectionString(address.url);
  }

  /** @returns the revision of the last event */
  async append(stream: string, expected: number, events: readonly ProposedEvent[]): Promise<number> {
    // With credentials the client makes a call of its own for each append; without, it would gather them in one that
    // has no deadline, and where one caller's error ends the appends of all.
    const { jsonEvent, NO_STREAM } = this.package;
    const appending = this.use().appendToStream(
      stream,
      events.map(event => jsonEvent({ ...event, data: event.data as JSONType })),
      {
        ...this.options,
        expectedRevision: expected < 0 ? NO_STREAM : BigInt(expected),
        deadline: this.patienceMs,
      },
    );
    return Number((await this.patiently(appending)).nextExpectedRevision);
  }

  readStream(stream: string, { from, count, backwards, until }: Range<number>): Promise<StoredEvent[]> {
    const { BACKWARDS, END, FORWARDS, START } = this.package;
    const fromRevision = typeof from === 'number' ? BigInt(from) : from === 'start' ? START : END;
    const direction = backwards ? BACKWARDS : FORWARDS;
    const reading = this.use().readStream(stream, {
      ...this.options,
      fromRevision,
      maxCount: count,
      direction,
    });
    // Since 21.10 the events of a stream have their position too.
    return this.collect(reading as StreamingRead<unknown> as StreamingRead<AllStreamResolvedEvent>, until);
  }

  readAll({ from, count, backwards, until }: Range<bigint>): Promise<StoredEvent[]> {
    const { BACKWARDS, END, FORWARDS, START } = this.package;
    const fromPosition =
      typeof from === 'bigint' ? { commit: from, prepare: from } : from === 'start' ? START : END;
    const direction = backwards ? BACKWARDS : FORWARDS;
    const reading = this.use().readAll({ ...this.options, fromPosition, maxCount: count, direction });
    return this.collect(reading, until);
  }

  /**
   * Hears of events behind a position, until it is over for whatever reason, which is told once, or not at all after
   * the returned function was called.
   */
  subscribe(
    after: bigint,
    prefixes: string[],
    listener: { heard(position: bigint): void; ended(error?: unknown): void },
  ): () => void {
    const { START, streamNameFilter } = this.package;
    const subscription = this.use().subscribeToAll({
      fromPosition: after < 0n ? START : { commit: after, prepare: after },
      filter: streamNameFilter({ prefixes }),
      credentials: this.address.credentials,
    });
    let over = false;
    const end = (error?: unknown): void => {
      if (over) return;
      over = true;
      listener.ended(error);
    };
    subscription.on('data', ({ event }: AllStreamResolvedEvent) => {
      if (event && !over) listener.heard(event.position.commit);
    });
    // An end in good order has no error, and an error no end. Without the listener the error would end the process.
    subscription.on('error', end);
    subscription.on('end', () => end());
    subscription.on('close', () => end());
    return () => {
      over = true;
      subscription.unsubscribe().catch(nothingToEnd);
    };
  }

  /** What the server says of itself, such as `24.10.4`; `unknown` when it does not. */
  async serverVersion(): Promise<string> {
    const internals = this.use() as unknown as Internals;
    return (await this.patiently(internals.capabilities)).serverVersion;
  }

  /** Whether the caller may delete a stream. Nothing is deleted: the expected revision is one that no stream has. */
  async tryDelete(stream: string): Promise<void> {
    await this.patiently(
      this.use().deleteStream(stream, { ...this.options, expectedRevision: noSuchRevision }),
    );
  }

  /** Whether the caller may write a stream's metadata, in the same way. */
  async tryMetadata(stream: string): Promise<void> {
    const options = { ...this.options, expectedRevision: noSuchRevision };
    await this.patiently(this.use().setStreamMetadata(stream, { maxAge: 1 }, options));
  }

  /** Ends what is open; who waits for it is told that the log was closed. */
  async close(): Promise<void> {
    this.isEnded = true;
    for (const end of [...this.enders]) end();
    await this.client.dispose();
    if (!this.isUsed) return;
    const channel = (this.client as unknown as Internals).getChannel();
    await channel.then(open => open.close(), nothingToEnd);
  }

  protected use(): EventStoreDBClient {
    if (this.isEnded) throw new LogUnavailable('closed', 'not written');
    this.isUsed = true;
    return this.client;
  }

  private get options() {
    return { credentials: this.address.credentials, requiresLeader: true };
  }

  /** A page. The client's reads have no deadline, and one that is left in the middle would stay open. */
  private collect(
    reading: StreamingRead<AllStreamResolvedEvent>,
    until: (event: StoredEvent) => boolean = () => false,
  ): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    let done = false;
    const page = new Promise<StoredEvent[]>((resolve, reject) => {
      reading.on('data', ({ event }: AllStreamResolvedEvent) => {
        // Absent where a link leads nowhere; links are not followed.
        if (!event || done) return;
        const stored = storedEvent(event);
        if (until(stored)) resolve(events);
        else events.push(stored);
      });
      reading.on('end', () => resolve(events));
      reading.on('error', reject);
    });
    return this.patiently(page, () => events.length).finally(() => {
      done = true;
      if (!reading.readableEnded) reading.cancel().catch(nothingToEnd);
    });
  }

  /** @param progress a number that changes as long as something comes */
  private patiently<Result>(answer: Promise<Result>, progress: () => number = () => 0): Promise<Result> {
    return new Promise((resolve, reject) => {
      let seen = progress();
      const look = () => {
        if (progress() === seen) return reject(new Silence());
        seen = progress();
        timer = this.timers.after(this.patienceMs, look);
      };
      // A call that has a deadline of its own is given the time to say so.
      let timer = this.timers.after(this.patienceMs + graceMs, look);
      const closed = () => reject(new LogUnavailable('closed', 'not written'));
      this.enders.add(closed);
      answer.then(resolve, reject).finally(() => {
        timer.cancel();
        this.enders.delete(closed);
      });
    });
  }
}

const graceMs = 250;
const noSuchRevision = BigInt(Number.MAX_SAFE_INTEGER);

/** For calls that are to end and have never begun, because there was no connection. */
const nothingToEnd = (): void => {};

const storedEvent = (event: AllStreamRecordedEvent): StoredEvent => ({
  position: event.position.commit,
  stream: event.streamId,
  revision: Number(event.revision),
  id: event.id,
  type: event.type,
  data: event.data,
  metadata: event.metadata,
});
