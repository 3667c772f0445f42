import { CompiledQuery } from 'kysely';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@platform/event-log/testing';
import { asOf } from '../history';
import { replayViews } from '../replay';
import { doors, fiveEvents, type DoorTables } from '../testing/doors';
import { RecordedLog } from '../testing';
import { openViews, openViewsInMemory, ViewsDamaged } from '../view-database';

/* What is SQLite's own; what every engine owes is in view-database.spec.ts. */

const log = new RecordedLog(fiveEvents);

describe('history', () => {
  test.each<[string, bigint | undefined]>([
    ['now', undefined],
    ['as of a position', 9n],
  ])('is looked up by an index %s', async (_what, position) => {
    const database = await replayViews(log, [doors]);
    const query = database
      .reader<DoorTables>()
      .selectFrom('door_history')
      .select('key')
      .where('total', '=', 3);
    const { sql: text, parameters } = asOf(query, position).compile();
    const plan = CompiledQuery.raw(`explain query plan ${text}`, [...parameters]);
    const { rows } = await database.reader().executeQuery<{ readonly detail: string }>(plan);
    await database.close();
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
    expect(await again.reader<DoorTables>().selectFrom('door').select('key').execute()).toHaveLength(2);
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
