import fc from 'fast-check';
import type { Position } from '@platform/kernel';
import { pageOf } from './paging';

const rowsBehind = (numbers: readonly bigint[]) => async (wanted: { behind?: Position; limit: number }) =>
  numbers
    .filter(number => wanted.behind === undefined || number > wanted.behind)
    .slice(0, wanted.limit)
    .map(number => ({ number, text: `row ${number}` }));

test('page behind page gives every row once, whatever the size of a page', async () => {
  const numbers = fc.uniqueArray(fc.bigInt({ min: 0n, max: 10n ** 15n }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(numbers, fc.integer({ min: 1, max: 12 }), async (unsorted, limit) => {
      const sorted = unsorted.toSorted((a, b) => (a < b ? -1 : 1));
      const read: unknown[] = [];
      let cursor: string | undefined;
      do {
        const { rows, next } = await pageOf({ cursor, limit }, rowsBehind(sorted));
        expect(rows.length).toBeLessThanOrEqual(limit);
        read.push(...rows);
        cursor = next;
      } while (cursor !== undefined);
      expect(read).toEqual(sorted.map(number => ({ text: `row ${number}` })));
    }),
  );
});

test('the last page names no other, and a full one only where there is one', async () => {
  const list = rowsBehind([1n, 2n, 3n, 4n]);
  expect(await pageOf({ limit: 4 }, list)).not.toHaveProperty('next');
  expect((await pageOf({ limit: 3 }, list)).next).toBe('3');
  expect((await pageOf({}, list)).rows).toHaveLength(4);
});
