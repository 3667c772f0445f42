import Database from 'better-sqlite3';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { View } from '@platform/views';
import type { RebuiltAlone } from './rebuild-alone';
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
  try {
    const { events, seconds, cpuSeconds, peakBytes, idleMs, busyMs } = await rebuiltAlone(logFolder, place);
    const plain = plainly(
      join(logFolder, 'events.sqlite'),
      join(place, 'views.sqlite'),
      join(place, 'plain.sqlite'),
    );
    return [
      row(
        `rebuild of ${views.length} views (${plain.rows} rows) from ${events} events, ` +
          'against reading, parsing and plain inserts',
        Math.round(events / seconds),
        Math.round(events / plain.seconds),
        'events/s',
      ),
      row(
        'the same by the time that all processors spent on it',
        Math.round(events / cpuSeconds),
        Math.round(events / plain.cpuSeconds),
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
      row(
        'resident memory of a process that rebuilds, against the 300 that it may take',
        Math.round(peakBytes / 1024 / 1024),
        300,
        'MB',
      ),
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** In a process of its own, whose memory is the rebuild's. */
function rebuiltAlone(log: string, views: string): Promise<RebuiltAlone> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'rebuild-alone.ts'), [log, views]);
    child.once('message', (figures: RebuiltAlone) => resolve(figures));
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`The rebuild has ended with ${code} and no figures.`)));
  });
}

interface Plain {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rows: number;
}

const secondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

/**
 * The raw engine, in one thread too: every event read and parsed, and every row that a rebuild left behind
 * inserted.
 */
function plainly(logFile: string, viewsFile: string, target: string): Plain {
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
  let cpuSeconds = 0;
  let rows = 0;
  const timed = (work: () => void): void => {
    const [begun, cpu] = [performance.now(), process.cpuUsage()];
    work();
    seconds += (performance.now() - begun) / 1_000;
    cpuSeconds += secondsOf(process.cpuUsage(cpu));
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
  return { seconds, cpuSeconds, rows };
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
