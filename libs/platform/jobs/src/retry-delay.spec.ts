import * as fc from 'fast-check';
import { defaultJobPolicy } from './port';
import { retryDelayMs } from './retry-delay';

const policy = { ...defaultJobPolicy, firstRetryMs: 1_000, longestRetryMs: 60_000 };

test.each<[number, number, number]>([
  [1, 500, 1_000],
  [2, 1_000, 2_000],
  [3, 2_000, 4_000],
  [6, 16_000, 32_000],
  [7, 30_000, 60_000],
  [8, 30_000, 60_000],
  [2_000, 30_000, 60_000],
])('after %i failures a job waits between %i and %i ms', (failures, least, most) => {
  expect(retryDelayMs(policy, failures, { next: () => 0 })).toBe(least);
  expect(retryDelayMs(policy, failures, { next: () => 1 - 2 ** -32 })).toBe(most);
});

test('the wait is a whole number of milliseconds, and never none', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const delays = fc.integer({ min: 0, max: 10 });
  fc.assert(
    fc.property(chance, fc.integer({ min: 1, max: 100 }), delays, (next, failures, firstRetryMs) => {
      const waitMs = retryDelayMs({ ...policy, firstRetryMs }, failures, { next: () => next });
      return Number.isInteger(waitMs) && waitMs >= 1;
    }),
  );
});
