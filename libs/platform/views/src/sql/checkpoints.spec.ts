import { toPosition } from '@platform/kernel';
import type { ViewTable } from '../view';
import { openTestViews } from '../testing/stores';
import { sums } from '../testing/toy-views';
import type { ViewDatabase } from '../view-database';
import {
  addCheckpoint,
  divided,
  furthestOf,
  isOf,
  moveCheckpoint,
  nextGeneration,
  readCheckpoints,
  replaceCheckpoints,
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

const standing = async () => (await readCheckpoints(database.writer.db)).get('sums');
const current = async () => (await standing())?.partitions[0];

test('moves from where it is believed to be, once', async () => {
  const { db } = database.writer;
  expect(await moveCheckpoint(db, first, next)).toBe(true);
  expect(await moveCheckpoint(db, first, next)).toBe(false);
  expect(await current()).toEqual(next);
  expect((await readCheckpoints(db)).get('trail')?.partitions).toEqual([{ ...first, name: 'trail' }]);
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

describe('a view in partitions', () => {
  const eleven = divided(first, 11);

  /** Divides it, and moves the third of them. */
  async function divideAndMove(): Promise<void> {
    const { db } = database.writer;
    expect(await replaceCheckpoints(db, (await standing())!, eleven)).toBe(true);
    expect(await moveCheckpoint(db, eleven[2]!, { ...next, name: 'sums/3-of-11' })).toBe(true);
  }

  test('stands where all of them are, and they are in the order of their numbers', async () => {
    await divideAndMove();
    const found = (await standing())!;
    expect(found).toMatchObject({ name: 'sums', position: 10n, eventHash: 'aa', updatedAt: 2 });
    expect(found.partitions.map(({ name }) => name)).toEqual(eleven.map(({ name }) => name));
    expect(furthestOf(found)).toBe(20n);
    expect([...(await readCheckpoints(database.writer.db)).keys()].toSorted()).toEqual(['sums', 'trail']);
  });

  test('is not divided otherwise from where one of them has left', async () => {
    await divideAndMove();
    const found = (await standing())!;
    const believed = { ...found, partitions: eleven };
    expect(await replaceCheckpoints(database.writer.db, believed, [next])).toBe(false);
    expect(await standing()).toEqual(found);
    expect(await replaceCheckpoints(database.writer.db, found, [next])).toBe(true);
    expect((await standing())?.partitions).toEqual([next]);
  });

  test('is what was made last, when software that knows of no partitions has made it anew', async () => {
    await divideAndMove();
    const anew = { ...first, generation: 5 };
    expect(await addCheckpoint(database.writer.db, anew)).toBe(true);
    expect((await standing())?.partitions).toEqual([anew]);
    expect(await replaceCheckpoints(database.writer.db, (await standing())!, eleven)).toBe(true);
    expect((await standing())?.partitions).toEqual(eleven);
  });

  test('is not one of software that cannot divide it', async () => {
    const view = { ...sums, partitionBy: 'stream' } as const;
    const [one, ...others] = divided({ ...first, shape: shapeOf(view) }, 2);
    const found = { ...one!, name: 'sums', partitions: [one!, ...others] };
    expect(isOf(found, view)).toBe(true);
    expect(isOf(found, sums)).toBe(false);
    expect(isOf({ ...found, partitions: [one!] }, sums)).toBe(true);
  });
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
