import { toPosition } from '@platform/kernel';
import { driftOf, fingerprintOf } from '../rebuild/drift';
import { unrelated, type ViewPeers } from './peers';
import { rebuildViews } from '../rebuild/rebuild';
import { readCheckpoints } from '../sql/checkpoints';
import { counted, recorded, RecordedLog } from '../testing';
import {
  alone,
  arrive,
  closeAll,
  engineOf,
  patienceMs,
  replayedFingerprint,
  statusOf,
  twice,
} from '../testing/engines';
import { sums, totals, trail } from '../testing/toy-views';
import type { View } from '../view';
import type { ViewDatabase } from '../view-database';
import type { ViewEngine } from '../view-engine';

afterEach(closeAll);

const bySum: View = { ...sums, partitionBy: 'stream' };
const views = [bySum, trail];
/** Sixty events of ten keys, which are in all of four partitions. */
const events = recorded(Array.from({ length: 60 }, (_, index) => counted('abcdefghij'[index % 10]!, 1)));

const checkpointsOf = async (database: ViewDatabase) => {
  const checkpoints = await readCheckpoints(database.reader());
  return checkpoints.get('sums')!.partitions.map(({ name, position }) => [name, position]);
};

/** Who asks moves only what is named, and everything once it is let go. */
function onlyMoving(database: ViewDatabase, names: readonly string[]): { letGo(): void } {
  let isHeld = true;
  const claim: ViewPeers['claim'] = async wanted =>
    new Set(wanted.map(({ name }) => name).filter(name => !isHeld || names.includes(name)));
  database.openPeers = () => ({ ...unrelated, claim });
  return { letGo: () => (isHeld = false) };
}

/** The loop looks again whenever somebody begins to wait for what never comes. */
async function until(engine: ViewEngine, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await engine.waitFor(toPosition(10 ** 12), 'all', 1);
}

const isLeft = (database: ViewDatabase, name: string, at: bigint) => async (): Promise<boolean> =>
  (await checkpointsOf(database)).some(([each, position]) => each === name && position === at);

/** Four partitions, of which the third has taken everything and the others ten events. */
async function standingApart(): Promise<{ database: ViewDatabase; log: RecordedLog }> {
  const [database, log] = [await alone(), new RecordedLog(events.slice(0, 10))];
  const first = engineOf({ log, database, views, partitions: 4 });
  await first.start();
  await arrive(first, log);
  await first.stop();
  log.add(...events.slice(10));
  const openPeers = database.openPeers.bind(database);
  onlyMoving(database, ['sums/3-of-4', 'trail']);
  const second = engineOf({ log, database, views, partitions: 4 });
  await second.start();
  await until(second, isLeft(database, 'sums/3-of-4', events.at(-1)!.position));
  await second.stop();
  database.openPeers = openPeers;
  return { database, log };
}

describe('a view in partitions', () => {
  test('has a checkpoint for each, and the rows of one that is not divided', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const engine = engineOf({ log, database, views, partitions: 4, pageSize: 7 });
    await engine.start();
    await arrive(engine, log);
    const end = events.at(-1)!.position;
    expect(await checkpointsOf(database)).toEqual(
      ['sums/1-of-4', 'sums/2-of-4', 'sums/3-of-4', 'sums/4-of-4'].map(name => [name, end]),
    );
    expect(await statusOf(engine, 'sums')).toMatchObject({ partitions: 4, position: end, lag: 0 });
    expect(await statusOf(engine, 'trail')).toMatchObject({ partitions: 1, position: end });
    expect(await fingerprintOf(database, bySum)).toBe(await replayedFingerprint(log, sums));
  });

  test('stands where all of them do, and answers as of any position up to there', async () => {
    const { database, log } = await standingApart();
    const engine = engineOf({ log, database, views });
    const [reached, end] = [events[9]!.position, events.at(-1)!.position];
    expect(await engine.positionOf(['sums'])).toBe(reached);
    expect(await engine.waitFor(reached, ['sums'], 0)).toBe(true);
    expect(await engine.waitFor(end, ['sums'], 1)).toBe(false);
    expect(await statusOf(engine, 'sums')).toMatchObject({ position: reached, lag: Number(end - reached) });
    const before = new RecordedLog(events.slice(0, 10));
    const due = await alone();
    await rebuildViews({ log: before, database: due, all: [bySum], views: 'all' });
    expect(await fingerprintOf(database, bySum, { upTo: reached })).toBe(
      await fingerprintOf(due, bySum, { upTo: reached }),
    );
  });

  test('is compared with the log while its partitions stand apart', async () => {
    const { database, log } = await standingApart();
    const found = await driftOf({ log, database, views });
    expect(found).toMatchObject({ drifts: [], absent: [] });
    expect(found.compared[0]).toEqual({ view: 'sums', position: events[9]!.position });
    const [{ generation }] = (await readCheckpoints(database.reader())).values() as unknown as [
      { generation: number },
    ];
    await database.writer.db
      .withTables<Record<string, { key: string; total: number }>>()
      .updateTable(`sum__${generation}`)
      .set({ total: 99 })
      .where('key', '=', 'c')
      .execute();
    const { drifts } = await driftOf({ log, database, views });
    expect(drifts).toMatchObject([{ table: 'sum', rows: 1, first: [{ key: ['c'], kind: 'different' }] }]);
  });

  test('is rebuilt to where the furthest of them was, and stays divided', async () => {
    const { database, log } = await standingApart();
    // It hears of nothing behind the tenth event, until it asks up to where the live view stands.
    const stale: RecordedLog = Object.create(log);
    stale.head = async () => events[9]!.position;
    await rebuildViews({ log: stale, database, all: views, views: ['sums'] });
    const end = events.at(-1)!.position;
    expect((await checkpointsOf(database)).map(([, position]) => position)).toEqual([end, end, end, end]);
    expect(await fingerprintOf(database, bySum)).toBe(await replayedFingerprint(log, sums));
  });

  test('stops before an event that one of them cannot take, and the others go on', async () => {
    const bad = events[12]!;
    const broken: View = {
      ...bySum,
      project(page, rows) {
        if (page.includes(bad)) throw new Error('what is this?');
        return bySum.project(page, rows);
      },
    };
    const [database, log] = [await alone(), new RecordedLog([])];
    log.add(...events);
    const engine = engineOf({ log, database, views: [broken, trail], partitions: 4 });
    await engine.start();
    await arrive(engine, log, ['trail']);
    expect(await engine.waitFor(await log.head(), ['sums'], patienceMs)).toBe(false);
    const before = events[11]!.position;
    expect(await statusOf(engine, 'sums')).toMatchObject({ state: 'failed', position: before });
    expect((await statusOf(engine, 'sums')).problem).toContain(`at position ${bad.position} (Counted)`);
    const positions = (await checkpointsOf(database)).map(([, position]) => position);
    expect(positions.filter(position => position === before)).toHaveLength(1);
    expect(positions.filter(position => position === events.at(-1)!.position)).toHaveLength(3);
  });
});

describe('another number of partitions', () => {
  test('is taken at the start when they have met, also by a process that runs already', async () => {
    const [mine, theirs] = await twice();
    const log = new RecordedLog(events.slice(0, 20));
    const first = engineOf({ log, database: mine, views, partitions: 2 });
    await first.start();
    await arrive(first, log);
    const second = engineOf({ log, database: theirs, views, partitions: 4 });
    await second.start();
    await until(second, async () => (await statusOf(second, 'sums')).partitions === 4);
    for (const event of events.slice(20)) {
      log.add(event);
      await new Promise(resolve => setImmediate(resolve));
    }
    for (const engine of [first, second]) {
      await arrive(engine, log);
      expect(await statusOf(engine, 'sums')).toMatchObject({
        partitions: 4,
        state: expect.stringMatching(/live|catching up|standby/),
      });
    }
    expect(await fingerprintOf(mine, bySum)).toBe(await replayedFingerprint(log, sums));
  });

  test('waits while they stand apart, and is taken when they have met', async () => {
    const { database, log } = await standingApart();
    const held = onlyMoving(database, ['trail']);
    const engine = engineOf({ log, database, views, partitions: 1 });
    await engine.start();
    let looks = 0;
    await until(engine, async () => (await statusOf(engine, 'sums')).state === 'standby' && ++looks > 10);
    expect(await statusOf(engine, 'sums')).toMatchObject({ partitions: 4 });
    held.letGo();
    await until(engine, async () => (await statusOf(engine, 'sums')).partitions === 1);
    expect(await checkpointsOf(database)).toEqual([['sums', events.at(-1)!.position]]);
    log.add(...recorded([counted('c', 1)], log.all));
    await arrive(engine, log);
    expect(await fingerprintOf(database, bySum)).toBe(await replayedFingerprint(log, sums));
  });

  test("is nobody's wish where none is given", async () => {
    const { database, log } = await standingApart();
    const engine = engineOf({ log, database, views });
    await engine.start();
    await arrive(engine, log);
    expect(await statusOf(engine, 'sums')).toMatchObject({ partitions: 4 });
  });

  test('is nothing that a view goes on with which cannot be divided: it is rebuilt', async () => {
    const { database, log } = await standingApart();
    const engine = engineOf({ log, database, partitions: 4 });
    await engine.start();
    await arrive(engine, log);
    expect(await statusOf(engine, 'sums')).toMatchObject({ partitions: 1, generation: 3 });
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
  });

  test('takes no event twice where taking one twice would show', async () => {
    const [database, log] = [await alone(), new RecordedLog(events.slice(0, 30))];
    const byTotal: View = { ...totals, partitionBy: 'stream' };
    for (const partitions of [4, 1, 2]) {
      const engine = engineOf({ log, database, views: [byTotal], partitions, pageSize: 4 });
      await engine.start();
      log.add(...events.slice(log.all.length, log.all.length + 10));
      await arrive(engine, log);
      await until(engine, async () => (await statusOf(engine, 'totals')).partitions === partitions);
      await engine.stop();
    }
    expect(await fingerprintOf(database, byTotal)).toBe(await replayedFingerprint(log, totals));
  });
});
