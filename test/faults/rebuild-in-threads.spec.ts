import { join } from 'node:path';
import { SqliteEventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import { driftOf, openViews, type ViewDatabase } from '@platform/views';
import { counted, recorded, sums, totals, trail } from '@platform/views/testing';
import { startTypeScript, TalkingProcess } from '../support/child-process';

const views = [sums, totals, trail];
const count = 100;
const folders: ReturnType<typeof temporaryFolder>[] = [];
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  for (const folder of folders.splice(0)) folder.remove();
});

/** A log whose last events are of a type that only the trail looks at. */
async function filled(): Promise<{ folder: string; log: SqliteEventLog; database: ViewDatabase }> {
  const folder = temporaryFolder();
  folders.push(folder);
  const log = SqliteEventLog.open({ folder: folder.path });
  const database = await openViews({ folder: folder.path });
  closing.push(async () => {
    await database.close();
    await log.close();
  });
  const given = Array.from({ length: count }, (_, index) => counted('abcdefgh'[index % 8]!, 1 + (index % 3)));
  const noted = given.map((one, index) =>
    index < 90 ? one : { ...one, event: { type: 'Noted', data: {} } },
  );
  for (const event of recorded(noted)) await log.append(event.stream, event.revision - 1, [event]);
  return { folder: folder.path, log, database };
}

async function rebuildOnce(folder: string, mode: string): Promise<unknown> {
  const child = new TalkingProcess(startTypeScript(join(__dirname, 'rebuild-once.ts'), folder, mode));
  await child.firstLine();
  await child.end();
  return JSON.parse(child.lines[0]!);
}

const physicalTables = async (database: ViewDatabase): Promise<string[]> => {
  const tables = await database.reader().introspection.getTables();
  return tables
    .map(({ name }) => name)
    .filter(name => name.includes('__'))
    .sort();
};

test('views that are built in two threads follow from the log, and stand at its last event', async () => {
  const { folder, log, database } = await filled();
  expect(await rebuildOnce(folder, 'all')).toEqual({ events: count, position: count - 1 });
  const { compared, drifts } = await driftOf({ log, database, views, folder });
  expect(drifts).toEqual([]);
  expect(compared.map(({ position }) => Number(position))).toEqual(views.map(() => count - 1));
});

test.each([
  [
    'refused',
    { name: 'ViewRefused', message: expect.stringContaining('cannot take the events 0 to 6: what is') },
  ],
  ['ended', { name: 'AbortError', message: expect.stringContaining('aborted') }],
])('one that is %s changes no view of either thread, and leaves nothing behind', async (mode, answer) => {
  const { folder, log, database } = await filled();
  await rebuildOnce(folder, 'all');
  const before = await physicalTables(database);
  expect(await rebuildOnce(folder, mode)).toEqual(answer);
  expect(await physicalTables(database)).toEqual(before);
  expect((await driftOf({ log, database, views, folder })).drifts).toEqual([]);
});
