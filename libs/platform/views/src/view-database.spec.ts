import { sql } from 'kysely';
import { asOf, holdsAt } from './history';
import { reactionCheckpoints } from './reaction-checkpoints';
import { replayInto } from './replay';
import { decodeRow } from './sql/codec';
import { toPosition } from '@platform/kernel';
import { doors, doorTables as tables, fiveEvents, type DoorTables as Tables } from './testing/doors';
import { RecordedLog } from './testing';
import { viewStore, type MadeViews } from './testing/stores';
import type { ViewDatabase } from './view-database';

const log = new RecordedLog(fiveEvents);

let database: ViewDatabase;
let made: MadeViews;

beforeEach(async () => {
  made = await viewStore().make();
  database = await made.open();
  await replayInto(database, log, [doors]);
});

afterEach(async () => {
  await database.close();
  await made.remove();
});

describe('queries', () => {
  test('are typed by the tables, and their rows decode to plain values', async () => {
    const rows = await database.reader<Tables>().selectFrom('door').selectAll().orderBy('key').execute();
    const [a, b] = rows.map(row => decodeRow(tables[0], row));
    const open: boolean | null = a!.open;
    const since: bigint | null = b!.since;
    expect([open, since]).toEqual([true, 12n]);
    expect(b).toEqual({
      key: 'b',
      open: false,
      since: 12n,
      notes: { by: -1 },
      weight: 1.5,
      print: new Uint8Array([1, 2]),
    });
  });

  test('decode some columns, and leave what is no column of the table', async () => {
    const row = await database
      .reader<Tables>()
      .selectFrom('door')
      .select(['open', sql<number>`1 + 1`.as('two')])
      .where('key', '=', 'a')
      .executeTakeFirstOrThrow();
    expect(decodeRow(tables[0], row)).toEqual({ open: true, two: 2 });
  });

  test('take booleans and positions as parameters', async () => {
    const closed = await database
      .reader()
      .selectFrom('door')
      .select('key')
      .where('open', '=', false)
      .where('since', '<=', toPosition(12))
      .execute();
    expect(closed).toEqual([{ key: 'b' }]);
  });

  test('cannot write', async () => {
    // The driver's errors come out of another of Jest's worlds: no `instanceof Error` holds for them here.
    await expect(database.reader().deleteFrom('door__1').execute()).rejects.toMatchObject({
      code: viewStore().name === 'SQLite' ? 'SQLITE_READONLY' : '25006',
    });
    await expect(
      database
        .reader()
        .transaction()
        .execute(async () => undefined),
    ).rejects.toThrow('snapshot');
  });

  test('go on while another one streams, which sees what was there when it began', async () => {
    const stream = database.reader<Tables>().selectFrom('door').select('key').orderBy('key').stream();
    const iterator = stream[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toEqual({ key: 'a' });
    await database.writer.transaction(async ({ db }) => {
      await db
        .withTables<Tables>()
        .deleteFrom('door__1' as 'door')
        .execute();
    });
    expect(await database.reader<Tables>().selectFrom('door').select('key').execute()).toEqual([]);
    expect((await iterator.next()).value).toEqual({ key: 'b' });
    expect((await iterator.next()).done).toBe(true);
  });

  test('of one snapshot see the same rows, whatever is committed between them', async () => {
    const count = async (of: Pick<ViewDatabase, 'reader'>) =>
      (await of.reader<Tables>().selectFrom('door').select('key').execute()).length;
    await database.snapshot(async snapshot => {
      await database.writer.transaction(async ({ db }) => {
        await db
          .withTables<Tables>()
          .deleteFrom('door__1' as 'door')
          .execute();
      });
      expect(await count(snapshot)).toBe(2);
      expect(await count(database)).toBe(0);
    });
    expect(await database.snapshot(count)).toBe(0);
  });
});

describe('history', () => {
  const at = async (position?: bigint) =>
    (
      await asOf(
        database.reader<Tables>().selectFrom('door_history').select(['key', 'total']).orderBy('key'),
        position,
      ).execute()
    ).map(({ key, total }) => `${key}${total}`);

  test('answers as of a position, and now', async () => {
    expect(await Promise.all([-1n, 3n, 6n, 9n, 11n, 12n, 15n, 100n, undefined].map(at))).toEqual([
      [],
      ['a1'],
      ['a1', 'b1'],
      ['a3', 'b1'],
      ['a3', 'b1'],
      ['a3', 'b0'],
      ['a6', 'b0'],
      ['a6', 'b0'],
      ['a6', 'b0'],
    ]);
  });

  test('names the table where two are joined', async () => {
    const rows = await database
      .reader<Tables>()
      .selectFrom('door')
      .innerJoin('door_history', 'door.key', 'door_history.key')
      .select('total')
      .where(holdsAt(9n, 'door_history'))
      .orderBy('total')
      .execute();
    expect(rows).toEqual([{ total: 1 }, { total: 3 }]);
  });
});

describe('where the reactions stand', () => {
  test('moves only from where somebody believes it to be', async () => {
    const checkpoints = reactionCheckpoints(database);
    expect(await checkpoints.read('alert')).toBeUndefined();
    expect(await checkpoints.advance('alert', undefined, toPosition(5))).toBe(true);
    expect(await checkpoints.advance('alert', undefined, toPosition(9))).toBe(false);
    expect(await checkpoints.advance('alert', toPosition(4), toPosition(9))).toBe(false);
    expect(await checkpoints.advance('alert', toPosition(5), toPosition(9))).toBe(true);
    expect(await checkpoints.read('alert')).toBe(9n);
    expect(await checkpoints.read('other')).toBeUndefined();
  });
});
