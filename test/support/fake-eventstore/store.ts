/*
 * What a server keeps, and the rules by which it takes appends: those of EventStoreDB 24.10, row by row as
 * test/contracts/fake-eventstore.spec.ts lists them.
 */

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

export interface StoredEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare position, which are equal for what is written through gRPC. */
  readonly position: bigint;
}

export type Expectation = number | 'any' | 'no stream' | 'stream exists';

export type AppendResult =
  | { readonly kind: 'written'; readonly lastRevision: number; readonly position: bigint }
  | { readonly kind: 'repeated'; readonly lastRevision: number; readonly position: bigint | undefined }
  | { readonly kind: 'wrong version'; readonly current: number }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'too large' };

/** The default of servers. Older ones count data alone; here everything counts, as newer ones have it. */
export const maxAppendBytes = 1024 * 1024;

export class FakeStore {
  private readonly log: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly tombstones = new Set<string>();
  /** What "any" knows of ids; gone after a restart. */
  private recentIds = new Map<string, StoredEvent>();
  private nextPosition = 0n;
  private readonly listeners = new Set<() => void>();
  /** Whether answers to repeated appends carry the position of the first one. */
  repeatedWithPosition = true;

  constructor() {
    // As every server's log does: it begins with something of the system's own.
    this.write('$$$stats-0.0.0.0:2113', [systemEvent('$metadata')]);
  }

  append(stream: string, expected: Expectation, events: readonly ProposedEvent[]): AppendResult {
    if (this.tombstones.has(stream)) return { kind: 'deleted' };
    if (events.reduce((sum, each) => sum + sizeOf(each), 0) > maxAppendBytes) return { kind: 'too large' };
    const current = this.lastRevision(stream);
    const wanted = expected === 'no stream' ? -1 : expected;
    if (typeof wanted === 'number') {
      if (wanted < current) return this.repeatedOrWrong(stream, wanted, events);
      if (wanted > current) return { kind: 'wrong version', current };
      return this.write(stream, events);
    }
    if (wanted === 'stream exists' && current < 0) return { kind: 'wrong version', current };
    const known = events.map(({ id }) => this.recentIds.get(`${stream} ${id}`));
    const last = known.at(-1);
    if (last && known.every(event => event !== undefined)) return this.repeated(last);
    return this.write(stream, events);
  }

  /** Ids alone are compared, never contents. */
  private repeatedOrWrong(stream: string, wanted: number, events: readonly ProposedEvent[]): AppendResult {
    const stored = this.of(stream).slice(wanted + 1, wanted + 1 + events.length);
    const same = stored.length === events.length && events.every(({ id }, index) => id === stored[index]?.id);
    const last = stored.at(-1);
    return same && last ? this.repeated(last) : { kind: 'wrong version', current: this.lastRevision(stream) };
  }

  private repeated({ revision, position }: StoredEvent): AppendResult {
    return {
      kind: 'repeated',
      lastRevision: revision,
      position: this.repeatedWithPosition ? position : undefined,
    };
  }

  private write(stream: string, events: readonly ProposedEvent[]): AppendResult {
    const stored = this.streams.get(stream) ?? [];
    this.streams.set(stream, stored);
    for (const event of events) {
      const recorded = { ...event, stream, revision: stored.length, position: this.nextPosition };
      // Bytes in a file: never dense, and nothing can be read between two of them.
      this.nextPosition += BigInt(100 + event.data.length + event.metadata.length);
      stored.push(recorded);
      this.log.push(recorded);
      this.recentIds.set(`${stream} ${event.id}`, recorded);
    }
    for (const listener of [...this.listeners]) listener();
    const position = this.log.at(-1)?.position ?? 0n;
    return { kind: 'written', lastRevision: stored.length - 1, position };
  }

  /** For ever: nothing can be appended to the stream any more. */
  tombstone(stream: string): void {
    this.tombstones.add(stream);
    this.streams.delete(stream);
  }

  isTombstoned(stream: string): boolean {
    return this.tombstones.has(stream);
  }

  /** What the server writes about itself now and then. */
  writeStatistics(): void {
    this.write('$stats-127.0.0.1:2113', [systemEvent('$statsCollected')]);
  }

  /** A link to an event, as system projections write them; its stream is named like those of the application. */
  writeLink(stream: string, to: string): void {
    const link = { ...systemEvent('$>'), contentType: 'application/octet-stream', data: Buffer.from(to) };
    this.write(stream, [link]);
  }

  /** What was in memory only is gone. */
  restart(): void {
    this.recentIds = new Map();
  }

  /** Loses what was written behind a position, as a restored backup would. */
  restore(upTo: bigint): void {
    const lost = this.log.splice(this.placeFrom(upTo + 1n));
    for (const { stream } of lost) this.streams.get(stream)?.pop();
    this.nextPosition = lost[0]?.position ?? this.nextPosition;
  }

  /** Overwrites an event's data as a redaction does. Its metadata stays. */
  redact(stream: string, revision: number): void {
    this.streams.get(stream)?.[revision]?.data.fill(0xff);
  }

  of(stream: string): readonly StoredEvent[] {
    return this.streams.get(stream) ?? [];
  }

  get all(): readonly StoredEvent[] {
    return this.log;
  }

  /** The first place behind or at a position in the log; undefined when the position is within an event. */
  placeOf(position: bigint): number | undefined {
    const place = this.placeFrom(position);
    return place === this.log.length || this.log[place]?.position === position ? place : undefined;
  }

  /** The first place at or behind a position, whether or not an event begins there. */
  placeFrom(position: bigint): number {
    let [low, high] = [0, this.log.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.log[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  lastRevision(stream: string): number {
    return (this.streams.get(stream)?.length ?? 0) - 1;
  }

  onWritten(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const sizeOf = ({ data, metadata, type }: ProposedEvent): number =>
  data.length + metadata.length + 2 * type.length;

let systemEvents = 0;

const systemEvent = (type: string): ProposedEvent => ({
  id: `00000000-0000-4000-8000-${String(systemEvents++).padStart(12, '0')}`,
  type,
  contentType: 'application/json',
  data: Buffer.from('{}'),
  metadata: Buffer.alloc(0),
});
