import type { RecordedEvent } from '@platform/kernel';
import type { View } from '../view';

/** One of so many parts that a view's events, and with them its rows, are divided into. */
export interface Partition {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** As many as a view may be divided into: each has a checkpoint that moves with every page. */
export const mostPartitions = 64;

export const partitionsOf = (of: number): readonly Partition[] =>
  Array.from({ length: of }, (_, index) => ({ index, of }));

/** The name of a partition's checkpoint: the view's own for one that is not divided, else `screening-log/2-of-4`. */
export const checkpointName = (view: string, { index, of }: Partition): string =>
  of === 1 ? view : `${view}/${index + 1}-of-${of}`;

const named = /^(.+)\/(\d+)-of-(\d+)$/;

/** What the name of a checkpoint says. */
export function readCheckpointName(name: string): { readonly view: string; readonly partition: Partition } {
  const [, view = name, number = '1', of = '1'] = named.exec(name) ?? [];
  return { view, partition: { index: Number(number) - 1, of: Number(of) } };
}

/** The text that all events have in common which feed the same rows. @throws Error for a view that has none */
export function partitionKeyOf({ name, partitionBy }: View, event: RecordedEvent): string {
  if (partitionBy === undefined) throw new Error(`The view "${name}" does not say how it is divided.`);
  return partitionBy === 'stream' ? event.stream : partitionBy(event);
}

/** Those of a view's events that are a partition's. */
export function eventsIn(
  view: View,
  { index, of }: Partition,
  events: readonly RecordedEvent[],
): readonly RecordedEvent[] {
  return of === 1 ? events : events.filter(event => indexOf(partitionKeyOf(view, event), of) === index);
}

/** Which partition a key belongs to: the same in every process, and for ever, because checkpoints count on it. */
export const indexOf = (key: string, of: number): number => fnv1a(key) % of;

/** FNV-1a of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv), over UTF-16 code units instead of octets. */
function fnv1a(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  // The lower bits alone say little of texts that differ in few places: the upper ones are folded into them.
  return (hash ^ (hash >>> 16)) >>> 0;
}
