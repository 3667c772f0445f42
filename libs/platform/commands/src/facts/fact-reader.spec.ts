import { MemoryEventLog } from '@platform/event-log';
import { logStart, ManualClock, timeOrderedIds } from '@platform/kernel';
import { FactReader } from './fact-reader';
import { Runner } from '../running/runner';
import { StreamCache } from '../running/stream-cache';
import { placeBoxes, placing, shelfDecider, shelfStream } from '../testing/shelf';

const shelf = shelfStream('s1');
const none = () => Promise.reject(new Error('nothing runs first here'));

describe('a reading as of a position', () => {
  const log = new MemoryEventLog();
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  const runner = new Runner({ log, clock, ids: timeOrderedIds, software: 'test' });
  const streams = new StreamCache(log);

  const boxesAt = async (position: bigint) => {
    const reader = new FactReader(streams, none);
    const { boxes } = await reader.readAsOf(shelf, shelfDecider, position as typeof logStart);
    return { boxes, cited: reader.citations() };
  };

  beforeAll(async () => {
    await runner.run(placeBoxes, placing('s1', ['a', 'b']));
    await runner.run(placeBoxes, placing('s2', ['elsewhere']));
    await runner.run(placeBoxes, placing('s1', ['c']));
  });

  test.each([
    ['before everything', logStart, [], -1, logStart],
    ['within the stream', 0n, ['a'], 0, 0n],
    ['between its events', 2n, ['a', 'b'], 1, 1n],
    ['at its end', 3n, ['a', 'b', 'c'], 2, 3n],
    ['behind it', 9n, ['a', 'b', 'c'], 2, 3n],
  ])(
    '%s knows what was known there, and cites how far it saw',
    async (_what, at, boxes, revision, position) => {
      const cited = [{ stream: shelf, revision, position: position.toString() }];
      // Twice: what is kept of the stream's end is no answer for earlier.
      expect(await boxesAt(at)).toEqual({ boxes, cited });
      expect(await boxesAt(at)).toEqual({ boxes, cited });
    },
  );
});
