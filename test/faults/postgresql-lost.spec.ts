import { setTimeout as pause } from 'node:timers/promises';
import {
  driftOf,
  openPostgresViews,
  reactionCheckpoints,
  ViewEngine,
  ViewsUnavailable,
  type ViewDatabase,
} from '@platform/views';
import { counted, recorded, RecordedLog, sums, trail } from '@platform/views/testing';
import { toPosition } from '@platform/kernel';
import { describeWithPostgres, ownSchema, type OwnSchema } from '../support/postgresql/server';
import { severableWay, type SeverableWay } from '../support/postgresql/severed';

const patienceMs = 30_000;
const views = [sums, trail];
const events = recorded(Array.from({ length: 120 }, (_, index) => counted('abc'[index % 3]!, 1)));

describeWithPostgres('views whose PostgreSQL goes away', () => {
  let way: SeverableWay;
  let schema: OwnSchema;
  let log: RecordedLog;
  let database: ViewDatabase;
  let engine: ViewEngine;
  let told: string[];

  beforeEach(async () => {
    way = await severableWay();
    schema = ownSchema(way.url);
    log = new RecordedLog(events.slice(0, 20));
    database = await openPostgresViews({ url: schema.url });
    told = [];
    engine = new ViewEngine({ log, database, views, onProblem: ({ state }) => told.push(state) });
    await engine.start();
    await arrive();
  });

  afterEach(async () => {
    way.mend();
    way.thaw();
    await engine.stop();
    await database.close();
    await schema.remove();
    await way.close();
  });

  async function arrive(): Promise<void> {
    expect(await engine.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
  }

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await pause(10);
  };

  const nothingDiffers = async (): Promise<void> =>
    expect(await driftOf({ log, database, views })).toMatchObject({ drifts: [], absent: [] });

  test('wait and say so while the network is cut, and go on by themselves when it is back', async () => {
    way.cut();
    log.add(...events.slice(20, 60));
    await until(() => told.includes('waiting'));
    await expect(database.reader().selectFrom('sum').selectAll().execute()).rejects.toThrow(ViewsUnavailable);
    await expect(database.snapshot(async () => undefined)).rejects.toThrow(ViewsUnavailable);
    await expect(reactionCheckpoints(database).advance('r', undefined, toPosition(1))).rejects.toThrow(
      ViewsUnavailable,
    );
    way.mend();
    await arrive();
    expect((await engine.status()).map(({ state }) => state)).toEqual(['live', 'live']);
    expect(told).not.toContain('failed');
    await nothingDiffers();
    expect(await reactionCheckpoints(database).advance('r', undefined, toPosition(1))).toBe(true);
  });

  test('lose nothing when all connections are ended again and again while events come', async () => {
    let ended = 0;
    for (let next = 20; next < events.length; next += 5) {
      log.add(...events.slice(next, next + 5));
      ended += await schema.terminate();
      await pause(20);
    }
    await arrive();
    expect(ended).toBeGreaterThan(0);
    expect(told).not.toContain('failed');
    await nothingDiffers();
  });

  test('do not wait for ever for a server that keeps its connections and answers none', async () => {
    const hasty = await openPostgresViews({ url: schema.url, queryMs: 500 });
    const ask = () => hasty.reader().selectFrom('sum').select('key').orderBy('key').execute();
    expect(await ask()).toHaveLength(3);
    way.freeze();
    await expect(ask()).rejects.toThrow(ViewsUnavailable);
    way.thaw();
    expect(await ask()).toHaveLength(3);
    await hasty.close();
  });

  test('answer those who wait for a position once it is back', async () => {
    const waiting = engine.waitFor(events[59]!.position, 'all', patienceMs);
    // Who asks while it is away is told at once; who waits already, waits on.
    await pause(300);
    way.cut();
    log.add(...events.slice(20, 60));
    await until(() => told.includes('waiting'));
    way.mend();
    expect(await waiting).toBe(true);
  });
});
