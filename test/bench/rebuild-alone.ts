import 'reflect-metadata';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SqliteEventLog } from '@platform/event-log';
import { openPostgresViews, openViews, rebuildViews, type ViewDatabase } from '@platform/views';
import { allViews } from '../../apps/composition/src/contexts';
import { collectEarly } from '../../apps/composition/src/rebuild-threads';

/*
 * Rebuilds all views once, as `ledger rebuild` does, and tells its parent how long it took, how much memory, and how a
 * reader fared meanwhile. Arguments: the folder of the log, and the one of the views or their address in PostgreSQL.
 */
export interface RebuiltAlone {
  readonly events: number;
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** How long a query took, before the rebuild and beside it. */
  readonly idleMs: readonly number[];
  readonly busyMs: readonly number[];
}

const [logFolder = '', views = ''] = process.argv.slice(2);
const isAddress = views.startsWith('postgres');

async function main(): Promise<void> {
  collectEarly();
  const log = SqliteEventLog.open({ folder: logFolder, readCacheKiB: 1_000 });
  const database = await (isAddress ? openPostgresViews({ url: views }) : openViews({ folder: views }));
  const idleMs: number[] = [];
  for (let time = 0; time < 200; time++) idleMs.push(await oneQueryMs(database));
  const busyMs: number[] = [];
  let reading = Promise.resolve();
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const { events } = await rebuildViews({
    ...{ log, database, all: allViews, views: 'all' },
    beside: isAddress
      ? undefined
      : {
          file: join(__dirname, '../../dist/apps/composition/src/rebuild-part.js'),
          data: { log: logFolder, views },
        },
    onProgress: () => {
      reading = reading.then(async () => void busyMs.push(await oneQueryMs(database)));
    },
  });
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  await reading;
  await database.close();
  await log.close();
  const figures = { events, seconds, cpuSeconds: (user + system) / 1e6, peakBytes, idleMs, busyMs };
  process.send?.(figures satisfies RebuiltAlone);
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

void main();
