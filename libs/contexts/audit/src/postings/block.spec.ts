import fc from 'fast-check';
import { addUp, append, baseOf, blockBytes, ordinalsOf, writeGap, type Block } from './block';

const contents = (blocks: readonly Block[]): number[] => blocks.flatMap(ordinalsOf);

/** A whole list, appended in pieces of the given lengths, over and over. */
function listed(ordinals: readonly number[], pieces: readonly number[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0, piece = 0; at < ordinals.length; piece++) {
    const end = at + pieces[piece % pieces.length]!;
    const open = blocks.pop();
    blocks.push(...append(open, ordinals.slice(at, end)));
    at = end;
  }
  return blocks;
}

/** Ascending ordinals in stretches of different density: runs, clusters, and rare ones far apart. */
const ordinals = fc
  .array(
    fc.record({
      skip: fc.nat(20_000),
      gap: fc.constantFrom(1, 2, 7, 8, 9, 127, 128, 300, 20_000),
      count: fc.integer({ min: 1, max: 2_500 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map(stretches => {
    const all: number[] = [];
    let last = -1;
    for (const { skip, gap, count } of stretches) {
      last += skip + 1;
      for (let index = 0; index < count; index++) all.push((last += index === 0 ? 0 : gap));
    }
    return all;
  });

describe('a posting list', () => {
  it('holds exactly what was put into it', () => {
    fc.assert(
      fc.property(ordinals, all => {
        expect(contents(append(undefined, all))).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  it('has the same blocks however many came at a time', () => {
    fc.assert(
      fc.property(ordinals, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (all, pieces) => {
        expect(listed(all, pieces)).toEqual(append(undefined, all));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every block small, counted and in its bounds', () => {
    fc.assert(
      fc.property(ordinals, all => {
        for (const block of append(undefined, all)) {
          const held = contents([block]);
          expect(block.bits.length).toBeLessThanOrEqual(blockBytes);
          expect(block).toMatchObject({ first: held.at(0), last: held.at(-1), count: held.length });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes a bit an entry where every entry has the value', () => {
    const everybody = Array.from({ length: 100_000 }, (_, index) => index);
    const blocks = append(undefined, everybody);
    const bytes = blocks.reduce((sum, { bits }) => sum + bits.length, 0);
    expect(blocks.slice(0, -1).every(({ dense }) => dense)).toBe(true);
    expect(bytes).toBeLessThan(100_000 / 8 + 2 * blockBytes);
  });

  it('takes two bytes an entry where one in a thousand has it, in few blocks', () => {
    const rare = Array.from({ length: 900 }, (_, index) => index * 1_000);
    const [block, ...others] = append(undefined, rare);
    expect(others).toEqual([]);
    expect(block?.dense).toBe(false);
    expect(block?.bits.length).toBe(2 * 899);
  });

  it('leaves the block that it was given as it was', () => {
    const [dense] = append(
      undefined,
      Array.from({ length: 5_000 }, (_, index) => index),
    );
    const before = structuredClone(dense);
    append(dense, [5_003]);
    expect(dense).toEqual(before);
  });

  it('begins a bitmap at a multiple of eight', () => {
    expect([0, 7, 8, 15].map(first => baseOf({ first }))).toEqual([0, 0, 8, 8]);
  });
});

describe('a gap', () => {
  it('reads back', () => {
    const gap = fc.maxSafeNat().map(number => Math.floor(number / 64) + 1);
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 40 }), gaps => {
        const bytes = new Uint8Array(8 * gaps.length);
        const length = gaps.reduce((at, one) => writeGap(bytes, at, one), 0);
        const sums = new Float64Array(gaps.length + 1);
        expect(addUp(0, bytes.subarray(0, length), sums)).toBe(sums.length);
        expect([...sums]).toEqual(gaps.reduce<number[]>((all, one) => [...all, all.at(-1)! + one], [0]));
      }),
    );
  });

  it('reads back when it is as wide as a number is exact, from eight bytes', () => {
    const widest = new Uint8Array(8);
    expect(writeGap(widest, 0, Number.MAX_SAFE_INTEGER)).toBe(8);
    const sums = new Float64Array(2);
    addUp(0, widest, sums);
    expect([...sums]).toEqual([0, Number.MAX_SAFE_INTEGER]);
  });
});
