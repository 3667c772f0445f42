import * as fc from 'fast-check';
import { seededRandom } from '@platform/kernel';
import { backoffMs } from './backoff';

const backoff = { firstMs: 1_000, longestMs: 60_000 };
const attempt = fc.integer({ min: 1, max: 5_000 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [6, 32_000],
  [7, 60_000],
  [5_000, 60_000],
])('after %i attempts one waits from a millisecond up to %i', (failed, mostMs) => {
  expect(backoffMs(failed, { next: () => 0 }, backoff)).toBe(1);
  expect(backoffMs(failed, { next: () => 1 - 2 ** -32 }, backoff)).toBe(mostMs);
});

test('the wait is a whole number of milliseconds, and within its bounds', () => {
  const bounds = fc.record({
    firstMs: fc.integer({ min: 1, max: 1e6 }),
    longestMs: fc.integer({ min: 1, max: 1e9 }),
  });
  fc.assert(
    fc.property(attempt, chance, bounds, (failed, next, given) => {
      const waitMs = backoffMs(failed, { next: () => next }, given);
      expect(Number.isInteger(waitMs)).toBe(true);
      expect(waitMs).toBeGreaterThanOrEqual(1);
      expect(waitMs).toBeLessThanOrEqual(given.longestMs);
    }),
  );
});

test('with the same luck, one more failure never makes the wait shorter', () => {
  fc.assert(
    fc.property(attempt, chance, (failed, next) => {
      const [before, after] = [failed, failed + 1].map(n => backoffMs(n, { next: () => next }, backoff));
      expect(after).toBeGreaterThanOrEqual(before!);
    }),
  );
});

test('waits spread over the whole of what is possible', () => {
  const random = seededRandom(7);
  const quarters = new Set(
    Array.from({ length: 100 }, () => Math.floor((backoffMs(7, random, backoff) - 1) / 15_000)),
  );
  expect(quarters).toEqual(new Set([0, 1, 2, 3]));
});
