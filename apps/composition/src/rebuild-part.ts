import { SqliteEventLog } from '@platform/event-log';
import { openViews, serveRebuildPart } from '@platform/views';
import { allViews } from './contexts';
import type { DataFolders } from './rebuild-threads';

/* The file of a thread that builds some of the views of a rebuild; see `besideRebuild`. */

void serveRebuildPart(async ({ log, views }: DataFolders) => ({
  log: SqliteEventLog.open({ folder: log }),
  database: await openViews({ folder: views }),
  all: allViews,
}));
