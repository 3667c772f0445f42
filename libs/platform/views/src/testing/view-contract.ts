import fc from 'fast-check';
import { logStart, type Position, type RecordedEvent } from '@platform/kernel';
import { driftOf, fingerprintOf } from '../rebuild/drift';
import { rebuildViews } from '../rebuild/rebuild';
import { replayViews } from '../replay';
import type { RowStore, View } from '../view';
import type { ViewDatabase } from '../view-database';
import { ViewEngine } from '../view-engine';
import { partitionContract } from './partition-contract';
import { frozen, RecordedLog } from './recorded-log';
import { openTestViews, viewsAfter, viewStore } from './stores';

/** Long enough for any machine; nothing is measured by it. */
const patienceMs = 20_000;
const runs = 15;

/**
 * What every view owes: the same events give the same rows, whether they are taken live in pages of any
 * size, rebuilt, or replayed; and its tables with history answer as of any position what a replay of the
 * log up to there answers. Rows and events are handed to it frozen, so that a fold which changes what it
 * was given fails. One that says how it is divided owes what `partitionContract` says. It runs on the engine
 * that the suite runs on, and a replay in memory has the say.
 *
 *     describe('screening log', () => {
 *       viewContract(screeningLog, recorded([...]));
 *     });
 */
export function viewContract(view: View, events: readonly RecordedEvent[]): void {
  const strict = withFrozenRows(view);
  const replayed = (upTo?: Position) => replayViews(new RecordedLog(events), [strict], { upTo });
  const fingerprintAfter = async (open: Promise<ViewDatabase>, upTo?: Position) => {
    const database = await open;
    const found = await fingerprintOf(database, view, { upTo });
    await database.close();
    return found;
  };

  test('its events leave rows behind, or the rest of this contract would prove nothing', async () => {
    expect(await fingerprintAfter(replayed())).not.toBe(await fingerprintAfter(replayed(logStart)));
  });

  test('the rows are the same, live in pages of any size or replayed', async () => {
    const expected = await fingerprintAfter(replayed());
    const pageSizes = fc.integer({ min: 1, max: events.length + 1 });
    await fc.assert(
      fc.asyncProperty(pageSizes, async pageSize => {
        expect(await fingerprintAfter(live(strict, events, pageSize))).toBe(expected);
      }),
      { numRuns: viewStore().runs(runs), examples: [[1], [events.length]] },
    );
  });

  test('a rebuild changes nothing, and finds nothing that differs', async () => {
    const database = await live(strict, events, 7);
    const before = await fingerprintOf(database, view);
    const log = new RecordedLog(events);
    await rebuildViews({ log, database, all: [strict], views: 'all', pageSize: 5 });
    expect(await fingerprintOf(database, view)).toBe(before);
    expect((await driftOf({ log, database, views: [strict] })).drifts).toEqual([]);
    await database.close();
  });

  test('as of any position, tables with history hold what a replay up to there holds', async () => {
    const database = await viewsAfter(new RecordedLog(events), [strict]);
    const places = fc.integer({ min: -1, max: events.length - 1 });
    await fc.assert(
      fc.asyncProperty(places, async place => {
        const upTo = events[place]?.position ?? logStart;
        const asOf = await fingerprintOf(database, view, { upTo });
        expect(asOf).toBe(await fingerprintAfter(replayed(upTo), upTo));
      }),
      { numRuns: viewStore().runs(runs), examples: [[-1], [events.length - 1]] },
    );
    await database.close();
  });

  if (view.partitionBy) partitionContract(strict, events, upTo => fingerprintAfter(replayed(upTo), upTo));
}

/** The view as the engine leaves it after these events. */
async function live(view: View, events: readonly RecordedEvent[], pageSize: number): Promise<ViewDatabase> {
  const database = await openTestViews();
  const log = new RecordedLog(events);
  const engine = new ViewEngine({ log, database, views: [view], pageSize, rebuildBeyond: Infinity });
  await engine.start();
  const arrived = await engine.waitFor(await log.head(), 'all', patienceMs);
  const [status] = await engine.status();
  await engine.stop();
  if (!arrived) throw new Error(`The view did not arrive: ${status?.problem ?? status?.state}`);
  return database;
}

function withFrozenRows(view: View): View {
  return {
    ...view,
    project: (events, rows) => {
      const store: RowStore = {
        load: (table, keys) => rows.load(table, keys),
        get: (table, key) => frozen(rows.get(table, key)),
        put: (table, row, at) => rows.put(table, frozen(row), at),
        remove: (table, key, at) => rows.remove(table, key, at),
      };
      return view.project(events, store);
    },
  };
}
