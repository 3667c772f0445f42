import fc from 'fast-check';
import { checkpointName, eventsIn, indexOf, partitionsOf, readCheckpointName } from './partitions';
import { counted, recorded, sums } from '../testing';

test('the name of a checkpoint tells view and partition, and that of a whole view is its own', () => {
  expect(checkpointName('screening-log', { index: 0, of: 1 })).toBe('screening-log');
  expect(checkpointName('screening-log', { index: 1, of: 4 })).toBe('screening-log/2-of-4');
  const partition = fc.integer({ min: 1, max: 64 }).chain(of => fc.constantFrom(...partitionsOf(of)));
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-z0-9-]*$/), partition, (view, given) => {
      expect(readCheckpointName(checkpointName(view, given))).toEqual({ view, partition: given });
    }),
  );
});

/** Checkpoints that stand apart count on it: whoever changes it skips events of a ledger in use and doubles others. */
test('where a key belongs never changes', () => {
  const places = (key: string) => [2, 4, 64].map(of => indexOf(key, of));
  expect(places('participant-NCT05794425.01-001')).toEqual([0, 2, 2]);
  expect(places('participant-NCT05794425.01-002')).toEqual([1, 3, 63]);
  expect(places('adverseEvent-7')).toEqual([1, 1, 29]);
  expect(places('')).toEqual([1, 1, 25]);
  expect(places('ü')).toEqual([0, 0, 48]);
});

test('every event is in exactly one partition', () => {
  const view = { ...sums, partitionBy: 'stream' } as const;
  const keys = fc.array(fc.string({ minLength: 1, maxLength: 5 }).filter(text => /^[a-z0-9]+$/.test(text)));
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 64 }), (given, of) => {
      const events = recorded(given.map(key => counted(key, 1)));
      const parts = partitionsOf(of).map(partition => eventsIn(view, partition, events));
      expect(parts.flat().toSorted((a, b) => Number(a.position - b.position))).toEqual(events);
    }),
  );
});

test('numbered keys are spread evenly', () => {
  const names = Array.from(
    { length: 4_000 },
    (_, number) => `participant-NCT05794425.0${number % 8}-${number}`,
  );
  for (const count of [2, 4, 16]) {
    const sizes = partitionsOf(count).map(
      ({ index }) => names.filter(name => indexOf(name, count) === index).length,
    );
    for (const size of sizes) expect(Math.abs(size - 4_000 / count)).toBeLessThan(800 / count);
  }
});

test('a view that does not say how it is divided cannot be', () => {
  expect(() => eventsIn(sums, { index: 0, of: 2 }, recorded([counted('a', 1)]))).toThrow(
    'The view "sums" does not say how it is divided.',
  );
});
