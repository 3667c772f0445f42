import { logStart } from '@platform/kernel';
import { addCheckpoint, divided, nextGeneration, readCheckpoints, shapeOf } from './sql/checkpoints';
import { tablesOf } from './sql/physical-table';
import { createIndexes, createTables, pointTo } from './sql/schema';
import type { ViewWriter } from './sql/writer';
import type { View } from './view';

/**
 * Makes empty tables, before the first event, for views that have none; the others stay as they are.
 * @param partitions how many parts one that can be divided is to have
 */
export function createMissing(
  writer: ViewWriter,
  views: readonly View[],
  now: number,
  partitions = 1,
): Promise<void> {
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
      const whole = { name, version, shape: shapeOf(view), generation, ...start };
      for (const each of divided(whole, view.partitionBy ? partitions : 1))
        await addCheckpoint(within.db, each);
    }
  });
}
