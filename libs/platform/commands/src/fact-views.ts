import { formatPosition } from '@platform/kernel';
import type { ViewDatabase, ViewEngine } from '@platform/views';
import { NotYetVisible } from './errors';
import type { FactViews } from './fact-reader';

/**
 * The views of this process. Where nothing follows the log in it, another process may.
 * @param patienceMs how long a decision waits for its views; commands on its stream wait with it
 */
export const factViews = (database: ViewDatabase, engine: ViewEngine, patienceMs = 2_000): FactViews => ({
  async reached(position, views) {
    if (await engine.waitFor(position, views, patienceMs)) return database;
    throw new NotYetVisible(formatPosition(position), formatPosition(await engine.positionOf(views)));
  },
});
