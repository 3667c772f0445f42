/*
 * Keeps views in step with a log, or rebuilds them again and again, until somebody ends it: one line on
 * standard output for each thing done. Arguments: the data folder, `follow`, `rebuild` or
 * `rebuild in threads`, and how many milliseconds its clock is ahead, so that it need not wait for the
 * lease of one that was killed.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventLog } from '@platform/event-log';
import { openViews, rebuildViews, ViewEngine } from '@platform/views';
import { sums, totals, trail } from '@platform/views/testing';

const [folder = '', mode = '', ahead = '0'] = process.argv.slice(2);
const clock = { now: () => Date.now() + Number(ahead) };
const say = (text: string): unknown => writeSync(1, `${text}\n`);

async function main(): Promise<void> {
  const log = SqliteEventLog.open({ folder });
  const database = await openViews({ folder });
  const all = [sums, totals, trail];
  if (mode === 'follow') {
    const onBatch = ({ position }: { readonly position: bigint }) => say(`${position}`);
    await new ViewEngine({ log, database, views: all, clock, pageSize: 20, onBatch }).start();
    say('follows');
    return;
  }
  for (;;) {
    const onProgress = ({ phase }: { readonly phase: string }) => say(phase);
    const part = { file: join(__dirname, 'rebuild-part.ts'), data: { folder, ahead: Number(ahead) } };
    await rebuildViews({
      ...{ log, database, all, views: 'all', clock, pageSize: 50, inThread: true, onProgress },
      beside: mode === 'rebuild in threads' ? part : undefined,
    });
  }
}

void main();
