import type { Position } from '@platform/kernel';
import { logStart, systemClock, type Clock } from '@platform/kernel';
import { eachPage, type EventLog } from '@platform/event-log';
import { Loader } from './fold/loader';
import { addCheckpoint, nextGeneration, shapeOf } from './sql/checkpoints';
import { checkViews, tablesOf } from './sql/physical-table';
import { createIndexes, createTables, pointTo } from './sql/schema';
import type { ViewWriter } from './sql/writer';
import type { View } from './view';
import { openViews, openViewsInMemory, type ViewDatabase } from './view-database';

export interface ReplayOptions {
  /** Last position to take, inclusive; the log's end unless given. */
  readonly upTo?: Position;
  /** Events read at a time; 5,000 unless given. */
  readonly pageSize?: number;
  /** An empty folder for the rows, when they may be too many for the memory. The caller removes it. */
  readonly folder?: string;
  readonly clock?: Clock;
}

/**
 * The views as they stood at a position, computed from the beginning of the log, for a proof or a test:
 * what an independent reader of the same events would have had in hand. The caller closes the database.
 * @throws ViewRefused
 */
export async function replayViews(
  log: EventLog,
  views: readonly View[],
  options: ReplayOptions = {},
): Promise<ViewDatabase> {
  checkViews(views);
  const { folder } = options;
  const database = folder === undefined ? await openViewsInMemory() : await openViews({ folder });
  try {
    await replayInto(database, log, views, options);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The same into an empty database of the caller's. @throws ViewRefused */
export async function replayInto(
  { writer }: Pick<ViewDatabase, 'writer'>,
  log: EventLog,
  views: readonly View[],
  { upTo, pageSize, clock = systemClock }: Omit<ReplayOptions, 'folder'> = {},
): Promise<void> {
  const targets = await makeTargets(writer, views);
  const loader = new Loader(writer, targets);
  for await (const page of eachPage(log, { after: logStart, upTo, pageSize, lazily: true })) {
    await loader.take(page);
    if (!loader.isFull) continue;
    await writer.transaction(await loader.spill());
    loader.spilled();
  }
  await writer.transaction(async within => {
    await loader.flush(within);
    const { position, eventHash } = loader;
    for (const { view, generation, tables } of targets) {
      for (const table of tables) await createIndexes(within, table);
      await pointTo(within, tables);
      const { name, version } = view;
      await addCheckpoint(within.db, {
        name,
        version,
        shape: shapeOf(view),
        generation,
        position,
        eventHash,
        updatedAt: clock.now(),
      });
    }
  });
}

const makeTargets = (writer: ViewWriter, views: readonly View[]) =>
  writer.transaction(async within => {
    const targets = [];
    for (const view of views) {
      const generation = await nextGeneration(within.db);
      const tables = tablesOf(view.tables, generation);
      await createTables(within, writer.dialect, tables);
      targets.push({ view, generation, tables });
    }
    return targets;
  });
