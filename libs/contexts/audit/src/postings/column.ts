import { lowestBit } from './block';
import type { OrdinalSet } from './ordinal-set';

/**
 * The other direction of a dimension's posting lists: which value each entry has, as the value's number, for so many
 * consecutive ordinals. The first byte is the width of the numbers, 1, 2 or 4 bytes: the least that the largest of them
 * needs; the numbers follow, lowest byte first. Values are numbered in the order of their first appearance.
 */
export const entriesPerPart = 1_920;

const header = 1;

/** Puts numbers behind those of a part that is not full. The given bytes are not changed. */
export function appendNumbers(part: Uint8Array | undefined, numbers: readonly number[]): Uint8Array {
  const before = part ?? Uint8Array.of(1);
  const width = Math.max(widthOf(before), widthFor(numbers));
  const count = countOf(before);
  const bytes = new Uint8Array(header + (count + numbers.length) * width);
  bytes[0] = width;
  if (width === widthOf(before)) bytes.set(before);
  else numbersOf(before).forEach((number, index) => write(bytes, width, index, number));
  numbers.forEach((number, index) => write(bytes, width, count + index, number));
  return bytes;
}

const widthFor = (numbers: readonly number[]): number => {
  const largest = numbers.reduce((a, b) => Math.max(a, b), 0);
  return largest < 2 ** 8 ? 1 : largest < 2 ** 16 ? 2 : 4;
};

const widthOf = (part: Uint8Array): number => part[0]!;

const countOf = (part: Uint8Array): number => (part.length - header) / widthOf(part);

function write(bytes: Uint8Array, width: number, index: number, number: number): void {
  for (let byte = 0; byte < width; byte++)
    bytes[header + index * width + byte] = (number >>> (8 * byte)) & 255;
}

function read(part: Uint8Array, width: number, index: number): number {
  const at = header + index * width;
  let number = part[at]!;
  if (width > 1) number |= part[at + 1]! << 8;
  if (width > 2) number |= (part[at + 2]! << 16) | (part[at + 3]! << 24);
  return number >>> 0;
}

export const numbersOf = (part: Uint8Array): number[] =>
  Array.from({ length: countOf(part) }, (_, index) => read(part, widthOf(part), index));

/** The parts that have any of the entries, in their order. */
export function partsWith(entries: OrdinalSet): number[] {
  const [from, to] = entries.bounds() ?? [0, 0];
  const parts: number[] = [];
  for (let part = Math.floor(from / entriesPerPart); part * entriesPerPart < to; part++) {
    if (entries.hasWithin(part * entriesPerPart, (part + 1) * entriesPerPart)) parts.push(part);
  }
  return parts;
}

/**
 * Counts the entries of a set for each number.
 * @param index which part it is
 */
export function tally(part: Uint8Array, index: number, entries: OrdinalSet, counts: Uint32Array): void {
  const length = countOf(part);
  const first = index * entriesPerPart;
  const width = widthOf(part);
  for (let offset = 0; offset < length; offset += 8) {
    for (let byte = entries.byteAt(first + offset); byte !== 0; byte &= byte - 1) {
      const number = read(part, width, offset + lowestBit(byte));
      counts[number] = counts[number]! + 1;
    }
  }
}
