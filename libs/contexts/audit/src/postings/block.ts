/**
 * A posting list is the ascending list of the ordinals that share a value, cut into blocks of at most 1,920 bytes, so
 * that one more entry rewrites little. Pure; this file is the whole format.
 *
 * A block is written in one of two forms. Sparse: the gap from each ordinal to the next one, as LEB128 (seven bits a
 * byte, lowest first). Dense: a bitmap of 1,920 bytes whose lowest bit is the first ordinal, rounded down to a multiple
 * of 8. A block begins sparse; when its gaps fill 1,920 bytes it turns dense if the bitmap reaches far enough for the
 * next ordinal, and is closed if not. So rare values take a byte or two an entry, frequent ones less than a byte, and
 * the blocks of a list depend on its ordinals alone, never on how many came at a time.
 *
 * Near misses that it is not: Roaring containers, which are cut at fixed multiples of 2^16 and would give every rare
 * value a row in every chunk; and Elias–Fano, which cannot be appended to.
 */
export interface Block extends BlockBits {
  readonly last: number;
  readonly count: number;
}

/** What it takes to read a block. */
export interface BlockBits {
  readonly first: number;
  readonly dense: boolean;
  /** What follows the first ordinal as gaps, or the bitmap. */
  readonly bits: Uint8Array;
}

/** Two blocks with their keys fill a page of 4 KiB. */
export const blockBytes = 1_920;
const bitmapReach = blockBytes * 8;

/** Ordinals and positions: whole numbers whose sums stay exact. */
type Ascending = readonly number[];

/**
 * Puts ordinals behind a list's open block (undefined for a new list). Answers with the blocks that replace it: all but
 * the last are closed for good, the last is the open one. The given block is not changed.
 * @param ordinals ascending, each beyond the block's last
 */
export function append(open: Block | undefined, ordinals: Ascending): Block[] {
  const closed: Block[] = [];
  let block = open;
  let at = 0;
  while (at < ordinals.length) {
    const step = block?.dense ? fillBitmap(block, ordinals, at) : fillGaps(block, ordinals, at);
    block = step.block;
    at = step.at;
    const next = ordinals[at];
    if (next === undefined) break;
    if (!block.dense && next < baseOf(block) + bitmapReach) {
      block = asBitmap(block);
    } else {
      closed.push(block);
      block = undefined;
    }
  }
  return block ? [...closed, block] : closed;
}

interface Step {
  readonly block: Block;
  /** Index of the first ordinal that did not fit. */
  readonly at: number;
}

const scratch = new Uint8Array(blockBytes + 8);

function fillGaps(block: Block | undefined, ordinals: Ascending, start: number): Step {
  let at = start;
  let last = block ? block.last : ordinals[at++]!;
  let length = block ? block.bits.length : 0;
  const first = block ? block.first : last;
  if (block) scratch.set(block.bits);
  for (; at < ordinals.length; at++) {
    const end = writeGap(scratch, length, ordinals[at]! - last);
    if (end > blockBytes) break;
    length = end;
    last = ordinals[at]!;
  }
  const count = (block?.count ?? 1) + (at - start) - (block ? 0 : 1);
  return { block: { first, last, count, dense: false, bits: scratch.slice(0, length) }, at };
}

function fillBitmap(block: Block, ordinals: Ascending, start: number): Step {
  const base = baseOf(block);
  const bits = block.bits.slice();
  let at = start;
  for (; at < ordinals.length && ordinals[at]! < base + bitmapReach; at++) setBit(bits, ordinals[at]! - base);
  if (at === start) return { block, at };
  return { block: { ...block, last: ordinals[at - 1]!, count: block.count + at - start, bits }, at };
}

function asBitmap(block: Block): Block {
  const base = baseOf(block);
  const bits = new Uint8Array(blockBytes);
  for (const ordinal of ordinalsOf(block)) setBit(bits, ordinal - base);
  return { ...block, dense: true, bits };
}

/** The ordinal of a bitmap's lowest bit. */
export const baseOf = ({ first }: Pick<Block, 'first'>): number => first - (first % 8);

const setBit = (bits: Uint8Array, bit: number): void => {
  bits[bit >>> 3]! |= 1 << (bit & 7);
};

/** The ordinals of a block, ascending. */
export function ordinalsOf(block: BlockBits): number[] {
  if (!block.dense) return [...sums.subarray(0, addUp(block.first, block.bits, sums))];
  const ordinals: number[] = [];
  const base = baseOf(block);
  block.bits.forEach((bits, index) => {
    for (let byte = bits; byte !== 0; byte &= byte - 1) ordinals.push(base + index * 8 + lowestBit(byte));
  });
  return ordinals;
}

export const lowestBit = (byte: number): number => 31 - Math.clz32(byte & -byte);

/** Most numbers that the gaps of a block lead to. */
export const mostSums = blockBytes + 1;

const sums = new Float64Array(mostSums);

/** Writes a number and its sums with the gaps behind it, and answers how many these are. */
export function addUp(first: number, gaps: Uint8Array, into: Float64Array): number {
  let sum = first;
  let count = 0;
  into[count++] = sum;
  for (let at = 0; at < gaps.length;) {
    let byte = gaps[at++]!;
    let gap = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = gaps[at++]!;
      gap += (byte & 127) * scale;
    }
    sum += gap;
    into[count++] = sum;
  }
  return count;
}

/** Writes a gap below 2^53 and answers with the place behind it; needs up to eight bytes of room. */
export function writeGap(bytes: Uint8Array, start: number, gap: number): number {
  let at = start;
  let rest = gap;
  while (rest > 127) {
    bytes[at++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}
