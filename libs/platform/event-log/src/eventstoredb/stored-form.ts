import {
  categoryOf,
  toPosition,
  type ChainedEvent,
  type EventMetadata,
  type RecordedEvent,
} from '@platform/kernel';
import type { JsonObject, StreamName } from '@platform/kernel';
import { UnreadableEvent } from '../sqlite/event-text';
import type { ProposedEvent, StoredEvent } from './log-client';

/**
 * The form in which the server keeps an event: content as data, circumstances as metadata, and one member more in the
 * metadata, which names the append that wrote it. The server answers a repeated append like a first one, and compares
 * ids only; this member tells the two apart.
 */
export const appendMember = 'append';

export const proposedForm = ({ id, type, data, metadata }: ChainedEvent, append: string): ProposedEvent => ({
  id,
  type,
  data,
  metadata: { ...metadata, [appendMember]: append },
});

/** Which append wrote an event. */
export const appendOf = ({ metadata }: StoredEvent): unknown =>
  (metadata as Readonly<Record<string, unknown>> | undefined)?.[appendMember];

/**
 * Whether an event is the ledger's: in a stream of one of its categories, and no link of a system projection. What
 * the server writes about itself is in streams that begin with a dollar sign.
 */
export const isOwn = ({ stream, type }: StoredEvent, categories: ReadonlySet<string>): boolean =>
  categories.has(categoryOf(stream)) && !type.startsWith('$');

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** @throws UnreadableEvent for one whose content is no JSON any more, such as one that was redacted */
export function recordedForm(stored: StoredEvent): RecordedEvent {
  const { position, stream, revision, id, type, data } = stored;
  if (!isObject(data) || !isObject(stored.metadata)) throw new UnreadableEvent(position);
  const { [appendMember]: _append, ...metadata } = stored.metadata as EventMetadata & {
    readonly append?: string;
  };
  return {
    position: toPosition(position),
    stream: stream as StreamName,
    revision,
    id,
    type,
    data: data as JsonObject,
    metadata,
  };
}
