import { logStart } from '@platform/kernel';
import { addCheckpoint, nextGeneration, readCheckpoints, shapeOf } from './sql/checkpoints';
import { tablesOf } from './sql/physical-table';
import { createIndexes, createTables, pointTo } from './sql/schema';
import type { ViewWriter } from './sql/writer';
import type { View } from './view';

/** Makes empty tables, before the first event, for views that have none; the others stay as they are. */
export function createMissing(writer: ViewWriter, views: readonly View[], now: number): Promise<void> {
  return writer.transaction(async within => {
    const checkpoints = await readCheckpoints(within.db);
    for (const view of views.filter(({ name }) => !checkpoints.has(name))) {
      const { name, version, tables: declared } = view;
      const generation = await nextGeneration(within.db);
      const tables = tablesOf(declared, generation);
      await createTables(within, writer.dialect, tables);
      for (const table of tables) await createIndexes(within, table);
      await pointTo(within, tables);
      const start = { position: logStart, eventHash: '', updatedAt: now };
      await addCheckpoint(within.db, { name, version, shape: shapeOf(view), generation, ...start });
    }
  });
}
