import { chainEvents, emptyStream, headOf, logStart, streamName, toPosition } from '@platform/kernel';
import type { DomainEvent, Position, RecordedEvent, StreamHead, StreamName, Subject } from '@platform/kernel';
import type { Appended, EventLog, LogPage, StreamPage } from '@platform/event-log';

/** A domain event and where it goes, for `recorded`. */
export interface Given {
  readonly stream: StreamName;
  readonly event: DomainEvent;
  readonly subject?: Subject;
  /** UTC text; a minute after the one before unless given. */
  readonly recordedAt?: string;
}

/** Distance of positions: a view must not count on their being dense. */
const step = 3;
const noon = Date.parse('2024-03-05T12:00:00.000Z');

/** Events as a log would hold them: chained in their streams, one minute and three positions apart. */
export function recorded(given: readonly Given[], after: readonly RecordedEvent[] = []): RecordedEvent[] {
  const heads = new Map<StreamName, StreamHead>(after.map(event => [event.stream, headOf(event)]));
  return given.map(({ stream, event, subject = {}, recordedAt }, index) => {
    const place = after.length + index;
    const number = String(place).padStart(12, '0');
    const [chained] = chainEvents(stream, heads.get(stream) ?? emptyStream, [event], {
      recordedAt: recordedAt ?? new Date(noon + place * 60_000).toISOString(),
      actor: { user: 'coordinator-01', printedName: 'Coordinator 01', role: 'coordinator', site: '01' },
      source: 'person',
      subject,
      command: { id: `00000000-0000-7000-8000-${number}`, type: event.type, fingerprint: '' },
      correlationId: `correlation-${place}`,
      software: 'test',
    });
    heads.set(stream, headOf(chained!));
    return { ...chained!, position: toPosition((place + 1) * step) };
  });
}

/** Events of one kind for tests of the engine itself: `Counted` in a stream of the key's name. */
export const counted = (key: string, by: number): Given => ({
  stream: streamName('counter', key),
  event: { type: 'Counted', data: { key, by } },
});

/**
 * A log that holds what it is given, at the positions that were given; frozen, so that no fold can change
 * an event.
 */
export class RecordedLog implements EventLog {
  private readonly events: RecordedEvent[] = [];
  private readonly waiting = new Set<() => void>();
  /** How often the whole log was read. */
  reads = 0;

  constructor(events: readonly RecordedEvent[] = []) {
    this.add(...events);
  }

  add(...events: readonly RecordedEvent[]): void {
    this.events.push(...events.map(frozen));
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  /** Takes away what was added last: a log that was restored from a backup. */
  cutTo(length: number): void {
    this.events.splice(length);
  }

  get all(): readonly RecordedEvent[] {
    return this.events;
  }

  async readAll({ after, upTo, limit, types }: LogPage): Promise<RecordedEvent[]> {
    this.reads++;
    const first = firstBehind(this.events, after);
    const wanted = types && this.events.slice(first).filter(({ type }) => types.includes(type));
    const page = wanted ? wanted.slice(0, limit) : this.events.slice(first, first + limit);
    return upTo === undefined ? page : page.filter(({ position }) => position <= upTo);
  }

  async readStream(stream: StreamName, { from = 0, upTo, limit = 1_000 }: StreamPage = {}) {
    return this.events
      .filter(event => event.stream === stream && event.revision >= from)
      .filter(({ position }) => upTo === undefined || position <= upTo)
      .slice(0, limit);
  }

  async readAt(positions: readonly Position[]): Promise<RecordedEvent[]> {
    return this.events.filter(({ position }) => positions.includes(position));
  }

  async head(): Promise<Position> {
    return this.events.at(-1)?.position ?? logStart;
  }

  async positionAt(epochMs: number): Promise<Position> {
    const isThen = ({ metadata }: RecordedEvent) => Date.parse(metadata.recordedAt) <= epochMs;
    return this.events.findLast(isThen)?.position ?? logStart;
  }

  async timeAt(at: Position): Promise<number | undefined> {
    const event = this.events.findLast(({ position }) => position <= at);
    return event && Date.parse(event.metadata.recordedAt);
  }

  async waitForNews(after: Position, signal: AbortSignal): Promise<void> {
    if (signal.aborted || (await this.head()) > after) return;
    await new Promise<void>(resolve => {
      this.waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async append(): Promise<Appended> {
    throw new Error('This log is given its events by `add`.');
  }

  async close(): Promise<void> {}
}

function firstBehind(events: readonly RecordedEvent[], after: Position): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.position > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
