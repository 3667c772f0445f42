/*
 * Keeps views on PostgreSQL in step with a log, or rebuilds them again and again, until somebody ends it: one line on
 * standard output for each thing done. Arguments: the log's folder, the address of the views, `follow` or `rebuild`,
 * how many milliseconds its clock is ahead, so that it need not wait for the lease of one that was killed, and into how
 * many partitions it wants those views divided that can be.
 */
import { writeSync } from 'node:fs';
import { SqliteEventLog } from '@platform/event-log';
import { openPostgresViews, rebuildViews, ViewEngine } from '@platform/views';
import { sums, totals, trail } from '@platform/views/testing';

const [folder = '', url = '', mode = '', ahead = '0', wanted] = process.argv.slice(2);
const partitions = wanted === undefined ? undefined : Number(wanted);
const all = [sums, totals].map(view => ({ ...view, partitionBy: 'stream' as const }));
const clock = { now: () => Date.now() + Number(ahead) };
const say = (text: string): unknown => writeSync(1, `${text}\n`);

async function main(): Promise<void> {
  const log = SqliteEventLog.open({ folder });
  const database = await openPostgresViews({ url });
  if (mode === 'follow') {
    const onBatch = ({ view, position }: { readonly view: string; readonly position: bigint }) =>
      say(`${view} ${position}`);
    await new ViewEngine({
      log,
      database,
      views: [...all, trail],
      partitions,
      clock,
      pageSize: 20,
      onBatch,
    }).start();
    say('follows');
    return;
  }
  for (;;) {
    await rebuildViews({
      log,
      database,
      all: [...all, trail],
      views: 'all',
      clock,
      pageSize: 50,
      onProgress: ({ phase }) => say(phase),
    });
  }
}

void main();
