import { addUp, writeGap } from './block';

/**
 * The positions of so many consecutive ordinals: the first one, and the gaps between them as in a sparse block. With
 * positions that are dense this takes a byte an entry, with positions that count bytes two or three.
 */
export interface Segment {
  readonly first: bigint;
  readonly last: bigint;
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

/** All positions of a segment, in the order of their ordinals. */
export function positionsOf({ first, gaps }: Pick<Segment, 'first' | 'gaps'>): bigint[] {
  const count = addUp(0, gaps, distances);
  return Array.from(distances.subarray(0, count), distance => first + BigInt(distance));
}
