import type { EventLog } from '@platform/event-log';
import { formatPosition, type Position } from '@platform/kernel';
import { replayViews, type View, type ViewDatabase, type ViewEngine } from '@platform/views';
import { NotYetVisible } from '../errors';
import type { FactViews } from './fact-reader';

/** How long a process that has just begun waits for its views, before it takes them as they are. */
const beginningMs = 30_000;

/**
 * The views of this process. Where nothing follows the log in it, another process may.
 * @param patienceMs how long a decision waits for its views; commands on its stream wait with it
 */
export function factViews(
  log: Pick<EventLog, 'head'>,
  database: ViewDatabase,
  engine: Pick<ViewEngine, 'waitFor' | 'positionOf'>,
  patienceMs = 2_000,
): FactViews {
  const begun = new Map<string, Promise<unknown>>();
  return {
    async reached(position, views) {
      if (await engine.waitFor(position, views, patienceMs)) return database;
      throw new NotYetVisible(formatPosition(position), formatPosition(await engine.positionOf(views)));
    },

    async latest(views) {
      const key = views.join(' ');
      // Views that are made anew would know of nobody. One that has failed must not hold up what they are asked for.
      const first = begun.get(key) ?? log.head().then(head => engine.waitFor(head, views, beginningMs));
      begun.set(key, first);
      await first.catch((error: unknown) => {
        begun.delete(key);
        throw error;
      });
      return database;
    },
  };
}

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
