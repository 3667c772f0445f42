import type { ChainedEvent, Position, RecordedEvent, StreamHead, StreamName } from '@platform/kernel';
import type { EventLog } from '../port';
import { someEvents } from './some-events';

/** What is in the log, by the port's words alone: the reference that an adapter is compared with. */
export class LogModel {
  readonly events: RecordedEvent[] = [];
  private commands = 0;

  /**
   * @param streams the test's own
   * @param before where the log stood when the test began
   * @param sinceMs no event before this was recorded later
   */
  constructor(
    readonly streams: readonly StreamName[],
    readonly before: Position,
    readonly sinceMs: number,
  ) {}

  of(stream: StreamName): RecordedEvent[] {
    return this.events.filter(event => event.stream === stream);
  }

  get head(): Position {
    return this.events.at(-1)?.position ?? this.before;
  }

  /** New events for a place in a stream, recorded some milliseconds after the beginning. */
  next(stream: StreamName, head: StreamHead, count: number, afterMs: number): ChainedEvent[] {
    const recordedAt = new Date(this.sinceMs + afterMs).toISOString();
    return someEvents(stream, { head, count, recordedAt, command: `command ${this.commands++}` });
  }

  /** The log's time at each event. */
  *times(): Generator<{ position: Position; timeMs: number }> {
    let timeMs = Number.NEGATIVE_INFINITY;
    for (const { position, metadata } of this.events) {
      timeMs = Math.max(timeMs, Date.parse(metadata.recordedAt));
      yield { position, timeMs };
    }
  }
}

/** Appends what is new at the right revision, and finds exactly that behind the former head. */
export async function appendNew(
  model: LogModel,
  log: EventLog,
  events: readonly ChainedEvent[],
): Promise<void> {
  const [first] = events as readonly [ChainedEvent];
  const appended = await log.append(first.stream, first.revision - 1, events);
  const written = await log.readAll({ after: model.head, limit: events.length + 1 });
  expect(written.map(plain)).toEqual(events.map(plain));
  expect(written.every((event, i) => event.position > (written[i - 1]?.position ?? model.head))).toBe(true);
  const { revision, position } = written.at(-1) as RecordedEvent;
  expect(appended).toEqual({
    firstRevision: first.revision,
    lastRevision: revision,
    position,
    repeated: false,
  });
  model.events.push(...written);
}

/** An event as plain JSON, without its position. */
export function plain(event: ChainedEvent): unknown {
  const { stream, revision, id, type, data, metadata } = event;
  return JSON.parse(JSON.stringify({ stream, revision, id, type, data, metadata }));
}
