import { logStart, toPosition, type ChainedEvent, type Position, type RecordedEvent } from '@platform/kernel';
import type { StreamName } from '@platform/kernel';
import { checkRepeated, readRow, writeEvents, type EventRow, type WrittenEvent } from './sqlite/event-text';
import { readRowLazily } from './sqlite/lazy-event';
import {
  defaultPageSize,
  LogUnavailable,
  WrongExpectedRevision,
  type Appended,
  type EventLog,
  type LogPage,
  type StreamPage,
} from './port';
import { WaitingReaders } from './waiting-readers';

interface Entry extends WrittenEvent {
  readonly position: Position;
  readonly stream: StreamName;
  readonly revision: number;
  /** Running maximum of `recordedAt`, epoch milliseconds. */
  readonly logTime: number;
}

/**
 * The textbook: the port in its fewest words. It keeps text, as every other adapter does, so that a reader gets what
 * JSON keeps of an event and never the object that was appended. Nothing is durable; a test's log, or a simulation's.
 */
export class MemoryEventLog implements EventLog {
  private readonly entries: Entry[] = [];
  private readonly streams = new Map<StreamName, Entry[]>();
  private readonly readers = new WaitingReaders();
  private closed = false;

  async append(stream: StreamName, expected: number, events: readonly ChainedEvent[]): Promise<Appended> {
    this.checkOpen();
    const written = writeEvents(stream, expected, events);
    const entries = this.streams.get(stream) ?? [];
    const actual = entries.length - 1;
    if (expected > actual) throw new WrongExpectedRevision(stream, expected, actual);
    const repeated = expected < actual;
    if (repeated) {
      const stored = entries.slice(expected + 1, expected + 1 + written.length).map(read);
      checkRepeated({ stream, expected, actual }, written, stored);
    } else {
      this.streams.set(stream, entries);
      for (const event of written) this.add(stream, entries, event);
      this.readers.wakeAll();
    }
    const last = entries[expected + written.length] as Entry;
    return { firstRevision: expected + 1, lastRevision: last.revision, position: last.position, repeated };
  }

  private add(stream: StreamName, entries: Entry[], event: WrittenEvent): void {
    const logTime = Math.max(this.entries.at(-1)?.logTime ?? event.recordedAt, event.recordedAt);
    const position = toPosition(this.entries.length);
    const entry = { ...event, position, stream, revision: entries.length, logTime };
    this.entries.push(entry);
    entries.push(entry);
  }

  async readStream(stream: StreamName, page: StreamPage = {}): Promise<RecordedEvent[]> {
    this.checkOpen();
    const { from = 0, upTo, limit = defaultPageSize } = page;
    const entries = (this.streams.get(stream) ?? []).slice(from, from + limit);
    return entries.filter(({ position }) => upTo === undefined || position <= upTo).map(read);
  }

  async readAll({ after, upTo, limit, types, lazily }: LogPage): Promise<RecordedEvent[]> {
    this.checkOpen();
    const entries = this.entries.slice(Number(after) + 1, upTo === undefined ? undefined : Number(upTo) + 1);
    const page = types ? entries.filter(({ type }) => types.includes(type)) : entries;
    return page.slice(0, limit).map(lazily ? readLazily : read);
  }

  async readAt(positions: readonly Position[]): Promise<RecordedEvent[]> {
    this.checkOpen();
    const wanted = new Set(positions);
    return this.entries.filter(({ position }) => wanted.has(position)).map(read);
  }

  async head(): Promise<Position> {
    this.checkOpen();
    return this.entries.at(-1)?.position ?? logStart;
  }

  async positionAt(epochMs: number): Promise<Position> {
    this.checkOpen();
    return this.entries.findLast(({ logTime }) => logTime <= epochMs)?.position ?? logStart;
  }

  async timeAt(position: Position): Promise<number | undefined> {
    this.checkOpen();
    return this.entries.findLast(entry => entry.position <= position)?.logTime;
  }

  async waitForNews(after: Position, signal: AbortSignal): Promise<void> {
    this.checkOpen();
    if (this.entries.length - 1 > after) return;
    await this.readers.wait(signal);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.readers.wakeAll();
  }

  private checkOpen(): void {
    if (this.closed) throw new LogUnavailable('closed', 'not written');
  }
}

const rowOf = ({ position, stream, revision, id, type, data, metadata }: Entry): EventRow => [
  Number(position),
  stream,
  revision,
  id,
  type,
  data,
  metadata,
];

const read = (entry: Entry): RecordedEvent => readRow(rowOf(entry));
const readLazily = (entry: Entry): RecordedEvent => readRowLazily(rowOf(entry));
