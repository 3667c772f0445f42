import { fingerprintOf } from '../rebuild/drift';
import { counted, recorded, RecordedLog } from '../testing';
import {
  arrive,
  closeAll,
  engineOf,
  madeViews,
  alone,
  patienceMs,
  replayedFingerprint,
  statusOf,
  thirtyEvents,
  twice,
} from '../testing/engines';
import { sums, trail } from '../testing/toy-views';
import { rowView, type View, type ViewTable } from '../view';
import type { ViewDatabase } from '../view-database';

afterEach(closeAll);

const count: ViewTable = { name: 'sum', columns: { key: 'text', count: 'integer' }, key: ['key'] };

/** Counts where the other one adds up, under the same name and version. */
const counts: View = rowView({
  name: 'sums',
  version: 1,
  tables: [count],
  on: {
    Counted: {
      table: 'sum',
      key: ({ data }) => [String(data.key)],
      fold: (row, { data }) => ({ key: data.key, count: Number(row?.count ?? 0) + 1 }),
    },
  },
});

async function runOnce(database: ViewDatabase, log: RecordedLog): Promise<void> {
  const engine = engineOf({ log, database });
  await engine.start();
  await arrive(engine, log);
  await engine.stop();
}

test('a view whose tables were changed under the same version is rebuilt, and then followed', async () => {
  const [database, log] = [await alone(), new RecordedLog(thirtyEvents)];
  await runOnce(database, log);
  const engine = engineOf({ log, database, views: [counts, trail] });
  await engine.start();
  await arrive(engine, log);
  log.add(...recorded([counted('a', 1)], log.all));
  await arrive(engine, log);
  expect(await statusOf(engine, 'sums')).toMatchObject({ version: 1, generation: 3, state: 'live' });
  expect(await statusOf(engine, 'trail')).toMatchObject({ generation: 2, state: 'live' });
  expect(await fingerprintOf(database, counts)).toBe(await replayedFingerprint(log, counts));
});

test('the process that still has the other tables stops, and says why', async () => {
  const [mine, theirs] = await twice();
  const log = new RecordedLog(thirtyEvents);
  const old = engineOf({ log, database: mine });
  await old.start();
  await arrive(old, log);
  const young = engineOf({ log, database: theirs, views: [counts, trail] });
  await young.start();
  await arrive(young, log);
  log.add(...recorded([counted('a', 1)], log.all));
  expect(await old.waitFor(await log.head(), ['sums'], patienceMs)).toBe(false);
  expect(await statusOf(old, 'sums')).toMatchObject({
    state: 'superseded',
    problem: 'Its rows are in other tables than those that version 1 has in this software.',
  });
});

test('checkpoints that do not say which tables they speak of are computed once more', async () => {
  const log = new RecordedLog(thirtyEvents);
  const made = await madeViews();
  const before = await made.open();
  await runOnce(before, log);
  await before.writer.transaction(({ db }) =>
    db.schema.alterTable('view_checkpoint').dropColumn('shape').execute(),
  );
  const database = await made.open();
  const engine = engineOf({ log, database });
  await engine.start();
  await arrive(engine, log);
  expect((await engine.status()).map(({ generation }) => generation)).toEqual([3, 4]);
  for (const view of [sums, trail])
    expect(await fingerprintOf(database, view)).toBe(await replayedFingerprint(log, view));
});
