import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SqliteEventLog } from '@platform/event-log';
import { openViews, rebuildViews, type View, type ViewDatabase } from '@platform/views';
import type { Row } from './row';

export interface ViewsBench {
  /** Data folder with a log in it. */
  readonly logFolder: string;
  readonly views: readonly View[];
  /** Where the rebuilt file goes, in a folder that is removed; the system's temporary folder unless given. */
  readonly folder?: string;
}

/**
 * A rebuild of all views from an empty file, while a reader asks again and again; beside it the least that
 * any rebuild has to do: reading and parsing the same events, and inserting the rows that are left at the
 * end, without any index.
 */
export async function benchViews({ logFolder, views, folder = tmpdir() }: ViewsBench): Promise<Row[]> {
  const place = mkdtempSync(join(folder, 'bench-views-'));
  const log = SqliteEventLog.open({ folder: logFolder });
  const database = await openViews({ folder: place });
  try {
    const idleMs = await readerMs(database, 200);
    const rebuilt = await rebuild(log, database, views);
    const plain = plainly(
      join(logFolder, 'events.sqlite'),
      join(place, 'views.sqlite'),
      join(place, 'plain.sqlite'),
    );
    const megabytes = Math.round(rebuilt.peakBytes / 1024 / 1024);
    const busyMs = rebuilt.readerMs;
    return [
      row(
        `rebuild of ${views.length} views (${plain.rows} rows) from ${rebuilt.events} events, ` +
          'against reading, parsing and plain inserts',
        Math.round(rebuilt.events / rebuilt.seconds),
        Math.round(rebuilt.events / plain.seconds),
        'events/s',
      ),
      {
        ...row(
          "a reader's query during the rebuild, against an idle file",
          median(busyMs),
          median(idleMs),
          'ms',
        ),
        p99Ms: percentile(busyMs, 0.99),
      },
      row('resident memory during the rebuild, against the 300 that it may take', megabytes, 300, 'MB'),
    ];
  } finally {
    await database.close();
    await log.close();
    rmSync(place, { recursive: true, force: true });
  }
}

async function rebuild(log: SqliteEventLog, database: ViewDatabase, all: readonly View[]) {
  let peakBytes = 0;
  let reports = 0;
  const queryMs: number[] = [];
  let reading = Promise.resolve();
  const begun = performance.now();
  const { events } = await rebuildViews({
    log,
    database,
    all,
    views: 'all',
    inThread: true,
    onProgress: () => {
      if (reports++ % 10 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      reading = reading.then(async () => void queryMs.push(await oneQueryMs(database)));
    },
  });
  const seconds = (performance.now() - begun) / 1_000;
  await reading;
  return { events, seconds, peakBytes, readerMs: queryMs };
}

/**
 * A query takes one turn of the thread, so this is the database's time and not the rebuild's, which shares
 * the thread.
 */
async function oneQueryMs(database: ViewDatabase): Promise<number> {
  const begun = performance.now();
  await database.reader().selectFrom('view_checkpoint').selectAll().execute();
  return performance.now() - begun;
}

async function readerMs(database: ViewDatabase, times: number): Promise<number[]> {
  const all: number[] = [];
  for (let time = 0; time < times; time++) all.push(await oneQueryMs(database));
  return all;
}

/**
 * The raw engine, in one thread too: every event read and parsed, and every row that a rebuild left behind
 * inserted.
 */
function plainly(logFile: string, viewsFile: string, target: string): { seconds: number; rows: number } {
  const [log, views, plain] = [
    new Database(logFile, { readonly: true }),
    new Database(viewsFile),
    new Database(target),
  ];
  plain.pragma('journal_mode = wal');
  plain.pragma('synchronous = normal');
  const tables = views.prepare(
    `select name from sqlite_master where type = 'table' and name like '%\\_\\_%' escape '\\'`,
  );
  let seconds = 0;
  let rows = 0;
  const timed = (work: () => void): void => {
    const begun = performance.now();
    work();
    seconds += (performance.now() - begun) / 1_000;
  };
  timed(() => {
    for (const row of log.prepare('select data, metadata from event').raw().iterate()) {
      for (const text of row as [string, string]) JSON.parse(text);
    }
  });
  for (const name of tables.pluck().all() as string[]) {
    const all = views.prepare(`select * from "${name}"`);
    const columns = all.columns().map(column => `"${column.name}"`);
    plain.exec(`create table "${name}" (${columns.join(', ')})`);
    const insert = plain.prepare(`insert into "${name}" values (${columns.map(() => '?').join(', ')})`);
    // In parts, so that a long table is never in memory as a whole; reading them is not what is measured.
    const part: unknown[][] = [];
    const insertPart = () =>
      timed(plain.transaction(() => part.splice(0).forEach(values => insert.run(values))));
    for (const values of all.raw().iterate() as IterableIterator<unknown[]>) {
      rows++;
      if (part.push(values) >= 10_000) insertPart();
    }
    insertPart();
  }
  for (const database of [log, views, plain]) database.close();
  return { seconds, rows };
}

const row = (what: string, ours: number, raw: number, unit: string): Row => ({
  what,
  ours,
  raw,
  unit,
  ratio: ours / raw,
});

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0;

const median = (values: readonly number[]): number => percentile(values, 0.5);
