import { verifyLog } from '@platform/event-log';
import { driftOf } from '@platform/views';
import { allViews } from '../../../composition/src/contexts';
import { openConfiguredViews } from '../../../composition/src/engines';
import { openEventLog } from '../../../composition/src/event-logs';
import type { Place } from '../session';
import { CommandFailed, type Output } from '../terminal';

const shown = 20;

/**
 * Checks the whole ledger without trusting any of it: each event's hash and its place behind the one before, revisions
 * without a gap, and views that equal what follows from the log. Exit code 1 when anything is wrong.
 */
export async function verify(place: Place, output: Output): Promise<void> {
  const { dataFolder, viewsUrl } = place;
  const log = await openEventLog(place);
  const database = await openConfiguredViews(dataFolder, viewsUrl);
  const bar = output.progress('Verifying events');
  try {
    const head = Number(await log.head()) + 1;
    const chain = await verifyLog(log, {
      onProgress: ({ position }) => bar.update(Number(position) + 1, head),
    });
    bar.end();
    const drift = await driftOf({ log, database, views: allViews });
    const wrong = chain.problems.length + drift.drifts.length;
    const views = drift.compared.map(({ view, position }) => ({ view, position: position.toString() }));
    const problems = chain.problems.map(problem => ({ ...problem, position: problem.position.toString() }));
    output.result(
      { ...chain, problems, views, absent: drift.absent, drifts: drift.drifts, intact: wrong === 0 },
      [
        `${chain.events} events in ${chain.streams} streams: ${
          problems.length === 0 ? 'every hash and revision is right.' : `${problems.length} problems.`
        }`,
        ...problems
          .slice(0, shown)
          .map(({ position, stream, rule, detail }) => `  ${position} ${stream} ${rule}: ${detail}`),
        `${views.length} views compared with the log: ${
          drift.drifts.length === 0 ? 'all equal.' : `${drift.drifts.length} tables differ.`
        }`,
        ...drift.drifts
          .slice(0, shown)
          .map(({ view, table, rows }) => `  ${view}, ${table}: ${rows} rows differ`),
        ...(drift.absent.length > 0 ? [`Not built yet, so not compared: ${drift.absent.join(', ')}.`] : []),
      ],
    );
    if (wrong > 0) throw new CommandFailed('The ledger is not intact.', 1);
  } finally {
    bar.end();
    await database.close();
    await log.close();
  }
}
