import { toPosition } from '@platform/kernel';
import { openViewsInMemory, type ViewDatabase } from '../view-database';
import {
  addCheckpoint,
  moveCheckpoint,
  nextGeneration,
  readCheckpoints,
  type Checkpoint,
} from './checkpoints';

const first: Checkpoint = {
  name: 'sums',
  version: 1,
  generation: 4,
  position: toPosition(10),
  eventHash: 'aa',
  updatedAt: 1,
};
const next: Checkpoint = { ...first, position: toPosition(20), eventHash: 'bb', updatedAt: 2 };

let database: ViewDatabase;
beforeEach(async () => {
  database = await openViewsInMemory();
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

test('generations are never used twice', async () => {
  const { db } = database.writer;
  expect([await nextGeneration(db), await nextGeneration(db), await nextGeneration(db)]).toEqual([1, 2, 3]);
});
