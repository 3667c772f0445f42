import fc from 'fast-check';
import { append } from './block';
import { OrdinalSet } from './ordinal-set';

const range = fc.tuple(fc.nat(500), fc.nat(3_000)).map(([from, length]) => ({ from, to: from + length }));

/** Of any density: most of two small sets have nothing in common. */
const members = fc
  .array(fc.nat(4_000), { maxLength: 3_500, size: 'max' })
  .map(all => [...new Set(all)].toSorted((a, b) => a - b));

function setOf({ from, to }: { from: number; to: number }, ordinals: readonly number[]): OrdinalSet {
  const set = new OrdinalSet(from, to);
  for (const block of append(undefined, ordinals)) set.addBlock(block);
  const within = OrdinalSet.full(from, to);
  within.and(set);
  return within;
}

describe('a set of ordinals', () => {
  it('is what a set of JavaScript is: within its range, and with another', () => {
    fc.assert(
      fc.property(range, members, members, (bounds, some, others) => {
        const set = setOf(bounds, some);
        set.and(setOf(bounds, others));
        const expected = some.filter(n => n >= bounds.from && n < bounds.to && others.includes(n));
        expect(set.take(Infinity, 'ascending')).toEqual(expected);
        expect(set.take(Infinity, 'descending')).toEqual(expected.toReversed());
        expect(set.isEmpty).toBe(expected.length === 0);
        expect(set.bounds()).toEqual(expected.length > 0 ? [expected[0], expected.at(-1)! + 1] : undefined);
      }),
      { numRuns: 80 },
    );
  });

  it('has every ordinal of its range when it is full, and none beside it', () => {
    fc.assert(
      fc.property(range, ({ from, to }) => {
        const all = Array.from({ length: to - from }, (_, index) => from + index);
        expect(OrdinalSet.full(from, to).take(Infinity, 'ascending')).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  it('takes no more than it is asked for, from the end that it is asked for', () => {
    const set = setOf({ from: 10, to: 100 }, [5, 10, 11, 40, 99, 100]);
    expect(set.take(2, 'ascending')).toEqual([10, 11]);
    expect(set.take(3, 'descending')).toEqual([99, 40, 11]);
    expect(set.take(0, 'ascending')).toEqual([]);
  });

  it('tells which ordinals of a list are in it', () => {
    fc.assert(
      fc.property(range, members, members, (bounds, some, others) => {
        const set = setOf(bounds, some);
        const inSet = set.take(Infinity, 'ascending');
        const shared = append(undefined, others).flatMap(block => set.intersection(block));
        expect(shared).toEqual(others.filter(n => inSet.includes(n)));
      }),
      { numRuns: 60 },
    );
  });

  it('takes in a bitmap that begins before its range and ends behind it', () => {
    const everybody = Array.from({ length: 40_000 }, (_, index) => index);
    const set = setOf({ from: 1_000, to: 31_001 }, everybody);
    expect(set.take(Infinity, 'ascending')).toEqual(everybody.slice(1_000, 31_001));
  });
});
