import { ManualClock, timeOrderedIds } from '@platform/kernel';
import { SqliteEventLog, type EventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import { Runner } from './runner';
import { withAppend } from '../testing/logs';
import { copyShelf, CopyShelf, placeBoxes, placing, submitted } from '../testing/shelf';
import { filled } from '../command';

const length = 1_000;

let folder: ReturnType<typeof temporaryFolder>;
let file: EventLog;
/** How many events each reading of a stream brought, since the last asking. */
let brought: number[];

const counting = (log: EventLog): EventLog => ({
  ...withAppend(log, (...append) => log.append(...append)),
  async readStream(stream, page) {
    const events = await log.readStream(stream, page);
    brought.push(events.length);
    return events;
  },
});

const runnerOn = (log: EventLog): Runner =>
  new Runner({ log, clock: new ManualClock(0), ids: timeOrderedIds, software: 'trial-ledger 0.1.0' });

beforeEach(async () => {
  folder = temporaryFolder();
  file = SqliteEventLog.open({ folder: folder.path });
  brought = [];
  const boxes = Array.from({ length }, (_, index) => `box-${index}`);
  for (let from = 0; from < length; from += 100)
    await runnerOn(file).run(placeBoxes, placing('s1', boxes.slice(from, from + 100)));
});

afterEach(async () => {
  await file.close();
  folder.remove();
});

describe('a decision on a stream of a thousand events', () => {
  test('reads them once in the life of the process, and after that only what is new', async () => {
    const runner = runnerOn(counting(file));
    await runner.run(placeBoxes, placing('s1', ['first']));
    expect(brought.splice(0)).toEqual([length, 0]);
    await runner.run(placeBoxes, placing('s1', ['second']));
    await runner.run(placeBoxes, placing('s1', ['third', 'fourth']));
    await runner.run(placeBoxes, placing('s1', ['fifth']));
    expect(brought.splice(0)).toEqual([1, 1, 2]);
    // What somebody else has written is found, and judged: the box is there already.
    await runnerOn(file).run(placeBoxes, placing('s1', ['foreign']));
    const receipt = await runner.run(placeBoxes, placing('s1', ['foreign']));
    expect(receipt).toMatchObject({ events: [], ids: { before: String(length + 6) } });
    expect(brought).toEqual([2]);
  });

  test('that stands on another one of that length does not read that again either', async () => {
    const runner = runnerOn(counting(file));
    const copy = (to: string) => runner.run(copyShelf, submitted(filled(CopyShelf, { from: 's1' }), to));
    await copy('s2');
    brought.splice(0);
    await copy('s3');
    expect(brought).toEqual([0, 0]);
  });
});
