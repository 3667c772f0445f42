import * as fc from 'fast-check';
import { seededRandom, systemRandom } from './random';

const seed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const drawn = (from: number, count: number): number[] => {
  const random = seededRandom(from);
  return Array.from({ length: count }, () => random.next());
};

describe('seededRandom', () => {
  /** Computed by another implementation, with whole numbers of any size. */
  test.each<[number, number[]]>([
    [0, [1363572419, 145230303, 808754475, 4216505632]],
    [1, [2012149540, 1872316204, 1707632675, 1779833415]],
    [2024, [845142750, 1656463487, 1805076200, 2111097018]],
    [9007199254740991, [3268402823, 2602357022, 3266425223, 182731693]],
  ])('draws from seed %i what it has always drawn', (from, numbers) => {
    expect(drawn(from, 4).map(each => each * 2 ** 32)).toEqual(numbers);
  });

  test('draws the same again, from 0 to 1', () => {
    fc.assert(
      fc.property(seed, from => {
        const numbers = drawn(from, 50);
        expect(drawn(from, 50)).toEqual(numbers);
        expect(numbers.every(each => each >= 0 && each < 1)).toBe(true);
      }),
    );
  });

  test('draws something else from another seed', () => {
    fc.assert(
      fc.property(seed, seed, (a, b) => {
        fc.pre(a !== b);
        expect(drawn(a, 4)).not.toEqual(drawn(b, 4));
      }),
    );
    expect(drawn(1, 4)).not.toEqual(drawn(1 + 2 ** 32, 4));
  });

  test('is even: none of a hundred compartments gets far from its share', () => {
    const counts = Array.from({ length: 100 }, () => 0);
    for (const each of drawn(7, 100_000)) counts[Math.floor(each * 100)]! += 1;
    // A thousand each, with a standard deviation of 31; the seed is fixed, so that this cannot fail by chance.
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  test.each([-1, 0.5, NaN, Infinity, 2 ** 53])('has no seed %d', from => {
    expect(() => seededRandom(from)).toThrow(RangeError);
  });
});

test('systemRandom draws from 0 to 1', () => {
  const numbers = Array.from({ length: 100 }, () => systemRandom.next());
  expect(numbers.every(each => each >= 0 && each < 1)).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(50);
});
