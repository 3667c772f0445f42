import { LogUnavailable, maxAppendBytes, WrongExpectedRevision, type EventLog } from '@platform/event-log';
import {
  canonicalJson,
  chainEvents,
  emptyStream,
  fingerprint,
  headOf,
  toInstant,
  type Actor,
  type ChainedEvent,
  type Clock,
  type Ids,
  type Source,
  type StreamHead,
  type StreamName,
  type Subject,
} from '@platform/kernel';
import { accessStream, type AccessEvent } from '../domain/access-log';

/** One thing to write down: the event, and who caused it from where. */
export interface JournalEntry {
  readonly event: AccessEvent;
  readonly actor: Actor;
  readonly source: Source;
  readonly subject: Subject;
  readonly address?: string;
}

export interface JournalOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly software: string;
  /** Entries that may wait for the flusher; further ones are refused. 20,000 unless given. */
  readonly capacity?: number;
}

interface Waiting {
  readonly entry: JournalEntry;
  readonly id: string;
  readonly recordedAt: string;
  readonly bytes: number;
  done(): void;
  fail(error: unknown): void;
}

const maxEntries = 500;
/** Well below the log's cap for one append. */
const maxBytes = maxAppendBytes * 0.7;
/** What an event has around its entry: ids, hashes, the command. */
const envelopeBytes = 700;
const maxAttempts = 12;
const maxUnknownAnswers = 4;

/**
 * Writes to the day's stream. One flusher at a time takes everything that waits, so that any number of concurrent
 * entries cost one append; who writes an entry is told when it is durable, and told of the failure when it is not.
 */
export class DayJournal {
  private readonly waiting: Waiting[] = [];
  private readonly heads = new Map<StreamName, StreamHead>();
  private flushing = false;

  constructor(private readonly options: JournalOptions) {}

  /** @throws LogUnavailable */
  write(entry: JournalEntry): Promise<void> {
    if (this.waiting.length >= (this.options.capacity ?? 20_000)) {
      return Promise.reject(new LogUnavailable('no answer', 'not written'));
    }
    return new Promise((resolve, reject) => {
      // What has no canonical form fails here, alone, and not with those who would share its append.
      const bytes = canonicalJson(entry).length * 2 + envelopeBytes;
      const recordedAt = toInstant(this.options.clock.now());
      const id = this.options.ids.next();
      this.waiting.push({ entry, id, recordedAt, bytes, done: resolve, fail: reject });
      if (!this.flushing) void this.flush();
    });
  }

  /** Never rejects: each batch's outcome goes to those who wait for it. */
  private async flush(): Promise<void> {
    this.flushing = true;
    // Entries of the same moment join the first batch; later ones wait together while it is appended.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.take();
      try {
        await this.append(batch);
        for (const entry of batch) entry.done();
      } catch (error) {
        for (const entry of batch) entry.fail(error);
      }
    }
    this.flushing = false;
  }

  /** The oldest entries of one day, at most as many as an append takes. */
  private take(): Waiting[] {
    const [first] = this.waiting;
    const stream = first && accessStream(first.recordedAt);
    let count = 0;
    let bytes = 0;
    for (const { recordedAt, bytes: own } of this.waiting) {
      bytes += own;
      if (count === maxEntries || (count > 0 && bytes > maxBytes) || accessStream(recordedAt) !== stream)
        break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  /**
   * If we die before the append, nothing happened and nobody was answered; during it, the log holds all entries or
   * none; after it, entries may stand for requests that got no answer, which is true: they were made. The head that we
   * keep is a guess; the log corrects it, at a start as after a failure.
   */
  private async append(batch: readonly Waiting[]): Promise<void> {
    const stream = accessStream(batch[0]?.recordedAt ?? '');
    for (let attempt = 1; ; attempt++) {
      const head = this.heads.get(stream) ?? emptyStream;
      const events = this.chained(stream, head, batch);
      try {
        await this.appendSurely(stream, head.revision, events);
        const last = events.at(-1);
        if (last) this.remember(stream, headOf(last));
        return;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || attempt === maxAttempts) {
          this.heads.delete(stream);
          throw error;
        }
        await this.reload(stream, error.actual);
      }
    }
  }

  /** The same append again while the log does not know what became of it: it answers as repeated, or writes. */
  private async appendSurely(
    stream: StreamName,
    revision: number,
    events: readonly ChainedEvent[],
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.options.log.append(stream, revision, events);
        return;
      } catch (error) {
        const unknown =
          error instanceof LogUnavailable && error.outcome === 'unknown' && error.failure === 'no answer';
        if (!unknown || attempt === maxUnknownAnswers) throw error;
      }
    }
  }

  private chained(stream: StreamName, start: StreamHead, batch: readonly Waiting[]): ChainedEvent[] {
    let head = start;
    return batch.flatMap(({ entry, id, recordedAt }) => {
      const { event, ...circumstances } = entry;
      const command = { id, type: 'WriteAccessJournal', fingerprint: fingerprint(event.data) };
      const software = this.options.software;
      const events = chainEvents(stream, head, [event], {
        ...circumstances,
        recordedAt,
        command,
        correlationId: id,
        software,
      });
      head = events.map(headOf).at(-1) ?? head;
      return events;
    });
  }

  private async reload(stream: StreamName, revision: number): Promise<void> {
    const [last] =
      revision < 0 ? [] : await this.options.log.readStream(stream, { from: revision, limit: 1 });
    this.remember(stream, last ? headOf(last) : emptyStream);
  }

  /** Today's head and, around midnight, yesterday's. */
  private remember(stream: StreamName, head: StreamHead): void {
    this.heads.set(stream, head);
    const oldest = [...this.heads.keys()].toSorted().at(0);
    if (this.heads.size > 2 && oldest !== undefined && oldest !== stream) this.heads.delete(oldest);
  }
}
