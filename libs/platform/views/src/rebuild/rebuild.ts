import { hostname } from 'node:os';
import { logStart, systemClock, timeOrderedIds, type Clock, type Ids, type Position } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import { createMissing } from '../create-missing';
import { forgetReactionsBeyond } from '../reaction-checkpoints';
import { LocalPart, type PartProgress, type RebuildPart, type Target } from './part';
import { taskOf, ThreadPart, type RebuildThread } from './thread-part';
import { nextGeneration, readCheckpoints } from '../sql/checkpoints';
import { RebuildLease } from '../sql/lease';
import { checkViews, tablesOf } from '../sql/physical-table';
import { createTables, dropTables, orphanedTables } from '../sql/schema';
import type { ViewTransaction, ViewWriter } from '../sql/writer';
import type { View } from '../view';
import type { ViewDatabase } from '../view-database';

export interface RebuildOptions {
  readonly log: EventLog;
  readonly database: ViewDatabase;
  /** All views of the software. */
  readonly all: readonly View[];
  /** Names of those to rebuild. */
  readonly views: readonly string[] | 'all';
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Events read at a time; 5,000 unless given. Smaller ones hold the thread for a shorter time. */
  readonly pageSize?: number;
  /** Ends the rebuild between two pages; nothing has changed then. */
  readonly signal?: AbortSignal;
  /**
   * Whether rows are written in a thread of their own, beside the folding; so unless given, where the code
   * is built and there is no other thread.
   */
  readonly inThread?: boolean;
  /**
   * Builds the views that look at every event, beside the others, which then read only the events that they look at.
   * The log and the database are then files, which the thread opens for itself.
   */
  readonly beside?: RebuildThread;
}

export interface RebuildProgress extends PartProgress {
  /** Position of the log's last event when the rebuild began. */
  readonly head: Position;
}

export interface RebuildReport {
  readonly views: readonly string[];
  readonly events: number;
  readonly position: Position;
}

const defaultPage = 1_000;
/**
 * Computes views again from the first event, in new tables beside those in use, and swaps them in. Readers
 * see the old rows until the commit of the swap and the new ones after it; the live engine goes on
 * meanwhile, here or elsewhere, and follows the new tables by itself. To keep it off a thread that serves
 * requests, call it in a worker thread with a log and a database that were opened there.
 * @throws RebuildRunning | RebuildOvertaken | ViewRefused; nothing has changed for any reader then
 */
export async function rebuildViews(options: RebuildOptions): Promise<RebuildReport> {
  checkViews(options.all);
  const views = selected(options);
  const { inThread = isBuilt && !options.beside } = options;
  const writer = options.database.openWriter({ inThread });
  try {
    const holder = `${hostname()}, process ${process.pid}, ${(options.ids ?? timeOrderedIds).next()}`;
    const lease = await RebuildLease.take(writer, holder, options.clock ?? systemClock);
    try {
      return await new Rebuild(options, views, writer, lease).run();
    } finally {
      // If it cannot be given back, or we die before, the lease runs out by itself.
      await writer.transaction(within => lease.release(within)).catch(() => undefined);
    }
  } finally {
    await writer.close();
  }
}

/**
 * A thread is started from a file of JavaScript; the sources run through a compiler that a thread may not
 * have.
 */
const isBuilt = __filename.endsWith('.js');

function selected({ all, views }: RebuildOptions): readonly View[] {
  if (views === 'all') return all;
  const unknown = views.find(name => !all.some(view => view.name === name));
  if (unknown !== undefined) throw new Error(`There is no view of the name "${unknown}".`);
  return all.filter(({ name }) => views.includes(name));
}

class Rebuild {
  private readonly clock: Clock;
  private readonly pageSize: number;
  private head = logStart;
  /** Ends all parts when one of them has failed, or the caller wants it. */
  private readonly stopping = new AbortController();
  private readonly signal: AbortSignal;
  private readonly standing: PartProgress[] = [];

  constructor(
    private readonly options: RebuildOptions,
    private readonly views: readonly View[],
    private readonly writer: ViewWriter,
    private readonly lease: RebuildLease,
  ) {
    this.clock = options.clock ?? systemClock;
    this.pageSize = options.pageSize ?? defaultPage;
    const { signal: callers } = options;
    this.signal = callers ? AbortSignal.any([callers, this.stopping.signal]) : this.stopping.signal;
  }

  async run(): Promise<RebuildReport> {
    this.head = await this.options.log.head();
    const parts = this.divide(await this.begin());
    try {
      await this.inAll(parts, part => part.fill());
      // Every view is ready: none is swapped in when another one cannot be built.
      for (const [index, part] of parts.entries()) this.standing[index] = await part.swap();
    } catch (error) {
      this.stopping.abort();
      await Promise.all(parts.map(part => part.end()));
      // The tables that nobody will use. What stands in the way of dropping them is most likely the same
      // error.
      await this.dropOrphans().catch(() => undefined);
      throw error;
    }
    await Promise.all(parts.map(part => part.end()));
    // The tables that were in use before. If we die first, the next rebuild drops them.
    await this.dropOrphans();
    this.report();
    const { events, position } = this.progress();
    return { views: this.views.map(({ name }) => name), events, position };
  }

  private async begin(): Promise<Target[]> {
    await this.dropOrphans();
    // A view that has never been gets empty tables first, so that an engine which starts meanwhile makes
    // none.
    await createMissing(this.writer, this.views, this.clock.now());
    return this.fenced(async within => {
      await forgetReactionsBeyond(within.db, this.head);
      const checkpoints = await readCheckpoints(within.db);
      const targets: Target[] = [];
      for (const view of this.views) {
        const generation = await nextGeneration(within.db);
        const tables = tablesOf(view.tables, generation);
        await createTables(within, this.writer.dialect, tables);
        targets.push({ view, tables, generation, replaces: checkpoints.get(view.name)!.generation });
      }
      return targets;
    });
  }

  private divide(targets: readonly Target[]): RebuildPart[] {
    const { beside } = this.options;
    const whole = targets.filter(({ view }) => view.takes === 'all');
    const some = targets.filter(({ view }) => view.takes !== 'all');
    if (!beside || whole.length === 0 || some.length === 0) return [this.localPart(0, targets)];
    const { lease, pageSize } = this;
    const task = { targets: taskOf(whole), lease: { holder: lease.holder, token: lease.token }, pageSize };
    return [
      new ThreadPart(beside, task, this.signal, progress => this.take(0, progress)),
      this.localPart(1, some),
    ];
  }

  private localPart(index: number, targets: readonly Target[]): RebuildPart {
    const { log } = this.options;
    const { writer, lease, clock, pageSize, signal } = this;
    return new LocalPart({
      ...{ log, writer, lease, targets, clock, pageSize, signal },
      onProgress: progress => this.take(index, progress),
    });
  }

  /** All of them at once; the first failure ends the others. */
  private async inAll(
    parts: readonly RebuildPart[],
    work: (part: RebuildPart) => Promise<void>,
  ): Promise<void> {
    const all = parts.map(part => work(part));
    try {
      await Promise.all(all);
    } catch (error) {
      this.stopping.abort();
      await Promise.allSettled([...all, ...parts.map(part => part.end())]);
      throw error;
    }
  }

  private fenced<Result>(work: (within: ViewTransaction) => Promise<Result>): Promise<Result> {
    return this.writer.transaction(async within => {
      await this.lease.renew(within);
      return work(within);
    });
  }

  private async dropOrphans(): Promise<void> {
    await this.fenced(async within => dropTables(within, this.writer.dialect, await orphanedTables(within)));
  }

  private take(index: number, progress: PartProgress): void {
    this.standing[index] = progress;
    this.report();
  }

  private report(): void {
    this.options.onProgress?.({ ...this.progress(), head: this.head });
  }

  /** As far as the part that is furthest behind. */
  private progress(): PartProgress {
    const standing = Object.values(this.standing);
    const phase = phases.find(one => standing.some(part => part.phase === one)) ?? 'done';
    const position = standing.map(part => part.position).reduce((a, b) => (a < b ? a : b));
    return { phase, events: Math.max(...standing.map(({ events }) => events)), position };
  }
}

const phases = ['events', 'indexes', 'catching up', 'done'] as const;
