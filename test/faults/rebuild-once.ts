/*
 * Rebuilds toy views once, those that look at every event in a thread, and says on one line how it ended. Arguments:
 * the data folder, and `all`, `refused` when the thread's view takes no event, `ended` when the caller ends it.
 */
import { join } from 'node:path';
import { SqliteEventLog } from '@platform/event-log';
import { openViews, rebuildViews } from '@platform/views';
import { sums, totals, trail } from '@platform/views/testing';
import type { PartData } from './rebuild-part';

const [folder = '', mode = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const log = SqliteEventLog.open({ folder });
  const database = await openViews({ folder });
  const ending = new AbortController();
  const data: PartData = { folder, ahead: 0, refuses: mode === 'refused' };
  const onProgress = () => (mode === 'ended' ? ending.abort() : undefined);
  try {
    const { events, position } = await rebuildViews({
      ...{ log, database, all: [sums, totals, trail], views: 'all', pageSize: 7, onProgress },
      signal: ending.signal,
      beside: { file: join(__dirname, 'rebuild-part.ts'), data },
    });
    process.stdout.write(`${JSON.stringify({ events, position: Number(position) })}\n`);
  } catch (error) {
    const { name, message } = error as Error;
    process.stdout.write(`${JSON.stringify({ name, message })}\n`);
  } finally {
    await database.close();
    await log.close();
  }
}

void main();
