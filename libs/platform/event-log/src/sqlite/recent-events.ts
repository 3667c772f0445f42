import { LRUCache } from 'lru-cache';
import { toPosition, type Position, type RecordedEvent, type StreamName } from '@platform/kernel';
import { readRow, type EventRow } from './event-text';
import type { LogPage, StreamPage } from '../port';

/** An event as it was written, or as readers get it once one of them has asked for it. */
interface Kept {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly size: number;
  content: EventRow | RecordedEvent;
}

export interface RecentBounds {
  readonly events: number;
  /** Characters of data and metadata. */
  readonly size: number;
  /** Streams whose end is remembered. */
  readonly streams: number;
}

const defaultBounds: RecentBounds = { events: 1_024, size: 4 * 1024 * 1024, streams: 20_000 };

/**
 * The end of the log in memory: what this process has appended since anybody else did, so that those who follow the
 * log and those who decide on its streams need not ask the storage for what has just been written, and share one
 * parsing of it. It knows nothing of other processes: its owner asks the storage whether another one has written, and
 * then begins again (`restart`).
 */
export class RecentEvents {
  /** Dense positions; the last one is the log's head. */
  private kept: Kept[] = [];
  private size = 0;
  private head = -1;
  private byStream = new Map<string, Kept[]>();
  /** Streams that hold nothing at or behind a revision. */
  private readonly ends: LRUCache<string, number>;

  constructor(private readonly bounds: RecentBounds = defaultBounds) {
    this.ends = new LRUCache({ max: bounds.streams });
  }

  /** Forgets everything; the log is known to end at a position, and nothing of what is in it. */
  restart(head: Position): void {
    this.kept = [];
    this.size = 0;
    this.byStream.clear();
    this.ends.clear();
    this.head = Number(head);
  }

  get position(): Position {
    return toPosition(this.head);
  }

  /** Takes what was committed; left out when it does not follow what is known, because another process came between. */
  add(row: EventRow): void {
    const [position, stream, revision, , , data, metadata] = row;
    if (position !== this.head + 1) return;
    const kept: Kept = { position, stream, revision, size: data.length + metadata.length, content: row };
    this.head = position;
    this.kept.push(kept);
    this.size += kept.size;
    const ofStream = this.byStream.get(stream);
    if (ofStream) ofStream.push(kept);
    else this.byStream.set(stream, [kept]);
    this.ends.set(stream, revision + 1);
    if (this.kept.length > this.bounds.events || this.size > this.bounds.size) this.dropOldest();
  }

  /** A page of the log; undefined when it begins before what is kept. */
  readAll({ after, upTo, limit }: LogPage): RecordedEvent[] | undefined {
    const before = this.head - this.kept.length;
    if (after < before) return undefined;
    const first = Number(after) - before;
    const last = upTo === undefined || upTo > this.head ? this.head : Number(upTo);
    const end = Math.min(first + limit, last - before);
    return this.kept.slice(first, Math.max(first, end)).map(eventOf);
  }

  /** A page of a stream; undefined when that is not known. */
  readStream(stream: StreamName, { from = 0, upTo, limit }: StreamPage & { limit: number }) {
    const end = this.ends.get(stream);
    if (end !== undefined && from >= end) return [];
    const kept = this.byStream.get(stream);
    const first = kept?.[0];
    if (!kept || !first || from < first.revision) return undefined;
    const start = from - first.revision;
    const page = kept.slice(start, start + limit);
    const known = upTo === undefined ? page : page.filter(({ position }) => position <= upTo);
    return known.map(eventOf);
  }

  /** What a reading of the storage told: the stream holds nothing at or behind a revision. */
  learnEnd(stream: StreamName, revision: number): void {
    this.ends.set(stream, revision);
  }

  /** A quarter at once, so that it is not done for each event. */
  private dropOldest(): void {
    const count = Math.ceil(this.kept.length / 4);
    for (const { stream, size } of this.kept.splice(0, count)) {
      this.size -= size;
      const ofStream = this.byStream.get(stream);
      ofStream?.shift();
      if (ofStream?.length === 0) this.byStream.delete(stream);
    }
  }
}

/** Parsed at the first asking, once for all. */
function eventOf(kept: Kept): RecordedEvent {
  const { content } = kept;
  if (!Array.isArray(content)) return content;
  const event = readRow(content);
  kept.content = event;
  return event;
}
