import { addUp, writeGap } from './block';

/**
 * The positions of so many consecutive ordinals: the first one, and the gaps between them as in a sparse block. With
 * positions that are dense this takes a byte an entry, with positions that count bytes two or three.
 */
export interface Segment extends SegmentBits {
  readonly last: bigint;
}

/** What it takes to read a segment. */
export interface SegmentBits {
  readonly first: bigint;
  readonly gaps: Uint8Array;
}

export const positionsPerSegment = 512;

const widestGap = 8;

/** @param positions ascending and not empty, each beyond the segment's last */
export function appendPositions(segment: Segment | undefined, positions: readonly bigint[]): Segment {
  const [first, ...others] = positions;
  if (first === undefined) throw new Error('A segment is appended at least one position.');
  const behind = segment ? positions : others;
  let last = segment?.last ?? first;
  const gaps = new Uint8Array((segment?.gaps.length ?? 0) + behind.length * widestGap);
  if (segment) gaps.set(segment.gaps);
  let length = segment?.gaps.length ?? 0;
  for (const position of behind) {
    length = writeGap(gaps, length, Number(position - last));
    last = position;
  }
  return { first: segment?.first ?? first, last, gaps: gaps.slice(0, length) };
}

const distances = new Float64Array(positionsPerSegment);

/** Some positions of a segment, by their places in it; undefined for a place that it has not reached. */
export function positionsAt({ first, gaps }: SegmentBits, places: readonly number[]): (bigint | undefined)[] {
  const count = addUp(0, gaps, distances);
  return places.map(place => (place < count ? first + BigInt(distances[place]!) : undefined));
}

/** How many of a segment's positions are at or before one. */
export function countUpTo({ first, gaps }: SegmentBits, position: bigint): number {
  const count = addUp(0, gaps, distances);
  const distance = Number(position - first);
  const beyond = distances.subarray(0, count).findIndex(known => known > distance);
  return beyond < 0 ? count : beyond;
}
