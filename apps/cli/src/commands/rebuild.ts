import { rebuildViews } from '@platform/views';
import { allViews } from '../../../composition/src/contexts';
import { besideRebuild, collectEarly } from '../../../composition/src/rebuild-threads';
import { openConfiguredViews } from '../../../composition/src/engines';
import { openEventLog } from '../../../composition/src/event-logs';
import type { Place } from '../session';
import { CommandFailed, type Output } from '../terminal';

/** Computes views again from the log, beside those in use, and swaps them in; a server may go on meanwhile. */
export async function rebuild(place: Place, views: readonly string[], output: Output): Promise<void> {
  const { dataFolder, viewsUrl, eventStore } = place;
  const unknown = views.find(name => !allViews.some(view => view.name === name));
  if (unknown !== undefined) {
    const names = allViews.map(({ name }) => name).join(', ');
    throw new CommandFailed(`There is no view "${unknown}". There are: ${names}.`, 2);
  }
  // Threads open files; what is on servers is worked on by other processes anyway.
  const isOfFiles = viewsUrl === undefined && eventStore === undefined;
  const beside = isOfFiles ? besideRebuild({ log: dataFolder, views: dataFolder }) : undefined;
  if (beside) collectEarly();
  const log = await openEventLog(place, { readCacheKiB: 1_000 });
  const database = await openConfiguredViews(dataFolder, viewsUrl);
  const bar = output.progress('Rebuilding views');
  try {
    const report = await rebuildViews({
      log,
      database,
      all: allViews,
      views: views.length > 0 ? views : 'all',
      beside,
      onProgress: ({ position, head }) => bar.update(Number(position) + 1, Number(head) + 1),
    });
    bar.end();
    const position = report.position.toString();
    output.result({ ...report, position }, [
      `Rebuilt ${report.views.join(', ')} from ${report.events} events; they stand at position ${position}.`,
    ]);
  } finally {
    bar.end();
    await database.close();
    await log.close();
  }
}
