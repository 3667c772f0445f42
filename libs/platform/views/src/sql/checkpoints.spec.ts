import { toPosition } from '@platform/kernel';
import type { ViewTable } from '../view';
import { openTestViews } from '../testing/stores';
import type { ViewDatabase } from '../view-database';
import {
  addCheckpoint,
  moveCheckpoint,
  nextGeneration,
  readCheckpoints,
  shapeOf,
  type Checkpoint,
} from './checkpoints';

const first: Checkpoint = {
  name: 'sums',
  version: 1,
  shape: 'ab',
  generation: 4,
  position: toPosition(10),
  eventHash: 'aa',
  updatedAt: 1,
};
const next: Checkpoint = { ...first, position: toPosition(20), eventHash: 'bb', updatedAt: 2 };

let database: ViewDatabase;
beforeEach(async () => {
  database = await openTestViews();
  await addCheckpoint(database.writer.db, first);
  await addCheckpoint(database.writer.db, { ...first, name: 'trail' });
});
afterEach(() => database.close());

const current = async () => (await readCheckpoints(database.writer.db)).get('sums');

test('moves from where it is believed to be, once', async () => {
  const { db } = database.writer;
  expect(await moveCheckpoint(db, first, next)).toBe(true);
  expect(await moveCheckpoint(db, first, next)).toBe(false);
  expect(await current()).toEqual(next);
  expect((await readCheckpoints(db)).get('trail')).toEqual({ ...first, name: 'trail' });
});

test.each<[string, Partial<Checkpoint>]>([
  ['another place', { position: toPosition(9) }],
  ['other tables', { generation: 3 }],
  ['another view', { name: 'nothing' }],
])('does not move from %s', async (_what, believed) => {
  expect(await moveCheckpoint(database.writer.db, { ...first, ...believed }, next)).toBe(false);
  expect(await current()).toEqual(first);
});

test('is there once', async () => {
  expect(await addCheckpoint(database.writer.db, next)).toBe(false);
  expect(await current()).toEqual(first);
});

test.each<[string, Partial<ViewTable>]>([
  ['its name', { name: 'total' }],
  ['a column', { columns: { key: 'text', total: 'integer', note: 'text' } }],
  ['the type of a column', { columns: { key: 'text', total: 'real' } }],
  ['the order of its columns', { columns: { total: 'integer', key: 'text' } }],
  ['its key', { key: ['key', 'total'] }],
  ['an index', { indexes: [['key', 'total']] }],
  ['its history', { history: true }],
])('a table has another shape when it differs in %s', (_what, change) => {
  const table: ViewTable = {
    ...{ name: 'sum', columns: { key: 'text', total: 'integer' }, key: ['key'], indexes: [['total']] },
  };
  expect(shapeOf({ tables: [{ ...table }] })).toBe(shapeOf({ tables: [{ ...table, history: false }] }));
  expect(shapeOf({ tables: [{ ...table, ...change }] })).not.toBe(shapeOf({ tables: [table] }));
});

test('generations are never used twice', async () => {
  const { db } = database.writer;
  expect([await nextGeneration(db), await nextGeneration(db), await nextGeneration(db)]).toEqual([1, 2, 3]);
});
