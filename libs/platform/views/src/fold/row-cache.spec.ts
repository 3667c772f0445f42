import fc from 'fast-check';
import { tablesOf } from '../sql/physical-table';
import { createTables, pointTo } from '../sql/schema';
import type { Row, ViewTable } from '../view';
import { openTestViews, viewStore } from '../testing/stores';
import type { ViewDatabase } from '../view-database';
import { RowCache } from './row-cache';

const state: ViewTable = {
  name: 'state',
  columns: { id: 'text', value: 'integer', note: 'text', detail: 'json' },
  key: ['id'],
};
const past: ViewTable = { ...state, name: 'past', history: true };

let database: ViewDatabase;
beforeEach(async () => {
  database = await openTestViews();
});
afterEach(() => database.close());

async function newCache(startsEmpty = false): Promise<RowCache> {
  const tables = tablesOf([state, past], 1);
  const { writer } = database;
  await writer.transaction(async within => {
    await createTables(within, writer.dialect, tables);
    await pointTo(within, tables);
  });
  return cacheOver(startsEmpty);
}

const cacheOver = (startsEmpty = false): RowCache => {
  const { rows } = database.writer;
  return new RowCache(tablesOf([state, past], 1), { find: rows.find.bind(rows), startsEmpty });
};

async function write(changes: Awaited<ReturnType<RowCache['drain']>>): Promise<void> {
  await database.writer.transaction(async ({ rows }) => {
    for (const change of changes) await rows.write(change);
  });
}

const save = async (cache: RowCache): Promise<void> => write(await cache.drain());

const rowsOf = (table: string): Promise<Row[]> =>
  database.reader().selectFrom(table).selectAll().orderBy('id').execute();

const versions = async (): Promise<unknown[][]> =>
  (await database.reader().selectFrom('past').selectAll().orderBy('valid_from').execute()).map(
    ({ id, value, valid_from, valid_to }) => [id, value, valid_from, valid_to],
  );

describe('a table without history', () => {
  test('holds the last row that was put, whole: what the row does not say is null', async () => {
    const cache = await newCache();
    cache.put('state', { id: 'a', value: 1, note: 'first' }, 1n);
    cache.put('state', { id: 'a', value: 2 }, 2n);
    expect(cache.get('state', ['a'])).toEqual({ id: 'a', value: 2, note: null, detail: null });
    await save(cache);
    expect(await rowsOf('state')).toEqual([{ id: 'a', value: 2, note: null, detail: null }]);
  });

  test('reads a row that was written before, and removes it', async () => {
    const first = await newCache();
    first.put('state', { id: 'a', value: 1, detail: { deep: [true] } }, 1n);
    await save(first);
    const second = cacheOver();
    await second.load('state', [['a'], ['a'], ['b']]);
    expect(second.get('state', ['a'])).toEqual({ id: 'a', value: 1, note: null, detail: { deep: [true] } });
    expect(second.get('state', ['b'])).toBeUndefined();
    second.remove('state', ['a'], 2n);
    expect(second.get('state', ['a'])).toBeUndefined();
    await save(second);
    expect(await rowsOf('state')).toEqual([]);
  });

  test('replaces and removes rows that it never read', async () => {
    const first = await newCache();
    for (const id of ['a', 'b']) first.put('state', { id, value: 1 }, 1n);
    await save(first);
    const second = cacheOver();
    second.put('state', { id: 'a', value: 2 }, 2n);
    second.remove('state', ['b'], 2n);
    await save(second);
    expect(await rowsOf('state')).toMatchObject([{ id: 'a', value: 2 }]);
  });

  test('writes a row that was put unasked and changed after', async () => {
    const cache = await newCache();
    cache.put('state', { id: 'a', value: 1 }, 1n);
    await cache.load('state', [['a']]);
    cache.put('state', { ...cache.get('state', ['a']), value: 7 }, 2n);
    await save(cache);
    expect(await rowsOf('state')).toMatchObject([{ id: 'a', value: 7 }]);
  });

  test('has nothing to write a second time', async () => {
    const cache = await newCache();
    cache.put('state', { id: 'a', value: 1 }, 1n);
    await save(cache);
    expect(await cache.drain()).toEqual([]);
  });
});

describe('a table with history', () => {
  test('keeps every version with the positions between which it held', async () => {
    const cache = await newCache();
    cache.put('past', { id: 'a', value: 1 }, 10n);
    cache.put('past', { id: 'a', value: 2 }, 20n);
    await save(cache);
    cache.put('past', { id: 'a', value: 3 }, 30n);
    cache.remove('past', ['a'], 40n);
    await save(cache);
    cache.put('past', { id: 'a', value: 4 }, 50n);
    await save(cache);
    expect(await versions()).toEqual([
      ['a', 1, 10, 20],
      ['a', 2, 20, 30],
      ['a', 3, 30, 40],
      ['a', 4, 50, null],
    ]);
  });

  test('makes no version of an identical row, also one that it has to read for it', async () => {
    const first = await newCache();
    first.put('past', { id: 'a', value: 1, detail: { x: 1 } }, 10n);
    first.put('past', { id: 'a', value: 1, detail: { x: 1 } }, 20n);
    await save(first);
    const second = cacheOver();
    second.put('past', { id: 'a', value: 1, detail: { x: 1 } }, 30n);
    await save(second);
    expect(await versions()).toEqual([['a', 1, 10, null]]);
  });

  test('leaves no empty interval when one event changes a row twice', async () => {
    const cache = await newCache();
    cache.put('past', { id: 'a', value: 1 }, 10n);
    cache.put('past', { id: 'a', value: 2 }, 10n);
    cache.put('past', { id: 'b', value: 1 }, 10n);
    cache.remove('past', ['b'], 10n);
    await save(cache);
    cache.put('past', { id: 'a', value: 3 }, 20n);
    cache.put('past', { id: 'a', value: 4 }, 20n);
    await save(cache);
    expect(await versions()).toEqual([
      ['a', 2, 10, 20],
      ['a', 4, 20, null],
    ]);
  });

  test('takes changes of a row that it never read in their order, and shows the last of them', async () => {
    const first = await newCache();
    first.put('past', { id: 'a', value: 1 }, 10n);
    await save(first);
    const second = cacheOver();
    second.put('past', { id: 'a', value: 2 }, 20n);
    second.remove('past', ['a'], 30n);
    second.put('past', { id: 'a', value: 3 }, 40n);
    expect(second.get('past', ['a'])).toMatchObject({ value: 3 });
    await save(second);
    expect(await versions()).toEqual([
      ['a', 1, 10, 20],
      ['a', 2, 20, 30],
      ['a', 3, 40, null],
    ]);
  });

  test('does not go backwards', async () => {
    const cache = await newCache();
    cache.put('past', { id: 'a', value: 1 }, 10n);
    cache.put('past', { id: 'a', value: 2 }, 9n);
    await expect(cache.drain()).rejects.toThrow('holds since position 10');
  });
});

describe('what a view must not do', () => {
  test.each<[string, (cache: RowCache) => void, string]>([
    ['ask for a row that it has not loaded', cache => cache.get('state', ['x']), 'had not been loaded'],
    ['name a table of another view', cache => cache.put('other', {}, 1n), 'no table "other"'],
    ['put a column that there is not', cache => cache.put('state', { id: 'a', colour: 1 }, 1n), '"colour"'],
    ['put a number where text belongs', cache => cache.put('state', { id: 'a', note: 5 }, 1n), 'state.note'],
    [
      'put a fraction where a count belongs',
      cache => cache.put('past', { id: 'a', value: 0.5 }, 1n),
      'past.value',
    ],
    ['put a row without its key', cache => cache.put('past', { value: 1 }, 1n), 'past.id'],
    ['stand beyond 2^53', cache => cache.put('past', { id: 'a' }, 2n ** 53n), '2^53'],
  ])('%s', async (_what, act, message) => {
    const cache = await newCache();
    const attempt = async () => {
      act(cache);
      await cache.drain();
    };
    await expect(attempt()).rejects.toThrow(message);
  });
});

test('whatever is changed, rows that went cold and came back are as if they had stayed', async () => {
  const change = fc.record({
    table: fc.constantFrom('state', 'past'),
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    value: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    load: fc.boolean(),
    then: fc.constantFrom('nothing', 'rotate', 'drain'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 25 }), fc.boolean(), async (changes, startsEmpty) => {
      const outcome = async (isInterrupted: boolean) => {
        const outer = database;
        database = await openTestViews();
        const cache = await newCache(startsEmpty);
        for (const [index, { table, id, value, load, then }] of changes.entries()) {
          if (load) {
            await cache.load(table, [[id]]);
            cache.get(table, [id]);
          }
          const at = BigInt(index + 1);
          if (value === undefined) cache.remove(table, [id], at);
          else cache.put(table, { id, value }, at);
          if (!isInterrupted || then === 'nothing') continue;
          await write(await cache[then]());
          cache.written();
        }
        await save(cache);
        const found = [await rowsOf('state'), await versions()];
        await database.close();
        database = outer;
        return found;
      };
      expect(await outcome(true)).toEqual(await outcome(false));
    }),
    { numRuns: viewStore().runs(60) },
  );
});
