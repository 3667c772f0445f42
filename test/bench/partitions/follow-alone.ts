import 'reflect-metadata';
import { SqliteEventLog } from '@platform/event-log';
import { openPostgresViews, ViewEngine } from '@platform/views';
import { allViews } from '../../../apps/composition/src/contexts';

/*
 * A worker that follows one view on PostgreSQL from the first event, once it is told to. Arguments: the folder of the
 * log, the address of the views, the view, and into how many partitions it is divided.
 */
export interface Followed {
  /** Events of the pages that this process committed, for each partition that it moved. */
  readonly taken: number;
  readonly cpuSeconds: number;
}

const [logFolder = '', url = '', name = '', partitions = '1'] = process.argv.slice(2);
const patienceMs = 30 * 60_000;

async function main(): Promise<void> {
  const view = allViews.find(each => each.name === name)!;
  const log = SqliteEventLog.open({ folder: logFolder, readCacheKiB: 1_000 });
  const database = await openPostgresViews({ url });
  let taken = 0;
  const engine = new ViewEngine({
    ...{ log, database, views: [view], partitions: Number(partitions), rebuildBeyond: Infinity },
    onBatch: ({ events }) => (taken += events),
  });
  await engine.prepare();
  const begin = new Promise(resolve => process.once('message', resolve));
  process.send?.('ready');
  await begin;
  const cpu = process.cpuUsage();
  await engine.start();
  const arrived = await engine.waitFor(await log.head(), 'all', patienceMs);
  const { user, system } = process.cpuUsage(cpu);
  if (!arrived) throw new Error('The view has not arrived.');
  await engine.stop();
  process.send?.({ taken, cpuSeconds: (user + system) / 1e6 } satisfies Followed);
  await database.close();
  await log.close();
  process.disconnect();
}

void main();
