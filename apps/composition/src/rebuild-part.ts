import { SqliteEventLog } from '@platform/event-log';
import { openViews, serveRebuildPart } from '@platform/views';
import { allViews } from './contexts';
import type { DataFolders } from './rebuild-threads';

/* The file of a thread that builds some of the views of a rebuild; see `besideRebuild`. */

void serveRebuildPart(async data => {
  const { log, views } = data as DataFolders;
  return {
    log: SqliteEventLog.open({ folder: log, readCacheKiB: 1_000 }),
    database: await openViews({ folder: views }),
    all: allViews,
  };
});
