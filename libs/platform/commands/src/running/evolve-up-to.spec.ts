import fc from 'fast-check';
import { ManualClock, timeOrderedIds, toPosition } from '@platform/kernel';
import { MemoryEventLog, type EventLog } from '@platform/event-log';
import { evolveUpTo } from './evolve-up-to';
import { Runner } from './runner';
import { withAppend } from '../testing/logs';
import { placeBoxes, placing, shelfDecider, shelfStream } from '../testing/shelf';

const s1 = shelfStream('s1');

let log: EventLog;
let writer: Runner;

const place = (shelf: string, boxes: readonly string[]) => writer.run(placeBoxes, placing(shelf, boxes));

/** The boxes in a shelf, and the revision, as they were known at a position. */
async function knownAt(upTo: number, of: EventLog = log): Promise<readonly [string, number]> {
  const { state, head } = await evolveUpTo(of, s1, shelfDecider, toPosition(upTo));
  return [state.boxes.join(), head.revision];
}

beforeEach(() => {
  log = new MemoryEventLog();
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  writer = new Runner({ log, clock, ids: timeOrderedIds, software: 'trial-ledger 0.1.0' });
});

/** Two shelves that are filled in turns: 330 boxes in the first one. */
async function fillShelves(): Promise<void> {
  for (let round = 0; round < 33; round++) {
    const boxes = Array.from({ length: 10 }, (_, index) => `${round}.${index}`);
    await place('s1', boxes);
    await place('s2', boxes.slice(0, 3));
  }
}

describe('a stream as it was known', () => {
  test('is the fold of its events up to a position', async () => {
    for (const box of ['a', 'b', 'c']) {
      await place('s1', [box]);
      await place('s2', [box]);
    }
    expect(await knownAt(-1)).toEqual(['', -1]);
    expect(await knownAt(0)).toEqual(['a', 0]);
    expect(await knownAt(1)).toEqual(['a', 0]);
    expect(await knownAt(2)).toEqual(['a,b', 1]);
    expect(await knownAt(99)).toEqual(['a,b,c', 2]);
  });

  test('is the same whatever was asked before, also by others at once', async () => {
    await fillShelves();
    const events = await log.readStream(s1);
    const expected = (upTo: number) => {
      const until = events.filter(({ position }) => position <= toPosition(upTo));
      return [until.map(({ data }) => data['box']).join(), until.length - 1];
    };
    const places = fc.array(fc.integer({ min: -1, max: 33 * 13 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(places, places, async (first, then) => {
        const fresh = withAppend(log, (...args) => log.append(...args));
        for (const asked of [first, then]) {
          const answers = await Promise.all(asked.map(upTo => knownAt(upTo, fresh)));
          expect(answers).toEqual(asked.map(expected));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('is folded from at most a hundred events back, and knows what was added', async () => {
    await fillShelves();
    const reads: string[] = [];
    const watched: EventLog = {
      ...withAppend(log, (...args) => log.append(...args)),
      async readStream(stream, page) {
        const events = await log.readStream(stream, page);
        reads.push(`from ${page?.from}: ${events.length}`);
        return events;
      },
    };
    await knownAt(1_000, watched);
    const at250 = (await log.readStream(s1))[250]!.position;
    await place('s1', ['added']);
    expect((await knownAt(1_000, watched))[1]).toBe(330);
    expect((await knownAt(Number(at250), watched))[1]).toBe(250);
    expect((await knownAt(0, watched))[1]).toBe(0);
    expect(reads).toEqual(['from 0: 330', 'from 300: 31', 'from 200: 51', 'from 0: 1']);
  });
});
