import Database from 'better-sqlite3';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { RebuiltAlone } from './rebuild-alone';
import { percentile, rowOf, type Row } from './row';

export interface PostgresViewsBench {
  /** Data folder with a log in it. */
  readonly logFolder: string;
  /** Where rebuilt files go; removed by the caller. */
  readonly place: string;
  /** A PostgreSQL where a schema can be made. */
  readonly url: string;
}

/** Whether there is a PostgreSQL; says what to do when there is none. */
export async function canMeasure(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    return true;
  } catch {
    process.stderr.write(
      'Not measured: views on PostgreSQL. Install it, or set VIEWS_URL to one that runs.\n',
    );
    return false;
  } finally {
    await client.end();
  }
}

/**
 * A rebuild of all views on PostgreSQL; beside it the least that any has to do, reading and parsing the same events and
 * copying the rows that are left at the end into tables without a key, and the same rebuild on SQLite in this run.
 */
export async function benchPostgresViews({ logFolder, place, url }: PostgresViewsBench): Promise<Row[]> {
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const own = new URL(url);
  own.searchParams.set('schema', schema);
  const client = new Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    const sqlite = await rebuiltAlone(logFolder, place);
    const ours = await rebuiltAlone(logFolder, own.href);
    const parsing = parsedIn(join(logFolder, 'events.sqlite'));
    const copied = await copiedIn(client);
    const rate = (seconds: number): number => Math.round(ours.events / seconds);
    return [
      rowOf(
        `rebuild of all views on PostgreSQL (${copied.rows} rows) from ${ours.events} events, ` +
          'against reading, parsing and COPY',
        rate(ours.seconds),
        rate(parsing + copied.seconds),
        'events/s',
      ),
      rowOf('the same on PostgreSQL, against SQLite', rate(ours.seconds), rate(sqlite.seconds), 'events/s'),
      rowOf(
        "a reader's query during the rebuild on PostgreSQL, against an idle database",
        percentile([...ours.busyMs], 0.5),
        percentile([...ours.idleMs], 0.5),
        'ms',
        percentile([...ours.busyMs], 0.99),
      ),
    ];
  } finally {
    await client.query(`drop schema if exists "${schema}" cascade`);
    await client.end();
  }
}

/** In a process of its own. @param views a folder, or the address of a PostgreSQL */
function rebuiltAlone(log: string, views: string): Promise<RebuiltAlone> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'rebuild-alone.ts'), [log, views]);
    child.once('message', (figures: RebuiltAlone) => resolve(figures));
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`The rebuild has ended with ${code} and no figures.`)));
  });
}

/** Seconds. */
function parsedIn(file: string): number {
  const log = new Database(file, { readonly: true });
  const begun = performance.now();
  for (const row of log.prepare('select data, metadata from event').raw().iterate()) {
    for (const text of row as [string, string]) JSON.parse(text);
  }
  log.close();
  return (performance.now() - begun) / 1_000;
}

/** Every row that a rebuild has left, copied once more; getting hold of it is not what is measured. */
async function copiedIn(client: Client): Promise<{ readonly seconds: number; readonly rows: number }> {
  const { rows: tables } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' " +
      "and relname like '%\\_\\_%'",
  );
  let seconds = 0;
  let rows = 0;
  for (const { name } of tables) {
    const pieces: Buffer[] = [];
    for await (const piece of client.query(copyTo(`copy "${name}" to stdout`))) pieces.push(piece as Buffer);
    await client.query(`create table plain (like "${name}")`);
    const begun = performance.now();
    const into = client.query(copyFrom('copy plain from stdin'));
    for (const piece of pieces) if (!into.write(piece)) await once(into, 'drain');
    into.end();
    await once(into, 'finish');
    seconds += (performance.now() - begun) / 1_000;
    rows += into.rowCount;
    await client.query('drop table plain');
  }
  return { seconds, rows };
}
