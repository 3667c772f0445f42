import { ManualClock, toPosition } from '@platform/kernel';
import { LogUnavailable } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import { fingerprintOf } from './drift';
import { replayViews } from './replay';
import { counted, recorded, RecordedLog } from './testing';
import { sums, totals, trail } from './testing/toy-views';
import type { View } from './view';
import { openViews, openViewsInMemory, type ViewDatabase } from './view-database';
import { ViewEngine, type ViewEngineOptions } from './view-engine';

/** Long enough for any machine; a test that waits so long has failed. */
const patienceMs = 20_000;
const events = recorded(Array.from({ length: 30 }, (_, index) => counted('abc'[index % 3]!, 1)));

const open: { engines: ViewEngine[]; cleanUp: (() => void)[] } = {
  engines: [],
  cleanUp: [],
};

afterEach(async () => {
  for (const engine of open.engines.splice(0)) await engine.stop();
  for (const cleanUp of open.cleanUp.splice(0)) cleanUp();
});

async function inMemory(): Promise<ViewDatabase> {
  const database = await openViewsInMemory();
  open.cleanUp.push(() => void database.close());
  return database;
}

/** The same file twice, as two processes have it. */
async function twoOnOneFile(): Promise<[ViewDatabase, ViewDatabase]> {
  const folder = temporaryFolder();
  const databases = [
    await openViews({ folder: folder.path }),
    await openViews({ folder: folder.path }),
  ] as const;
  open.cleanUp.push(() => {
    for (const database of databases) void database.close();
    folder.remove();
  });
  return [...databases];
}

function engineOf(
  options: Omit<ViewEngineOptions, 'views'> & { readonly views?: readonly View[] },
): ViewEngine {
  const engine = new ViewEngine({ views: [sums, trail], ...options });
  open.engines.push(engine);
  return engine;
}

const arrive = async (engine: ViewEngine, log: RecordedLog, views: readonly string[] | 'all' = 'all') =>
  expect(await engine.waitFor(await log.head(), views, patienceMs)).toBe(true);

async function replayedFingerprint(log: RecordedLog, view: View): Promise<string> {
  const database = await replayViews(new RecordedLog(log.all), [view]);
  const found = await fingerprintOf(database, view);
  await database.close();
  return found;
}

const stateOf = async (engine: ViewEngine, name: string) =>
  (await engine.status()).find(status => status.name === name)!;

describe('following the log', () => {
  test('makes missing views, catches up, and takes what is appended later', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events.slice(0, 20))];
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
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const engine = engineOf({ log, database, pageSize: 10 });
    await engine.start();
    await arrive(engine, log);
    await engine.stop();
    // Three pages of ten, and the empty one behind them.
    expect(log.reads).toBeLessThanOrEqual(4);
  });

  test('goes on where it stopped', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events.slice(0, 10))];
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
    const database = await inMemory();
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
    const engine = engineOf({ log: new RecordedLog(), database: await inMemory() });
    await engine.start();
    await expect(engine.start()).rejects.toThrow('started before');
  });
});

describe('more than one engine on the same views', () => {
  test('takes each event once, however the two of them interleave', async () => {
    const [mine, theirs] = await twoOnOneFile();
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
    const [mine, theirs] = await twoOnOneFile();
    const log = new RecordedLog(recorded([...'aaabbbccc'].map(key => counted(key, 1))));
    const transaction = theirs.writer.transaction.bind(theirs.writer);
    let folded: () => void = () => undefined;
    const slowHasFolded = new Promise<void>(resolve => (folded = resolve));
    let goOn: () => void = () => undefined;
    const quickIsDone = new Promise<void>(resolve => (goOn = resolve));
    let count = 0;
    // The first transaction makes the tables; the second holds the first page, until the other engine has taken all.
    theirs.writer.transaction = async work => {
      if (++count === 2) {
        folded();
        await quickIsDone;
      }
      return transaction(work);
    };
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
    const [mine, theirs] = await twoOnOneFile();
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
    const engine = engineOf({ log: new RecordedLog(events), database: await inMemory() });
    await engine.start();
    expect(await engine.waitFor(toPosition(10_000), 'all', 30)).toBe(false);
    expect(await engine.waitFor(toPosition(10_000), 'all', 0)).toBe(false);
    await expect(engine.waitFor(toPosition(1), ['nothing'], 0)).rejects.toThrow(
      'no view of the name "nothing"',
    );
    await expect(engine.positionOf(['nothing'])).rejects.toThrow('no view of the name "nothing"');
  });

  test('ends when the engine stops', async () => {
    const engine = engineOf({ log: new RecordedLog(), database: await inMemory() });
    await engine.start();
    const waiting = engine.waitFor(toPosition(10), 'all', patienceMs);
    await new Promise(resolve => setImmediate(resolve));
    await engine.stop();
    expect(await waiting).toBe(false);
  });

  test('stands before the log where nothing was taken yet', async () => {
    const engine = engineOf({ log: new RecordedLog(events), database: await inMemory() });
    expect(await engine.positionOf('all')).toBe(-1n);
    expect(await engine.positionOf([])).toBe(-1n);
  });
});

describe('when something fails', () => {
  const broken: View = {
    ...trail,
    name: 'broken',
    tables: [{ ...trail.tables[0]!, name: 'broken' }],
    project(page, rows) {
      for (const event of page) {
        if (event.position === events[14]!.position) throw new Error('what is this?');
        rows.put('broken', { position: event.position, type: event.type }, event.position);
      }
    },
  };

  test('a view that cannot take an event stops exactly before it, loudly and alone', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const problems: unknown[] = [];
    const engine = engineOf({
      log,
      database,
      views: [broken, sums],
      onProblem: problem => problems.push(problem),
    });
    await engine.start();
    await arrive(engine, log, ['sums']);
    expect(await engine.waitFor(events[13]!.position, ['broken'], patienceMs)).toBe(true);
    expect(await engine.waitFor(events[14]!.position, ['broken'], patienceMs)).toBe(false);
    const status = await stateOf(engine, 'broken');
    expect(status).toMatchObject({ state: 'failed', position: events[13]!.position, lag: 48 });
    expect(status.problem).toBe('It cannot take the event at position 45 (Counted): what is this?');
    expect(problems).toMatchObject([{ view: 'broken', state: 'failed' }]);
    log.add(...recorded([counted('a', 1)], log.all));
    await arrive(engine, log, ['sums']);
    expect((await stateOf(engine, 'broken')).position).toBe(events[13]!.position);
  });

  test('rows of the wrong type fail their view, and no other', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const wrongRows: View = {
      ...broken,
      project: (page, rows) => rows.put('broken', { position: 'x', type: 'y' }, page[0]!.position),
    };
    const engine = engineOf({ log, database, views: [wrongRows, sums] });
    await engine.start();
    await arrive(engine, log, ['sums']);
    expect(await engine.waitFor(events[0]!.position, ['broken'], patienceMs)).toBe(false);
    expect(await stateOf(engine, 'broken')).toMatchObject({ state: 'failed', position: -1n });
  });

  test('rows that the database refuses fail their view, and no other', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const write = database.writer.rows.write.bind(database.writer.rows);
    database.writer.rows.write = changes => {
      if (changes.table.table.name === 'trail') throw new Error('constraint');
      return write(changes);
    };
    const engine = engineOf({ log, database });
    await engine.start();
    await arrive(engine, log, ['sums']);
    expect(await engine.waitFor(events[0]!.position, ['trail'], patienceMs)).toBe(false);
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
  });

  test('a death between rows and checkpoint leaves neither, and the next start takes the events again', async () => {
    const folder = temporaryFolder();
    const log = new RecordedLog(events);
    const dying = await openViews({ folder: folder.path });
    const transaction = dying.writer.transaction.bind(dying.writer);
    let commits = 0;
    // From the third transaction on (tables, first page, second page) nothing comes to its end.
    dying.writer.transaction = work =>
      transaction(async within => {
        const result = await work(within);
        if (++commits >= 3) throw new Error('killed');
        return result;
      });
    const first = engineOf({ log, database: dying, pageSize: 10 });
    await first.start();
    expect(await first.waitFor(events[9]!.position, 'all', patienceMs)).toBe(true);
    expect(await first.waitFor(events[10]!.position, 'all', patienceMs)).toBe(false);
    expect(await fingerprintOf(dying, trail)).toBe(
      await replayedFingerprint(new RecordedLog(events.slice(0, 10)), trail),
    );
    await first.stop();
    await dying.close();
    const database = await openViews({ folder: folder.path });
    open.cleanUp.push(() => void database.close().then(folder.remove));
    const second = engineOf({ log, database });
    await second.start();
    await arrive(second, log);
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
    expect(await fingerprintOf(database, trail)).toBe(await replayedFingerprint(log, trail));
  });

  test('waits while the log does not answer, says so, and goes on when it does', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const read = log.readAll.bind(log);
    let down = true;
    log.readAll = async page => {
      if (down) throw new LogUnavailable('no answer', 'not written');
      return read(page);
    };
    let told: (state: string) => void = () => undefined;
    const problem = new Promise<string>(resolve => (told = resolve));
    const engine = engineOf({ log, database, onProblem: ({ state }) => told(state) });
    await engine.start();
    expect(await problem).toBe('waiting');
    expect(await stateOf(engine, 'sums')).toMatchObject({
      state: 'waiting',
      problem: expect.stringContaining('no answer'),
    });
    down = false;
    await arrive(engine, log);
    const status = await stateOf(engine, 'sums');
    expect(status.state).not.toBe('waiting');
    expect(status.problem).toBeUndefined();
  });
});

describe('another log than the views were computed from', () => {
  async function viewsOf(log: RecordedLog): Promise<ViewDatabase> {
    const database = await inMemory();
    const engine = engineOf({ log, database });
    await engine.start();
    await arrive(engine, log);
    await engine.stop();
    return database;
  }

  test('refuses a log that ends before them', async () => {
    const log = new RecordedLog(events);
    const database = await viewsOf(log);
    log.cutTo(20);
    await expect(engineOf({ log, database }).start()).rejects.toThrow(
      /computed up to position 90, but the event log ends at 60.*`ledger rebuild`/s,
    );
    log.cutTo(0);
    await expect(engineOf({ log, database }).start()).rejects.toThrow('the event log is empty');
  });

  test('refuses a log that holds another event there', async () => {
    const log = new RecordedLog(events);
    const database = await viewsOf(log);
    log.cutTo(29);
    log.add(...recorded([counted('c', 5)], log.all));
    await expect(engineOf({ log, database }).start()).rejects.toThrow('holds another event there');
  });
});

describe('views of another version', () => {
  const next: View = {
    ...sums,
    version: 2,
    tables: [{ ...sums.tables[0]!, indexes: [['total']] }, sums.tables[1]!],
  };

  test('are rebuilt beside, and then followed', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const first = engineOf({ log, database });
    await first.start();
    await arrive(first, log);
    await first.stop();
    const second = engineOf({ log, database, views: [next, trail] });
    await second.start();
    await arrive(second, log);
    log.add(...recorded([counted('a', 1)], log.all));
    await arrive(second, log);
    expect(await stateOf(second, 'sums')).toMatchObject({ version: 2, generation: 3, state: 'live' });
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
  });

  test('stop the process that still has the old one', async () => {
    const [mine, theirs] = await twoOnOneFile();
    const log = new RecordedLog(events);
    const old = engineOf({ log, database: mine });
    await old.start();
    await arrive(old, log);
    const young = engineOf({ log, database: theirs, views: [next, trail] });
    await young.start();
    await arrive(young, log);
    log.add(...recorded([counted('a', 1)], log.all));
    await arrive(young, log);
    expect(await old.waitFor(await log.head(), ['sums'], patienceMs)).toBe(false);
    expect(await stateOf(old, 'sums')).toMatchObject({ state: 'superseded' });
    await arrive(old, log, ['trail']);
  });

  test('that cannot be rebuilt fail alone', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const first = engineOf({ log, database });
    await first.start();
    await arrive(first, log);
    await first.stop();
    const refusing: View = {
      ...next,
      project: () => {
        throw new Error('no');
      },
    };
    const second = engineOf({ log, database, views: [refusing, { ...trail, version: 2 }] });
    await second.start();
    await arrive(second, log, ['trail']);
    expect(await second.waitFor(await log.head(), ['sums'], patienceMs)).toBe(false);
    expect((await stateOf(second, 'sums')).problem).toContain('cannot take the events 3 to 90: no');
  });

  test('are built beside from the start when the log is long', async () => {
    const [database, log] = [await inMemory(), new RecordedLog(events)];
    const asked: (readonly string[])[] = [];
    const engine = engineOf({
      log,
      database,
      rebuildBeyond: 10,
      rebuild: async views => void asked.push(views),
    });
    await engine.start();
    expect(await stateOf(engine, 'sums')).toMatchObject({
      state: expect.stringMatching(/rebuilding|failed/),
    });
    expect(asked[0]).toEqual(['sums', 'trail']);
  });
});
