import { toPosition } from '@platform/kernel';
import { driftOf, fingerprintOf } from './drift';
import { replayViews } from '../replay';
import { counted, recorded, RecordedLog } from '../testing';
import { viewsAfter } from '../testing/stores';
import { sums, trail } from '../testing/toy-views';
import type { AnyTables, ViewDatabase, ViewReader } from '../view-database';

const events = recorded(Array.from({ length: 20 }, (_, index) => counted('abcde'[index % 5]!, index)));
const log = new RecordedLog(events);
const views = [sums, trail];

let database: ViewDatabase;
beforeEach(async () => {
  database = await viewsAfter(log, views, { upTo: events[14]!.position });
});
afterEach(() => database.close());

const change = (statement: (db: ViewReader<AnyTables>) => { execute(): Promise<unknown> }) =>
  database.writer.transaction(({ db }) => statement(db.withTables<AnyTables>()).execute());

test('nothing differs from the log up to the checkpoint, though the log goes on', async () => {
  expect(await driftOf({ log, database, views })).toEqual({
    compared: [
      { view: 'sums', position: 45n },
      { view: 'trail', position: 45n },
    ],
    absent: [],
    drifts: [],
  });
});

test('names the table, the keys and the columns of what was changed, and no value', async () => {
  await change(db => db.updateTable('sum__1').set({ total: 999 }).where('key', '=', 'c'));
  await change(db => db.deleteFrom('trail__2').where('position', '=', 9));
  await change(db => db.deleteFrom('trail__2').where('position', '=', 45));
  const odd = { position: 10, stream: 's', type: 't', data: '{}' };
  await change(db => db.insertInto('trail__2').values(odd));
  await change(db => db.updateTable('sum_history__1').set({ valid_to: 44 }).where('valid_to', '=', 33));
  const { drifts } = await driftOf({ log, database, views });
  expect(drifts).toEqual([
    { view: 'sums', table: 'sum', rows: 1, first: [{ key: ['c'], kind: 'different', columns: ['total'] }] },
    {
      view: 'sums',
      table: 'sum_history',
      rows: 1,
      first: [{ key: ['a', 18], kind: 'different', columns: ['valid_to'] }],
    },
    {
      view: 'trail',
      table: 'trail',
      rows: 3,
      first: [
        { key: [9], kind: 'missing', columns: [] },
        { key: [10], kind: 'surplus', columns: [] },
        { key: [45], kind: 'missing', columns: [] },
      ],
    },
  ]);
  expect(JSON.stringify(drifts)).not.toContain('999');
});

test('does not compare rows of another version, and says so', async () => {
  const { absent, compared } = await driftOf({ log, database, views: [sums, { ...trail, version: 2 }] });
  expect([absent, compared.map(({ view }) => view)]).toEqual([['trail'], ['sums']]);
});

test('a fingerprint changes with any value, and not with the order of writing', async () => {
  const before = await fingerprintOf(database, sums);
  await change(db => db.updateTable('sum__1').set({ total: 1_000 }).where('key', '=', 'c'));
  expect(await fingerprintOf(database, sums)).not.toBe(before);
  const rows = await database.reader().selectFrom('trail__2').selectAll().execute();
  const whole = await fingerprintOf(database, trail);
  await change(db => db.deleteFrom('trail__2'));
  for (const row of rows.toReversed()) await change(db => db.insertInto('trail__2').values(row));
  expect(await fingerprintOf(database, trail)).toBe(whole);
});

test('scans tables of any length page by page', async () => {
  const many = new RecordedLog(recorded(Array.from({ length: 4_100 }, () => counted('a', 1))));
  const long = await replayViews(many, [trail]);
  const { drifts } = await driftOf({ log: many, database: long, views: [trail] });
  expect(drifts).toEqual([]);
  await long.writer.transaction(({ db }) =>
    db
      .withTables<{ trail__1: { position: number } }>()
      .deleteFrom('trail__1')
      .where('position', '=', 12_300)
      .execute(),
  );
  expect((await driftOf({ log: many, database: long, views: [trail] })).drifts).toMatchObject([
    { rows: 1, first: [{ key: [12_300], kind: 'missing' }] },
  ]);
  await long.close();
});

test('as of a position, a fingerprint is of the tables with history alone', async () => {
  const upTo = toPosition(30);
  const before = await fingerprintOf(database, sums, { upTo });
  await change(db => db.updateTable('sum__1').set({ total: 5 }));
  expect(await fingerprintOf(database, sums, { upTo })).toBe(before);
  await change(db => db.updateTable('sum_history__1').set({ total: 5 }));
  expect(await fingerprintOf(database, sums, { upTo })).not.toBe(before);
});
