import { ManualClock, toPosition } from '@platform/kernel';
import { fingerprintOf } from './rebuild/drift';
import { unrelated } from './follow/peers';
import { counted, recorded, RecordedLog } from './testing';
import {
  arrive,
  closeAll,
  engineOf,
  alone,
  patienceMs,
  replayedFingerprint,
  thirtyEvents as events,
  twice,
} from './testing/engines';
import { sums, totals, trail } from './testing/toy-views';

afterEach(closeAll);

describe('following the log', () => {
  test('makes missing views, catches up, and takes what is appended later', async () => {
    const [database, log] = [await alone(), new RecordedLog(events.slice(0, 20))];
    const clock = ManualClock.at('2024-03-05T12:00:00Z');
    const engine = engineOf({ log, database, clock });
    expect((await engine.status()).map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    await engine.start();
    await arrive(engine, log);
    clock.advance(1_000);
    log.add(...events.slice(20));
    await arrive(engine, log);
    expect(await engine.status()).toMatchObject(
      ['sums', 'trail'].map(name => ({
        name,
        version: 1,
        position: 90n,
        lag: 0,
        state: 'live',
        updatedAt: clock.now(),
      })),
    );
    for (const view of [sums, trail]) {
      expect(await fingerprintOf(database, view)).toBe(await replayedFingerprint(log, view));
    }
  });

  test('reads the log once for all views that stand at the same place', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const engine = engineOf({ log, database, pageSize: 10 });
    await engine.start();
    await arrive(engine, log);
    await engine.stop();
    // Three pages of ten, and the empty one behind them.
    expect(log.reads).toBeLessThanOrEqual(4);
  });

  test('goes on where it stopped', async () => {
    const [database, log] = [await alone(), new RecordedLog(events.slice(0, 10))];
    const first = engineOf({ log, database });
    await first.start();
    await arrive(first, log);
    await first.stop();
    log.add(...events.slice(10));
    const batches: number[] = [];
    const second = engineOf({ log, database, onBatch: batch => batches.push(batch.events) });
    await second.start();
    await arrive(second, log);
    expect(batches).toEqual([20, 20]);
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
  });

  test('never skips an event that becomes visible behind the head it has seen', async () => {
    const database = await alone();
    const log = new RecordedLog(events.slice(0, 5));
    // A head that runs ahead of what can be read, as a store's may that counts before it shows.
    log.head = async () => toPosition(90n);
    const engine = engineOf({ log, database });
    await engine.start();
    await engine.waitFor(events[4]!.position, 'all', patienceMs);
    log.add(...events.slice(5));
    expect(await engine.waitFor(events.at(-1)!.position, 'all', patienceMs)).toBe(true);
    expect(await fingerprintOf(database, trail)).toBe(await replayedFingerprint(log, trail));
  });

  test('cannot be started twice', async () => {
    const engine = engineOf({ log: new RecordedLog(), database: await alone() });
    await engine.start();
    await expect(engine.start()).rejects.toThrow('started before');
  });
});

describe('more than one engine on the same views', () => {
  test('takes each event once, however the two of them interleave', async () => {
    const [mine, theirs] = await twice();
    const log = new RecordedLog(events.slice(0, 3));
    const engines = [
      engineOf({ log, database: mine, pageSize: 2 }),
      engineOf({ log, database: theirs, pageSize: 3 }),
    ];
    for (const engine of engines) await engine.start();
    for (const event of events.slice(3)) {
      log.add(event);
      await new Promise(resolve => setImmediate(resolve));
    }
    for (const engine of engines) await arrive(engine, log);
    expect(await fingerprintOf(mine, sums)).toBe(await replayedFingerprint(log, sums));
    expect(await fingerprintOf(theirs, trail)).toBe(await replayedFingerprint(log, trail));
  });

  test('lets nobody commit what was folded from a place that the view has left', async () => {
    const [mine, theirs] = await twice();
    const log = new RecordedLog(recorded([...'aaabbbccc'].map(key => counted(key, 1))));
    const transaction = theirs.writer.transaction.bind(theirs.writer);
    let folded: () => void = () => undefined;
    const slowHasFolded = new Promise<void>(resolve => (folded = resolve));
    let goOn: () => void = () => undefined;
    const quickIsDone = new Promise<void>(resolve => (goOn = resolve));
    let count = 0;
    // The first transaction makes the tables; the second holds the first page, until the other engine has
    // taken all.
    theirs.writer.transaction = async (work, options) => {
      if (++count === 2) {
        folded();
        await quickIsDone;
      }
      return transaction(work, options);
    };
    // As if nobody knew who moves the view: the checkpoint alone has to see to it.
    for (const database of [mine, theirs]) database.openPeers = () => unrelated;
    const [slow, quick] = [theirs, mine].map(database =>
      engineOf({ log, database, views: [totals], pageSize: 3 }),
    );
    await slow!.start();
    await slowHasFolded;
    await quick!.start();
    await arrive(quick!, log);
    goOn();
    log.add(...recorded([counted('c', 1)], log.all));
    for (const engine of [slow!, quick!]) await arrive(engine, log);
    expect(await fingerprintOf(mine, totals)).toBe(await replayedFingerprint(log, totals));
  });

  test('lets a process that runs no view wait for one that does', async () => {
    const [mine, theirs] = await twice();
    const log = new RecordedLog(events.slice(0, 3));
    const [runs, waits] = [engineOf({ log, database: mine }), engineOf({ log, database: theirs })];
    await runs.start();
    const waiting = waits.waitFor(events[9]!.position, ['sums'], patienceMs);
    log.add(...events.slice(3, 10));
    expect(await waiting).toBe(true);
    expect(await waits.positionOf(['sums'])).toBe(events[9]!.position);
  });
});

describe('waiting for a position', () => {
  test('answers false in time, and never for a view that is not there', async () => {
    const engine = engineOf({ log: new RecordedLog(events), database: await alone() });
    await engine.start();
    expect(await engine.waitFor(toPosition(10_000), 'all', 30)).toBe(false);
    expect(await engine.waitFor(toPosition(10_000), 'all', 0)).toBe(false);
    await expect(engine.waitFor(toPosition(1), ['nothing'], 0)).rejects.toThrow(
      'no view of the name "nothing"',
    );
    await expect(engine.positionOf(['nothing'])).rejects.toThrow('no view of the name "nothing"');
  });

  test('ends when the engine stops', async () => {
    const engine = engineOf({ log: new RecordedLog(), database: await alone() });
    await engine.start();
    const waiting = engine.waitFor(toPosition(10), 'all', patienceMs);
    await new Promise(resolve => setImmediate(resolve));
    await engine.stop();
    expect(await waiting).toBe(false);
  });

  test('stands before the log where nothing was taken yet', async () => {
    const engine = engineOf({ log: new RecordedLog(events), database: await alone() });
    expect(await engine.positionOf('all')).toBe(-1n);
    expect(await engine.positionOf([])).toBe(-1n);
  });
});
