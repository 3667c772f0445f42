import { eventIdOf, ManualClock, type Ids } from '@platform/kernel';
import { MemoryEventLog, WrongExpectedRevision, type EventLog } from '@platform/event-log';
import { filled, type Receipt, type Submission } from '../command';
import { CommandRejected, IdempotencyKeyReused, StreamContended } from '../errors';
import { Runner } from './runner';
import { soundEvents, withAppend } from '../testing/logs';
import {
  copyShelf,
  CopyShelf,
  counterStream,
  placeBoxes,
  PlaceNumbered,
  placeNumbered,
  placing,
  sealShelf,
  SealShelf,
  shelfStream,
  submitted,
} from '../testing/shelf';

const morning = '2024-03-05T08:00:00.000Z';
const [idA, idB] = ['018e0dab-6c00-7000-8000-00000000000a', '018e0dab-6c00-7000-8000-00000000000b'] as const;

let log: EventLog;
let clock: ManualClock;
let runner: Runner;
let drawn: number;
const ids: Ids = { next: () => `018e0dab-6c00-7000-9000-${String(++drawn).padStart(12, '0')}` };

const runnerOn = (on: EventLog): Runner =>
  new Runner({ log: on, clock, ids, software: 'trial-ledger 0.1.0' });
const place = (boxes: readonly string[], more: Partial<Submission> = {}, by = runner): Promise<Receipt> =>
  by.run(placeBoxes, placing('s1', boxes, more));
const boxesOf = async (shelf = 's1') =>
  (await runner.streams.load(shelfStream(shelf), placeBoxes.decider)).state.boxes;

beforeEach(() => {
  drawn = 0;
  log = new MemoryEventLog();
  clock = ManualClock.at(morning);
  runner = runnerOn(log);
});

afterEach(() => soundEvents(log));

describe('a command', () => {
  test('is decided on what was before, and its events are written behind it', async () => {
    await place(['a']);
    const receipt = await place(['a', 'b', 'c'], { commandId: idA });
    expect(receipt).toEqual({
      commandId: idA,
      stream: 'shelf-s1',
      revision: 2,
      position: '2',
      recordedAt: morning,
      repeated: false,
      ids: { placed: '2', before: '1' },
      events: [
        { id: eventIdOf(idA, 0), type: 'BoxPlaced' },
        { id: eventIdOf(idA, 1), type: 'BoxPlaced' },
      ],
    });
    expect(await boxesOf()).toEqual(['a', 'b', 'c']);
  });

  test('carries its circumstances into the trail', async () => {
    await place(['a'], {
      commandId: idA,
      address: '192.0.2.1',
      enteredAt: '2024-03-05T07:59:59.000Z',
      reason: { code: 'late', text: 'arrived late' },
      editCheck: { rule: 'BOX-KNOWN', response: 'it is new' },
      causationId: 'cause',
    });
    const [event] = await soundEvents(log);
    expect(event?.metadata).toMatchObject({
      schemaVersion: 1,
      recordedAt: morning,
      enteredAt: '2024-03-05T07:59:59.000Z',
      actor: {
        user: 'u-1',
        printedName: 'Coordinator 01',
        role: 'coordinator',
        organisation: 'Site 01',
        site: '01',
        delegation: 'd-1',
      },
      source: 'person',
      address: '192.0.2.1',
      subject: { shelf: 's1' },
      reason: { code: 'late', text: 'arrived late' },
      editCheck: { rule: 'BOX-KNOWN', response: 'it is new' },
      command: { id: idA, type: 'PlaceBoxes' },
      correlationId: idA,
      causationId: 'cause',
      software: 'trial-ledger 0.1.0',
      facts: [],
    });
  });

  test('gets an id of its own when the client gave none', async () => {
    const receipts = [await place(['a']), await place(['b'])];
    expect(new Set(receipts.map(({ commandId }) => commandId)).size).toBe(2);
  });

  test('that is rejected writes nothing, and says why', async () => {
    await runner.run(sealShelf, submitted(new SealShelf(), 's1'));
    const refused = place(['a'], { commandId: idA });
    await expect(refused).rejects.toThrow(CommandRejected);
    await expect(refused).rejects.toMatchObject({ rejection: { rejected: 'refused', rule: 'SHELF-SEALED' } });
    expect(await soundEvents(log)).toHaveLength(1);
  });

  test('that adds nothing writes nothing, and says where the stream stands', async () => {
    await place(['a'], { commandId: idA });
    expect(await place(['a'], { commandId: idB })).toMatchObject({
      commandId: idB,
      revision: 0,
      position: '0',
      repeated: false,
      events: [],
    });
    const nowhere = await runner.run(placeBoxes, placing('empty', []));
    expect(nowhere).toMatchObject({ revision: -1, position: '-1', events: [] });
  });

  test('must have come through the gate', async () => {
    await expect(runner.run(placeBoxes, filled(placeBoxes.command, { boxes: [] }))).rejects.toThrow('gate');
  });
});

describe('a repeated command', () => {
  test('is answered with the first receipt, though the clock and the stream went on', async () => {
    const first = await place(['a', 'b'], { commandId: idA });
    clock.advance(60_000);
    await place(['c']);
    await runner.run(sealShelf, submitted(new SealShelf(), 's1'));
    const again = await place(['a', 'b'], { commandId: idA });
    expect({ ...again, ids: first.ids }).toEqual({ ...first, repeated: true });
    expect(await soundEvents(log)).toHaveLength(4);
  });

  test('is answered by another process too', async () => {
    const first = await place(['a'], { commandId: idA });
    const again = await place(['a'], { commandId: idA }, runnerOn(log));
    expect({ ...again, ids: first.ids }).toEqual({ ...first, repeated: true });
  });

  test('with another body is refused', async () => {
    await place(['a'], { commandId: idA });
    await expect(place(['b'], { commandId: idA })).rejects.toThrow(IdempotencyKeyReused);
    const other = runner.run(sealShelf, submitted(new SealShelf(), 's1', { commandId: idA }));
    await expect(other).rejects.toThrow(IdempotencyKeyReused);
    expect(await soundEvents(log)).toHaveLength(1);
  });

  test('is the same when only the circumstances differ', async () => {
    await place(['a'], { commandId: idA });
    expect(await place(['a'], { commandId: idA, address: '192.0.2.9' })).toMatchObject({ repeated: true });
  });

  test('is written once when it comes many times at once', async () => {
    const receipts = await Promise.all(
      Array.from({ length: 9 }, () => place(['a', 'b'], { commandId: idA })),
    );
    expect(receipts.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(receipts.map(({ position }) => position)).size).toBe(1);
    expect(await soundEvents(log)).toHaveLength(2);
  });

  test('is written once when it comes to two processes at once', async () => {
    const elsewhere = runnerOn(log);
    let met = false;
    const racing = withAppend(log, async (stream, revision, events) => {
      if (!met) {
        met = true;
        clock.advance(5);
        await place(['a', 'b'], { commandId: idA }, elsewhere);
      }
      return log.append(stream, revision, events);
    });
    const receipt = await place(['a', 'b'], { commandId: idA }, runnerOn(racing));
    expect(receipt).toMatchObject({ repeated: true, revision: 1 });
    expect(await soundEvents(log)).toHaveLength(2);
  });
});

describe('other writers', () => {
  /** Lets another process write something to the stream in front of each of the first appends. */
  const contended = (times: number): Runner => {
    const elsewhere = runnerOn(log);
    let left = times;
    return runnerOn(
      withAppend(log, async (stream, revision, events) => {
        if (left-- > 0) await place([`theirs-${left}`], {}, elsewhere);
        return log.append(stream, revision, events);
      }),
    );
  };

  test('are followed: the decision is made again on what they wrote', async () => {
    const receipt = await place(['mine', 'theirs-1'], { commandId: idA }, contended(2));
    expect(receipt).toMatchObject({ repeated: false, revision: 2, ids: { placed: '1', before: '2' } });
    expect(await boxesOf()).toEqual(['theirs-1', 'theirs-0', 'mine']);
  });

  test('may make the decision another one', async () => {
    const elsewhere = runnerOn(log);
    const sealing = withAppend(log, async (stream, revision, events) => {
      await elsewhere.run(sealShelf, submitted(new SealShelf(), 's1'));
      return log.append(stream, revision, events);
    });
    await expect(place(['mine'], {}, runnerOn(sealing))).rejects.toThrow(CommandRejected);
    expect(await boxesOf()).toEqual([]);
  });

  test('that never rest are given way to, in the end', async () => {
    await expect(place(['mine'], {}, contended(1_000))).rejects.toThrow(StreamContended);
    expect(await boxesOf()).not.toContain('mine');
  });

  test('do not hold up commands on other streams', async () => {
    let release = (): void => {};
    const gate = new Promise<void>(resolve => (release = resolve));
    const slow = runnerOn(
      withAppend(log, async (stream, revision, events) => {
        if (stream === shelfStream('s1')) await gate;
        return log.append(stream, revision, events);
      }),
    );
    const waiting = place(['a'], {}, slow);
    await slow.run(placeBoxes, placing('s2', ['b']));
    expect(await boxesOf('s2')).toEqual(['b']);
    release();
    await waiting;
  });

  test('of the same process wait, so that none of them has to decide twice', async () => {
    let conflicts = 0;
    const counted = runnerOn(
      withAppend(log, (stream, revision, events) =>
        log.append(stream, revision, events).catch((error: unknown) => {
          if (error instanceof WrongExpectedRevision) conflicts += 1;
          throw error;
        }),
      ),
    );
    await Promise.all(Array.from({ length: 20 }, (_, i) => place([`box-${i}`], {}, counted)));
    expect([(await boxesOf()).length, conflicts]).toEqual([20, 0]);
  });
});

describe('the time of recording', () => {
  test('never goes back within a stream, though the clock does', async () => {
    await place(['a']);
    clock.advance(-3_600_000);
    expect(await place(['b'])).toMatchObject({ recordedAt: morning });
    clock.advance(3_600_001);
    expect(await place(['c'])).toMatchObject({ recordedAt: '2024-03-05T08:00:00.001Z' });
    expect((await soundEvents(log)).map(({ metadata }) => metadata.recordedAt)).toEqual([
      morning,
      morning,
      '2024-03-05T08:00:00.001Z',
    ]);
  });
});

describe('facts of other streams', () => {
  test('are cited with the place that they stood at', async () => {
    await runner.run(placeBoxes, placing('other', ['a', 'b']));
    await runner.run(copyShelf, submitted(filled(CopyShelf, { from: 'other' }), 's1'));
    const events = await soundEvents(log);
    expect(events.at(-1)?.metadata.facts).toEqual([{ stream: 'shelf-other', revision: 1, position: '1' }]);
    expect(await boxesOf()).toEqual(['a', 'b']);
  });

  test('are read again when the decision is made again', async () => {
    await runner.run(placeBoxes, placing('other', ['a']));
    let met = false;
    const racing = withAppend(log, async (stream, revision, events) => {
      if (!met) {
        met = true;
        await runner.run(placeBoxes, placing('other', ['b']));
        await runner.run(placeBoxes, placing('s1', ['first']));
      }
      return log.append(stream, revision, events);
    });
    await runnerOn(racing).run(copyShelf, submitted(filled(CopyShelf, { from: 'other' }), 's1'));
    expect(await boxesOf()).toEqual(['first', 'a', 'b']);
    const last = (await soundEvents(log)).at(-1);
    expect(last?.metadata.facts).toEqual([{ stream: 'shelf-other', revision: 1, position: '1' }]);
  });
});

describe('a command that runs another one first', () => {
  const numbered = (shelf: string, commandId: string, by = runner): Promise<Receipt> =>
    by.run(placeNumbered, submitted(new PlaceNumbered(), shelf, { commandId }));

  test('repeats the other one when it is itself repeated, which changes nothing', async () => {
    const first = await numbered('s1', idA);
    expect(await numbered('s1', idA)).toEqual({ ...first, repeated: true });
    const events = await soundEvents(log);
    expect(events.map(({ stream, type }) => [stream, type])).toEqual([
      [counterStream, 'PlaceGiven'],
      ['shelf-s1', 'BoxPlaced'],
    ]);
    expect(events[0]?.metadata).toMatchObject({ correlationId: idA, causationId: idA });
  });

  test('keeps its reservation when it has to decide again', async () => {
    let met = false;
    const racing = withAppend(log, async (stream, revision, events) => {
      if (!met && stream === shelfStream('s1')) {
        met = true;
        await place(['theirs']);
      }
      return log.append(stream, revision, events);
    });
    await numbered('s1', idA, runnerOn(racing));
    expect(await boxesOf()).toEqual(['theirs', 'number-0']);
    expect((await soundEvents(log)).filter(({ stream }) => stream === counterStream)).toHaveLength(1);
  });

  test('is rejected when the other one is', async () => {
    for (const shelf of ['s1', 's2', 's3'])
      await runner.run(placeNumbered, submitted(new PlaceNumbered(), shelf));
    await expect(numbered('s4', idA)).rejects.toMatchObject({ rejection: { rule: 'PLACES-TAKEN' } });
    expect(await boxesOf('s4')).toEqual([]);
  });

  test('never gives out more places than there are, however many ask at once', async () => {
    const attempts = Array.from({ length: 12 }, (_, i) =>
      runnerOn(log).run(placeNumbered, submitted(new PlaceNumbered(), `s${i}`)),
    );
    const settled = await Promise.allSettled(attempts);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  test('cannot run one on its own stream: it would wait for itself', async () => {
    const circular = { ...placeNumbered, stream: () => counterStream } as typeof placeNumbered;
    await expect(runner.run(circular, submitted(new PlaceNumbered(), 's1'))).rejects.toThrow(
      'goes to the stream',
    );
  });
});
