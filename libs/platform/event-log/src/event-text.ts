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
} from './port';

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
 * @throws AppendTooLarge, or Error when the events do not continue the stream and each other, which is a defect of the caller
 */
export function writeEvents(
  stream: StreamName,
  expectedRevision: number,
  events: readonly ChainedEvent[],
): WrittenEvent[] {
  if (events.length === 0) throw new AppendTooLarge(0);
  let appendBytes = 0;
  return events.map((event, index) => {
    checkPlace(stream, expectedRevision + 1 + index, event, events[index - 1]);
    const { data, metadata } = textsOf(event);
    const bytes = Buffer.byteLength(data) + Buffer.byteLength(metadata);
    if (bytes > maxEventBytes) throw new AppendTooLarge(bytes);
    appendBytes += bytes;
    if (appendBytes > maxAppendBytes) throw new AppendTooLarge(appendBytes);
    const recordedAt = Date.parse(event.metadata.recordedAt);
    return { id: event.id, type: event.type, data, metadata, hash: event.metadata.hash, recordedAt };
  });
}

function checkPlace(
  stream: StreamName,
  revision: number,
  event: ChainedEvent,
  previous: ChainedEvent | undefined,
) {
  const { previousHash, recordedAt } = event.metadata;
  if (event.stream !== stream || event.revision !== revision) {
    throw new Error(
      `Event ${event.id} is chained for ${event.stream}:${event.revision}, not for ${stream}:${revision}.`,
    );
  }
  if (previous && previousHash !== previous.metadata.hash) {
    throw new Error(`Event ${event.id} is not chained behind event ${previous.id}.`);
  }
  if (Number.isNaN(Date.parse(recordedAt))) throw new Error(`Event ${event.id} has no instant of recording.`);
}

/** What a stream holds behind the expected revision, as much of it as the append has events. */
export type Stored = readonly { readonly id: string; readonly metadata: { readonly hash: string } }[];

/**
 * Judges an append whose expected revision is not the stream's last: returns when the stream holds exactly these
 * events already.
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
