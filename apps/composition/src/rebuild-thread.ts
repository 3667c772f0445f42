import { parentPort, workerData } from 'node:worker_threads';
import { SqliteEventLog } from '@platform/event-log';
import { openViews, rebuildViews } from '@platform/views';
import { allViews } from './contexts';
import { besideRebuild, type RebuildEnd, type RebuildOrder } from './rebuild-threads';

/* The file of a thread that rebuilds views for a host; see `rebuildElsewhere`. */

const { folders, views } = workerData as RebuildOrder;
const ending = new AbortController();
parentPort!.once('message', () => ending.abort());

async function rebuild(): Promise<void> {
  const log = SqliteEventLog.open({ folder: folders.log, readCacheKiB: 1_000 });
  const database = await openViews({ folder: folders.views });
  try {
    const beside = besideRebuild(folders);
    await rebuildViews({ log, database, all: allViews, views, beside, signal: ending.signal });
  } finally {
    await database.close();
    await log.close();
  }
}

const tell = (end: RebuildEnd): void => {
  parentPort!.postMessage(end, []);
  parentPort!.close();
};

rebuild().then(
  () => tell({}),
  ({ name, message, code }: Error & { readonly code?: unknown }) => tell({ error: { name, message, code } }),
);
