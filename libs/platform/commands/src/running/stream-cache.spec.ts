import * as fc from 'fast-check';
import { ManualClock, timeOrderedIds, UnknownEventError, type RecordedEvent } from '@platform/kernel';
import { MemoryEventLog, type EventLog } from '@platform/event-log';
import { Runner } from './runner';
import { StreamCache } from './stream-cache';
import { withAppend } from '../testing/logs';
import { placeBoxes, placing, shelfDecider, shelfStream, type Shelf } from '../testing/shelf';

const s1 = shelfStream('s1');

let log: EventLog;
let writer: Runner;
/** Revisions from which streams were read, and how many events came. */
let reads: string[];

const place = (shelf: string, boxes: readonly string[]) => writer.run(placeBoxes, placing(shelf, boxes));
const boxes = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `box-${from + i}`);

const counted = (): EventLog => ({
  ...withAppend(log, (...args) => log.append(...args)),
  async readStream(stream, page) {
    const events = await log.readStream(stream, page);
    reads.push(`${stream} from ${page?.from}: ${events.length}`);
    return events;
  },
});

beforeEach(() => {
  log = new MemoryEventLog();
  reads = [];
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  writer = new Runner({ log, clock, ids: timeOrderedIds, software: 'trial-ledger 0.1.0' });
});

describe('a stream cache', () => {
  test('folds a stream with its head, its position and the commands that wrote it', async () => {
    const receipt = await place('s1', ['a', 'b']);
    const folded = await new StreamCache(log).load(s1, shelfDecider);
    const [, last] = await log.readStream(s1);
    expect(folded).toEqual({
      state: { boxes: ['a', 'b'], sealed: false },
      head: { revision: 1, hash: last?.metadata.hash, recordedAt: '2024-03-05T08:00:00.000Z' },
      position: 1n,
      commands: new Map([
        [
          receipt.commandId,
          {
            fingerprint: last?.metadata.command.fingerprint,
            recordedAt: receipt.recordedAt,
            events: receipt.events,
            revision: 1,
            position: 1n,
          },
        ],
      ]),
    });
  });

  test('knows a stream that does not exist as its beginning, and does not remember that', async () => {
    const cache = new StreamCache(log);
    expect(await cache.load(s1, shelfDecider)).toMatchObject({ state: shelfDecider.initial, position: -1n });
    await place('s1', ['a']);
    expect((await cache.load(s1, shelfDecider)).state.boxes).toEqual(['a']);
  });

  test('reads only what is new, and sees what others wrote', async () => {
    const cache = new StreamCache(counted());
    await place('s1', boxes(3));
    await cache.load(s1, shelfDecider);
    await place('s1', ['foreign']);
    const { state, head } = await cache.load(s1, shelfDecider);
    await cache.load(s1, shelfDecider);
    expect([state.boxes, head.revision]).toEqual([[...boxes(3), 'foreign'], 3]);
    expect(reads).toEqual(['shelf-s1 from 0: 3', 'shelf-s1 from 3: 1', 'shelf-s1 from 4: 0']);
  });

  test('reads streams longer than a page', async () => {
    for (let from = 0; from < 2_500; from += 500) await place('s1', boxes(500, from));
    const { state, commands } = await new StreamCache(log).load(s1, shelfDecider);
    expect([state.boxes.length, commands.size]).toEqual([2_500, 5]);
    expect([...commands.values()].map(mark => mark.events.length)).toEqual([500, 500, 500, 500, 500]);
  });

  test('marks a command once, though two loads meet its events at once', async () => {
    const cache = new StreamCache(log);
    await place('s1', ['a']);
    await cache.load(s1, shelfDecider);
    const { commandId, events } = await place('s1', ['b', 'c']);
    const both = await Promise.all([cache.load(s1, shelfDecider), cache.load(s1, shelfDecider)]);
    for (const { commands } of both) expect(commands.get(commandId)?.events).toEqual(events);
  });

  test('keeps apart what different deciders make of a stream', async () => {
    await place('s1', ['a', 'b']);
    const cache = new StreamCache(log);
    const count = { initial: 0, evolve: (sum: number) => sum + 1 };
    expect((await cache.load(s1, count)).state).toBe(2);
    expect((await cache.load(s1, shelfDecider)).state.boxes).toEqual(['a', 'b']);
  });

  test('holds no more events than it may, and forgets what was not asked for longest', async () => {
    const cache = new StreamCache(counted(), 10);
    for (const shelf of ['s1', 's2', 's3']) await place(shelf, boxes(4));
    const load = (shelf: string) => cache.load(shelfStream(shelf), shelfDecider);
    await load('s1');
    await load('s2');
    await load('s1');
    await load('s3');
    reads = [];
    await load('s1');
    await load('s3');
    await load('s2');
    expect(reads).toEqual(['shelf-s1 from 4: 0', 'shelf-s3 from 4: 0', 'shelf-s2 from 0: 4']);
  });

  test('holds no more events of all deciders together than it may', async () => {
    const cache = new StreamCache(counted(), 10);
    const count = { initial: 0, evolve: (sum: number) => sum + 1 };
    for (const shelf of ['s1', 's2']) await place(shelf, boxes(4));
    await cache.load(s1, shelfDecider);
    await cache.load(s1, count);
    await cache.load(shelfStream('s2'), shelfDecider);
    reads = [];
    await cache.load(s1, count);
    await cache.load(s1, shelfDecider);
    expect(reads).toEqual(['shelf-s1 from 4: 0', 'shelf-s1 from 0: 4']);
  });

  test('does not keep a stream that is longer than all it may hold', async () => {
    const cache = new StreamCache(counted(), 3);
    await place('s1', boxes(4));
    await cache.load(s1, shelfDecider);
    expect((await cache.load(s1, shelfDecider)).state.boxes).toEqual(boxes(4));
    expect(reads).toEqual(['shelf-s1 from 0: 4', 'shelf-s1 from 0: 4']);
  });

  test('keeps nothing of a load that met an unknown event', async () => {
    const cache = new StreamCache(log);
    const strict = {
      initial: [] as readonly string[],
      evolve(state: readonly string[], event: { readonly type: string; readonly data: object }) {
        if (JSON.stringify(event.data).includes('odd') && !forgiving) throw new UnknownEventError(event.type);
        return [...state, event.type];
      },
    };
    let forgiving = false;
    await place('s1', ['a', 'odd', 'b']);
    await expect(cache.load(s1, strict)).rejects.toThrow(UnknownEventError);
    forgiving = true;
    expect((await cache.load(s1, strict)).state).toHaveLength(3);
  });

  test('gives the domain what the envelope knows of an event', async () => {
    const seen: unknown[] = [];
    const watching = {
      initial: 0,
      evolve(state: number, event: object, ref: object): number {
        seen.push({ ...event, ref });
        return state;
      },
    };
    const { events } = await place('s1', ['a']);
    await new StreamCache(log).load(s1, watching);
    expect(seen).toEqual([
      {
        type: 'BoxPlaced',
        data: { box: 'a' },
        about: { shelf: 's1' },
        occurredAt: undefined,
        previous: undefined,
        reason: undefined,
        ref: { id: events[0]?.id, revision: 0, recordedAt: '2024-03-05T08:00:00.000Z' },
      },
    ]);
  });

  test('in any order of loads and foreign writes, is what a fold of the whole log is', async () => {
    const steps = fc.array(fc.constantFrom('load', 'load twice at once', 'write'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        steps,
        fc.integer({ min: 1, max: 12 }),
        async (scheduler, plan, room) => {
          log = new MemoryEventLog();
          writer = new Runner({ log, clock: new ManualClock(0), ids: timeOrderedIds, software: 'test' });
          const slow: EventLog = {
            ...withAppend(log, (...args) => log.append(...args)),
            readStream: scheduler.scheduleFunction((...args: Parameters<EventLog['readStream']>) =>
              log.readStream(...args),
            ),
          };
          const cache = new StreamCache(slow, room);
          const check = async (): Promise<void> => {
            const atLeast = (await log.readStream(s1)).length;
            const { state, head, commands } = await cache.load(s1, shelfDecider);
            const events = await log.readStream(s1);
            expect(head.revision + 1).toBeGreaterThanOrEqual(atLeast);
            expect(state).toEqual(foldOf(events.slice(0, head.revision + 1)));
            for (const { metadata } of events.slice(0, head.revision + 1)) {
              const written = events.filter(each => each.metadata.command.id === metadata.command.id);
              const marked = commands.get(metadata.command.id)?.events.map(({ id }) => id);
              expect(marked).toEqual(written.map(({ id }) => id));
            }
          };
          const runs = plan.map(async (step, index) => {
            if (step === 'write') await place('s1', [`a${index}`, `b${index}`]);
            else await Promise.all(step === 'load' ? [check()] : [check(), check()]);
          });
          await scheduler.waitFor(Promise.all(runs));
        },
      ),
    );
  });
});

const foldOf = (events: readonly RecordedEvent[]): Shelf => ({
  boxes: events.map(({ data }) => String(data['box'])),
  sealed: false,
});
