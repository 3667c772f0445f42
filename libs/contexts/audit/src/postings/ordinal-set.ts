import { addUp, baseOf, lowestBit, mostSums, type BlockBits } from './block';

export type Direction = 'ascending' | 'descending';

const sums = new Float64Array(mostSums);

/** A set of the ordinals from one (inclusive) to another (exclusive), one bit each. */
export class OrdinalSet {
  /** Ordinal of the lowest bit; a multiple of 8, at or below `from`. */
  private readonly base: number;
  private readonly bytes: Uint8Array;
  /** The same bytes four at a time: what goes over all of them takes a quarter of the steps. */
  private readonly words: Int32Array;

  constructor(
    readonly from: number,
    readonly to: number,
  ) {
    this.base = from - (from % 8);
    this.words = new Int32Array(Math.max(0, Math.ceil((to - this.base) / 32)));
    this.bytes = new Uint8Array(this.words.buffer);
  }

  static full(from: number, to: number): OrdinalSet {
    const set = new OrdinalSet(from, to);
    const bits = to - set.base;
    if (bits <= 0) return set;
    set.bytes.fill(255, 0, Math.ceil(bits / 8));
    set.bytes[0]! &= 255 << (from - set.base);
    set.bytes[Math.ceil(bits / 8) - 1]! &= 255 >>> ((8 - (bits % 8)) % 8);
    return set;
  }

  /** Adds what a block holds of these ordinals; bits beside the range, within its first and last word, may be set. */
  addBlock(block: BlockBits): void {
    if (block.dense) this.addBitmap(block);
    else this.addGaps(block);
  }

  private addBitmap(block: BlockBits): void {
    const shift = (baseOf(block) - this.base) / 8;
    const end = Math.min(block.bits.length, this.bytes.length - shift);
    for (let index = Math.max(0, -shift); index < end; index++)
      this.bytes[index + shift]! |= block.bits[index]!;
  }

  private addGaps(block: BlockBits): void {
    const { base, bytes } = this;
    const count = addUp(block.first, block.bits, sums);
    for (let index = 0; index < count; index++) {
      const bit = sums[index]! - base;
      if (bit >= 0 && bit >>> 3 < bytes.length) bytes[bit >>> 3]! |= 1 << (bit & 7);
    }
  }

  /** The ordinals of a block that are in the set, ascending. */
  intersection(block: BlockBits): number[] {
    return block.dense ? this.sharedWithBitmap(block) : this.sharedWithGaps(block);
  }

  private sharedWithBitmap(block: BlockBits): number[] {
    const shared: number[] = [];
    const base = baseOf(block);
    const shift = (base - this.base) / 8;
    for (let index = Math.max(0, -shift); index < block.bits.length; index++) {
      let byte = block.bits[index]! & (this.bytes[index + shift] ?? 0);
      for (; byte !== 0; byte &= byte - 1) shared.push(base + index * 8 + lowestBit(byte));
    }
    return shared;
  }

  private sharedWithGaps(block: BlockBits): number[] {
    const shared: number[] = [];
    const { base, bytes } = this;
    const count = addUp(block.first, block.bits, sums);
    for (let index = 0; index < count; index++) {
      const bit = sums[index]! - base;
      if (bit >= 0 && bit >>> 3 < bytes.length && (bytes[bit >>> 3]! & (1 << (bit & 7))) !== 0) {
        shared.push(sums[index]!);
      }
    }
    return shared;
  }

  /** Keeps what another set of the same range holds as well. */
  and(other: OrdinalSet): void {
    const { words } = this;
    for (let index = 0; index < words.length; index++) words[index]! &= other.words[index]!;
  }

  /** The lowest ordinal, and the one behind the highest; undefined when there is none. */
  bounds(): [from: number, to: number] | undefined {
    const [first] = this.take(1, 'ascending');
    const [last] = this.take(1, 'descending');
    return first === undefined || last === undefined ? undefined : [first, last + 1];
  }

  get isEmpty(): boolean {
    const { words } = this;
    for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
    return true;
  }

  /** Whether any of some ordinals is in the set; all of the first and the last eight are looked at. */
  hasWithin(from: number, to: number): boolean {
    const [start, end] = [(from - this.base) / 8, (to - this.base) / 8];
    for (let index = Math.max(0, start); index < end; index++) if (this.bytes[index]) return true;
    return false;
  }

  /** Eight of the ordinals from a multiple of eight on, the lowest one in the lowest bit. */
  byteAt(ordinal: number): number {
    return this.bytes[(ordinal - this.base) / 8] ?? 0;
  }

  /** The lowest, or the highest, of them: at most so many, in that order. */
  take(limit: number, direction: Direction): number[] {
    const taken: number[] = [];
    const { words } = this;
    for (let step = 0; step < words.length && taken.length < limit; step++) {
      const index = direction === 'ascending' ? step : words.length - 1 - step;
      if (words[index] !== 0) this.takeOfWord(index, direction, limit, taken);
    }
    return taken;
  }

  private takeOfWord(word: number, direction: Direction, limit: number, taken: number[]): void {
    for (let step = 0; step < 4 && taken.length < limit; step++) {
      const index = word * 4 + (direction === 'ascending' ? step : 3 - step);
      let byte = this.bytes[index]!;
      while (byte !== 0 && taken.length < limit) {
        const bit = direction === 'ascending' ? lowestBit(byte) : 31 - Math.clz32(byte);
        taken.push(this.base + index * 8 + bit);
        byte &= ~(1 << bit);
      }
    }
  }
}
