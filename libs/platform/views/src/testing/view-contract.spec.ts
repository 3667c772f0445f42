import fc from 'fast-check';
import { logStart } from '@platform/kernel';
import { fingerprintOf } from '../rebuild/drift';
import { replayViews } from '../replay';
import { counted, recorded, RecordedLog, viewContract } from './index';
import { rowsFedTwice } from './partition-contract';
import { sums, trail } from './toy-views';
import type { View } from '../view';

const events = recorded(
  ['a', 'b', 'a', 'c', 'a', 'b', 'b', 'a'].flatMap((key, index) => [
    counted(key, index % 3 === 0 ? -1 : 1),
    counted(key, index % 2),
  ]),
);

describe('a view with and without history', () => {
  viewContract(sums, events);
});

describe('a view that only adds', () => {
  viewContract(trail, events);
});

const bySum = { ...sums, partitionBy: 'stream' } as const;

describe('a view with and without history, in partitions', () => {
  viewContract(bySum, events);
});

describe('a view that only adds, in partitions', () => {
  viewContract({ ...trail, partitionBy: ({ id }) => id }, events);
});

test('a row that two partitions feed is found and named', async () => {
  expect(await rowsFedTwice(bySum, events)).toEqual([]);
  const wrong: View = { ...sums, partitionBy: ({ revision }) => String(revision % 2) };
  expect(await rowsFedTwice(wrong, events)).toEqual([
    ...['sum/a', 'sum_history/a', 'sum/b', 'sum_history/b', 'sum/c', 'sum_history/c'],
  ]);
});

test('for any events, history answers as of a position what a replay up to there holds', async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -2, max: 2 })), {
    maxLength: 15,
  });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(15), async (given, place) => {
      const all = recorded(given.map(([key, by]) => counted(key, by)));
      const log = new RecordedLog(all);
      const upTo = all[place]?.position ?? all.at(-1)?.position ?? logStart;
      const [whole, prefix] = [await replayViews(log, [sums]), await replayViews(log, [sums], { upTo })];
      const asOf = await fingerprintOf(whole, sums, { upTo });
      expect(asOf).toBe(await fingerprintOf(prefix, sums, { upTo }));
      await Promise.all([whole.close(), prefix.close()]);
    }),
    { numRuns: 40 },
  );
});
