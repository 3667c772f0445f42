import { CompiledQuery, sql } from 'kysely';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPosition } from '@platform/kernel';
import { temporaryFolder } from '@platform/event-log/testing';
import { asOf, holdsAt } from './history';
import { reactionCheckpoints } from './reaction-checkpoints';
import { replayViews } from './replay';
import { decodeRow, type TablesOf } from './sql/codec';
import { counted, recorded, RecordedLog } from './testing';
import { rowView, type ViewTable } from './view';
import { openViews, openViewsInMemory, ViewsDamaged, type ViewDatabase } from './view-database';

/** How a context declares its tables, so that its queries are typed by them. */
const tables = [
  {
    name: 'door',
    columns: {
      key: 'text',
      open: 'boolean',
      since: 'position',
      notes: 'json',
      weight: 'real',
      print: 'blob',
    },
    key: ['key'],
  },
  {
    name: 'door_history',
    columns: { key: 'text', total: 'integer' },
    key: ['key'],
    history: true,
    indexes: [['total']],
  },
] as const satisfies readonly ViewTable[];

type Tables = TablesOf<typeof tables>;

const doors = rowView({
  name: 'doors',
  version: 1,
  tables,
  on: {
    Counted: [
      {
        table: 'door',
        key: ({ data }) => [String(data.key)],
        fold: (_, { data, position }) => ({
          key: data.key,
          open: Number(data.by) > 0,
          since: position,
          notes: { by: data.by },
          weight: 1.5,
          print: new Uint8Array([1, 2]),
        }),
      },
      {
        table: 'door_history',
        key: ({ data }) => [String(data.key)],
        fold: (row, { data }) => ({ key: data.key, total: Number(row?.total ?? 0) + Number(data.by) }),
      },
    ],
  },
});

const log = new RecordedLog(
  recorded([counted('a', 1), counted('b', 1), counted('a', 2), counted('b', -1), counted('a', 3)]),
);

let database: ViewDatabase;
let cleanUp: () => void = () => undefined;

beforeEach(async () => {
  const folder = temporaryFolder();
  cleanUp = folder.remove;
  database = await replayViews(log, [doors], { folder: folder.path });
});

afterEach(async () => {
  await database.close();
  cleanUp();
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
      code: 'SQLITE_READONLY',
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

  test.each<[string, bigint | undefined]>([
    ['now', undefined],
    ['as of a position', 9n],
  ])('is looked up by an index %s', async (_what, position) => {
    const query = database.reader<Tables>().selectFrom('door_history').select('key').where('total', '=', 3);
    const { sql: text, parameters } = asOf(query, position).compile();
    const plan = CompiledQuery.raw(`explain query plan ${text}`, [...parameters]);
    const { rows } = await database.reader().executeQuery<{ readonly detail: string }>(plan);
    const details = rows.map(({ detail }) => detail).join('; ');
    expect(details).toContain('door_history__1_by_1');
    expect(details).not.toContain('SCAN');
  });
});

describe('the file', () => {
  test('opens again with what was committed', async () => {
    const folder = temporaryFolder();
    await (await replayViews(log, [doors], { folder: folder.path })).close();
    const again = await openViews({ folder: folder.path });
    expect(await again.reader<Tables>().selectFrom('door').select('key').execute()).toHaveLength(2);
    await again.close();
    folder.remove();
  });

  test('says what to do when it is damaged', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder.path, 'views.sqlite'),
      'this is no database, and longer than a header has to be '.repeat(9),
    );
    await expect(openViews({ folder: folder.path })).rejects.toThrow(ViewsDamaged);
    await expect(openViews({ folder: folder.path })).rejects.toThrow(
      /delete this file .* computed from the event log/,
    );
    folder.remove();
  });
});

describe('in memory', () => {
  test('a query waits for the transaction that is open, and sees no half of it', async () => {
    const views = await openViewsInMemory();
    let inside = (): void => undefined;
    const started = new Promise<void>(resolve => (inside = resolve));
    const transaction = views.writer.transaction(async ({ db }) => {
      await db.insertInto('view_counter').values({ name: 'a', value: 1 }).execute();
      inside();
      await new Promise(resolve => setImmediate(resolve));
      await db.insertInto('view_counter').values({ name: 'b', value: 1 }).execute();
    });
    await started;
    const seen = await views.reader().selectFrom('view_counter').selectAll().execute();
    await transaction;
    expect(seen).toHaveLength(2);
    await views.close();
  });

  test('a transaction that fails leaves nothing', async () => {
    const views = await openViewsInMemory();
    const failing = views.writer.transaction(async ({ db }) => {
      await db.insertInto('view_counter').values({ name: 'a', value: 1 }).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await views.reader().selectFrom('view_counter').selectAll().execute()).toEqual([]);
    await views.close();
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
