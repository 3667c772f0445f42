import type { EventLog } from '@platform/event-log';
import { formatPosition, type Position } from '@platform/kernel';
import { replayViews, type View, type ViewDatabase, type ViewEngine } from '@platform/views';
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

/**
 * The same for a process in which nothing follows the log, and which decides one thing after the other: the views are
 * computed from the beginning of the log. What was handed over holds until the next ones are asked for.
 */
export class ReplayedFactViews implements FactViews {
  private last: ViewDatabase | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly views: readonly View[],
  ) {}

  async reached(position: Position, names: readonly string[]): Promise<ViewDatabase> {
    await this.close();
    const wanted = this.views.filter(({ name }) => names.includes(name));
    this.last = await replayViews(this.log, wanted, { upTo: position });
    return this.last;
  }

  async close(): Promise<void> {
    await this.last?.close();
    this.last = undefined;
  }
}
