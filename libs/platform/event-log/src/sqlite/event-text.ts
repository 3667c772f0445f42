import {
  textsOf,
  toPosition,
  type ChainedEvent,
  type RecordedEvent,
  type StreamName,
} from '@platform/kernel';
import {
  AppendTooLarge,
  EventIdReused,
  LogUnavailable,
  maxAppendBytes,
  maxEventBytes,
  WrongExpectedRevision,
} from '../port';

/** An event as text, ready to be written. */
export interface WrittenEvent {
  readonly id: string;
  readonly type: string;
  /** RFC 8785 forms. */
  readonly data: string;
  readonly metadata: string;
  readonly hash: string;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
}

/**
 * What every adapter does before it looks at its storage: refuses what can never be written, and writes the rest.
 * @throws AppendTooLarge, or Error when the events do not continue the stream and each other: a defect of the caller
 */
export function writeEvents(
  stream: StreamName,
  expectedRevision: number,
  events: readonly ChainedEvent[],
): WrittenEvent[] {
  if (events.length === 0) throw new AppendTooLarge(0);
  const written = events.map((event, index) => {
    checkPlace(stream, expectedRevision + 1 + index, event, events[index - 1]);
    const { data, metadata } = textsOf(event);
    const recordedAt = Date.parse(event.metadata.recordedAt);
    if (Number.isNaN(recordedAt)) throw new Error(`Event ${event.id} has no instant of recording.`);
    return { id: event.id, type: event.type, data, metadata, hash: event.metadata.hash, recordedAt };
  });
  checkSizes(written);
  return written;
}

function checkPlace(
  stream: StreamName,
  revision: number,
  event: ChainedEvent,
  previous: ChainedEvent | undefined,
) {
  if (event.stream !== stream || event.revision !== revision) {
    const chainedFor = `${event.stream}:${event.revision}`;
    throw new Error(`Event ${event.id} is chained for ${chainedFor}, not for ${stream}:${revision}.`);
  }
  if (previous && event.metadata.previousHash !== previous.metadata.hash) {
    throw new Error(`Event ${event.id} is not chained behind event ${previous.id}.`);
  }
}

function checkSizes(written: readonly WrittenEvent[]): void {
  // A UTF-16 unit is at most three bytes of UTF-8: the bytes are counted only where that bound would be too much.
  const bounds = written.map(({ data, metadata }) => 3 * (data.length + metadata.length));
  if (Math.max(...bounds) <= maxEventBytes && bounds.reduce((sum, bound) => sum + bound) <= maxAppendBytes)
    return;
  let appendBytes = 0;
  for (const { data, metadata } of written) {
    const bytes = Buffer.byteLength(data) + Buffer.byteLength(metadata);
    appendBytes += bytes;
    if (bytes > maxEventBytes) throw new AppendTooLarge(bytes);
    if (appendBytes > maxAppendBytes) throw new AppendTooLarge(appendBytes);
  }
}

/** What a stream holds behind the expected revision, as much of it as the append has events. */
export type Stored = readonly { readonly id: string; readonly metadata: { readonly hash: string } }[];

/**
 * Judges an append whose expected revision is not the stream's last: returns when the stream holds exactly these
 * events already, which it never does for a revision that it has not reached.
 * @throws WrongExpectedRevision | EventIdReused
 */
export function checkRepeated(
  at: { readonly stream: string; readonly expected: number; readonly actual: number },
  events: readonly WrittenEvent[],
  stored: Stored,
): void {
  const sameIds =
    stored.length === events.length && events.every((event, index) => event.id === stored[index]?.id);
  if (!sameIds) throw new WrongExpectedRevision(at.stream, at.expected, at.actual);
  const other = events.find((event, index) => event.hash !== stored[index]?.metadata.hash);
  if (other) throw new EventIdReused(at.stream, other.id);
}

/** An event whose text in the storage is not JSON: the storage was damaged or changed from outside. */
export class UnreadableEvent extends LogUnavailable {
  constructor(
    readonly position: bigint,
    options?: ErrorOptions,
  ) {
    super('corrupt storage', 'not written', options);
    this.name = 'UnreadableEvent';
  }
}

/** Position, stream, revision, id, type, data, metadata: the columns that make an event, in this order. */
export type EventRow = [number, string, number, string, string, string, string];

/** @throws UnreadableEvent */
export function readRow(row: EventRow): RecordedEvent {
  const [position, stream, revision, id, type] = row;
  try {
    const [data, metadata] = [JSON.parse(row[5]), JSON.parse(row[6])];
    return {
      position: toPosition(position),
      stream: stream as StreamName,
      revision,
      id,
      type,
      data,
      metadata,
    };
  } catch (cause) {
    throw new UnreadableEvent(BigInt(position), { cause });
  }
}
