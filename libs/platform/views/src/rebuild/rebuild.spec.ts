import { setTimeout as pause } from 'node:timers/promises';
import { ManualClock } from '@platform/kernel';
import { driftOf, fingerprintOf } from './drift';
import { rebuildViews, type RebuildOptions, type RebuildProgress } from './rebuild';
import { replayViews } from '../replay';
import { counted, recorded, RecordedLog } from '../testing';
import { viewStore, type MadeViews } from '../testing/stores';
import { sums, trail } from '../testing/toy-views';
import type { View } from '../view';
import type { ViewDatabase } from '../view-database';
import { ViewEngine } from '../view-engine';

const patienceMs = 20_000;
const views = [sums, trail];
const events = recorded(
  Array.from({ length: 300 }, (_, index) => counted('abcde'[index % 5]!, 1 + (index % 2))),
);

let database: ViewDatabase;
let log: RecordedLog;
let made: MadeViews;
let engine: ViewEngine;

beforeEach(async () => {
  made = await viewStore().make();
  database = await made.open();
  log = new RecordedLog(events.slice(0, 100));
  engine = new ViewEngine({ log, database, views, pageSize: 20 });
});

afterEach(async () => {
  await engine.stop();
  await database.close();
  await made.remove();
});

const rebuild = (options: Partial<RebuildOptions> = {}) =>
  rebuildViews({ log, database, all: views, views: 'all', pageSize: 30, ...options });

async function arrive(): Promise<void> {
  expect(await engine.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
}

async function replayed(view: View): Promise<string> {
  const fresh = await replayViews(new RecordedLog(log.all), [view]);
  const found = await fingerprintOf(fresh, view);
  await fresh.close();
  return found;
}

async function expectAllRight(): Promise<void> {
  for (const view of views) expect(await fingerprintOf(database, view)).toBe(await replayed(view));
}

const tables = async (): Promise<string[]> =>
  (await database.reader().introspection.getTables()).map(({ name }) => name).sort();

const physicalTables = async () => (await tables()).filter(name => name.includes('__'));

test('builds views that have never been, and says how far it is', async () => {
  const told: RebuildProgress[] = [];
  const report = await rebuild({ onProgress: progress => told.push(progress) });
  expect(report).toEqual({ views: ['sums', 'trail'], events: 100, position: 300n });
  expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['events', 'indexes', 'catching up', 'done']);
  expect(told.at(-1)).toEqual({ phase: 'done', events: 100, position: 300n, head: 300n });
  await expectAllRight();
  expect(await physicalTables()).toEqual(['sum__3', 'sum_history__3', 'trail__4']);
});

test('goes well beside an engine that starts on a new file meanwhile', async () => {
  let starting: Promise<void> | undefined;
  await rebuild({ onProgress: () => void (starting ??= engine.start()) });
  await starting;
  log.add(...events.slice(100, 150));
  await arrive();
  await expectAllRight();
});

test('replaces the tables, drops the old ones, and the live engine goes on with the new', async () => {
  await engine.start();
  await arrive();
  await rebuild();
  log.add(...events.slice(100, 150));
  await arrive();
  await expectAllRight();
  expect((await engine.status()).map(({ generation }) => generation)).toEqual([3, 4]);
  expect(await physicalTables()).toEqual(['sum__3', 'sum_history__3', 'trail__4']);
});

test('rebuilds some of them, and leaves the others as they are', async () => {
  await engine.start();
  await arrive();
  await rebuild({ views: ['trail'] });
  expect((await engine.status()).map(({ generation }) => generation)).toEqual([1, 3]);
  await expect(rebuild({ views: ['nothing'] })).rejects.toThrow('no view of the name "nothing"');
});

test('equals the live views though events come and the engine runs, and no reader sees a half', async () => {
  await engine.start();
  await arrive();
  const rowsSeen: number[] = [];
  let next = 100;
  const onProgress = () => {
    if (next < events.length) log.add(events[next++]!, events[next++]!);
  };
  let reading = true;
  const reader = (async () => {
    while (reading) {
      // The trail has a row for every event: a half would show as fewer than there were before.
      const { rows } = await database
        .reader()
        .selectFrom('trail')
        .select(eb => eb.fn.countAll().as('rows'))
        .executeTakeFirstOrThrow();
      rowsSeen.push(Number(rows));
      await new Promise(resolve => setImmediate(resolve));
    }
  })();
  for (let round = 0; round < 3; round++) await rebuild({ onProgress });
  log.add(...events.slice(next));
  await arrive();
  reading = false;
  await reader;
  expect(rowsSeen.length).toBeGreaterThan(10);
  expect(rowsSeen).toEqual([...rowsSeen].sort((a, b) => a - b));
  expect(rowsSeen[0]).toBeGreaterThanOrEqual(100);
  await expectAllRight();
  expect((await driftOf({ log, database, views })).drifts).toEqual([]);
});

test('takes what the live engine had taken more before it swaps, so that no reader goes back', async () => {
  await engine.start();
  await arrive();
  const others = log.readAll.bind(log);
  const stale = new RecordedLog(events.slice(0, 100));
  // The rebuild's own reading stays behind until the swap, which asks up to the live views' position.
  log.readAll = page => (page.upTo === undefined && page.limit === 30 ? stale.readAll(page) : others(page));
  log.add(...events.slice(100, 140));
  await arrive();
  const report = await rebuild();
  expect(report.position).toBe(events[139]!.position);
  await expectAllRight();
});

test('holds the live engine while it swaps, so that no view is set back', async () => {
  await engine.start();
  await arrive();
  const read = log.readAll.bind(log);
  const stale = new RecordedLog(events.slice(0, 100));
  const standing: bigint[] = [];
  log.readAll = async page => {
    if (page.limit !== 30) return read(page);
    if (page.upTo === undefined) return stale.readAll(page);
    // Within the swap: the engine hears of more, and has time to take it.
    if (standing.length === 0) log.add(...events.slice(140, 160));
    await pause(300);
    standing.push(await engine.positionOf('all'));
    return read(page);
  };
  log.add(...events.slice(100, 140));
  await arrive();
  expect((await rebuild()).position).toBe(events[139]!.position);
  expect([...new Set(standing)]).toEqual([events[139]!.position]);
  await arrive();
  await expectAllRight();
});

describe('two rebuilds', () => {
  const clock = ManualClock.at('2024-03-05T12:00:00Z');

  /** Begins a rebuild and holds it after its first page, until the answer is called. */
  async function held(): Promise<{ readonly end: Promise<unknown>; readonly goOn: () => void }> {
    let goOn = (): void => undefined;
    const gate = new Promise<void>(resolve => (goOn = resolve));
    let reached = (): void => undefined;
    const started = new Promise<void>(resolve => (reached = resolve));
    const slow = new RecordedLog(events.slice(0, 100));
    const read = slow.readAll.bind(slow);
    slow.readAll = async page => {
      reached();
      await gate;
      return read(page);
    };
    const end = rebuild({ log: slow, clock }).catch((error: unknown) => error);
    await started;
    return { end, goOn };
  }

  test('at once: the second is refused, and says who is at it', async () => {
    const first = await held();
    await expect(rebuild({ clock })).rejects.toThrow(
      /Another rebuild .* is running .*process \d+.*can start in 60 s/,
    );
    first.goOn();
    expect(await first.end).toMatchObject({ events: 100 });
    await rebuild({ clock });
    await expectAllRight();
  });

  test('one that gives no sign of life is overtaken, and changes nothing when it comes back', async () => {
    const first = await held();
    clock.advance(61_000);
    await rebuild({ clock });
    const before = await tables();
    first.goOn();
    expect(await first.end).toMatchObject({ name: 'RebuildOvertaken' });
    expect(await tables()).toEqual(before);
    await expectAllRight();
  });
});

describe('a rebuild that does not come to its end', () => {
  const failing: View = {
    ...sums,
    project(page, rows) {
      if (page.some(({ position }) => position > 200n)) throw new Error('what is this?');
      return sums.project(page, rows);
    },
  };

  test('names the view and the events, changes nothing and leaves nothing behind', async () => {
    await engine.start();
    await arrive();
    const before = await tables();
    await expect(rebuild({ all: [failing, trail] })).rejects.toThrow(
      'The view "sums" cannot take the events 183 to 270: what is this?',
    );
    expect(await tables()).toEqual(before);
    await expectAllRight();
  });

  test('can be ended by its signal', async () => {
    const ending = new AbortController();
    await expect(rebuild({ signal: ending.signal, onProgress: () => ending.abort() })).rejects.toThrow(
      'aborted',
    );
    expect(await physicalTables()).toEqual(['sum__1', 'sum_history__1', 'trail__2']);
  });

  test('leaves tables that the next one drops, when its process dies', async () => {
    const dead = openViewsThatDie();
    await expect(rebuild({ database: await dead })).rejects.toThrow('killed');
    expect(await physicalTables()).toContain('trail__4');
    await rebuild({ clock: { now: () => Date.now() + 61_000 } });
    expect(await physicalTables()).toEqual(['sum__5', 'sum_history__5', 'trail__6']);
    await expectAllRight();
  });

  /** The same file; after lease, leftovers, empty tables and new tables no transaction comes to its end. */
  async function openViewsThatDie(): Promise<ViewDatabase> {
    const openWriter = database.openWriter.bind(database);
    const dying: ViewDatabase = Object.create(database);
    dying.openWriter = () => {
      const writer = openWriter();
      const transaction = writer.transaction.bind(writer);
      let count = 0;
      writer.transaction = (work, options) => {
        if (++count > 4) return Promise.reject(new Error('killed'));
        return transaction(work, options);
      };
      return writer;
    };
    return dying;
  }
});
