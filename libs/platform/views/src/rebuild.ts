import { hostname } from 'node:os';
import { logStart, systemClock, timeOrderedIds, type Clock, type Ids, type Position } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import { createMissing } from './create-missing';
import { Loader, type LoadTarget } from './fold/loader';
import { giveWay } from './pauses';
import { forgetReactionsBeyond } from './reaction-checkpoints';
import { moveCheckpoint, nextGeneration, readCheckpoints, shapeOf } from './sql/checkpoints';
import { RebuildLease } from './sql/lease';
import { checkViews, tablesOf } from './sql/physical-table';
import { createIndexes, createTables, dropTables, orphanedTables, pointTo } from './sql/schema';
import type { ViewTransaction, ViewWriter } from './sql/writer';
import type { View } from './view';
import type { ViewDatabase } from './view-database';

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
   * is built.
   */
  readonly inThread?: boolean;
}

export interface RebuildProgress {
  readonly phase: 'events' | 'indexes' | 'catching up' | 'done';
  /** Events read so far. */
  readonly events: number;
  /** Position of the last of them, and of the log's last event when the rebuild began. */
  readonly position: Position;
  readonly head: Position;
}

export interface RebuildReport {
  readonly views: readonly string[];
  readonly events: number;
  readonly position: Position;
}

const defaultPage = 1_000;
/** Rounds of catching up before the writers of the live tables are held for the last one. */
const catchUpRounds = 10;
const shortRound = 200;

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
  const { inThread = isBuilt } = options;
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

interface Target extends LoadTarget {
  readonly generation: number;
  /** The generation that is in use while this one is built. */
  readonly replaces: number;
}

class Rebuild {
  private readonly clock: Clock;
  private readonly pageSize: number;
  private head = logStart;

  constructor(
    private readonly options: RebuildOptions,
    private readonly views: readonly View[],
    private readonly writer: ViewWriter,
    private readonly lease: RebuildLease,
  ) {
    this.clock = options.clock ?? systemClock;
    this.pageSize = options.pageSize ?? defaultPage;
  }

  async run(): Promise<RebuildReport> {
    this.head = await this.options.log.head();
    const targets = await this.begin();
    const loader = new Loader(this.writer, targets);
    try {
      await this.load(loader);
      await this.index(loader, targets);
      await this.catchUp(loader);
      await this.swap(loader, targets);
    } catch (error) {
      // The tables that nobody will use. What stands in the way of dropping them is most likely the same
      // error.
      await this.dropOrphans().catch(() => undefined);
      throw error;
    }
    // The tables that were in use before. If we die first, the next rebuild drops them.
    await this.dropOrphans();
    this.report('done', loader);
    return { views: this.views.map(({ name }) => name), events: loader.events, position: loader.position };
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

  /**
   * Until the log has no more to give. Nobody sees these tables: what is true when we die here is what was
   * before.
   */
  private async load(loader: Loader): Promise<void> {
    let writing = Promise.resolve();
    for (;;) {
      const taken = await this.takePage(loader);
      if (loader.isFull) {
        await writing;
        const write = await loader.spill();
        writing = this.fenced(write).then(() => loader.spilled());
        // Awaited before the next one; until then its failure is nobody's.
        writing.catch(() => undefined);
      } else if (this.lease.isDue) await this.fenced(async () => undefined);
      this.report('events', loader);
      if (taken < this.pageSize) break;
    }
    await writing;
    await this.fenced(within => loader.flush(within));
  }

  private async takePage(loader: Loader, upTo?: Position): Promise<number> {
    // Between two pages the thread belongs to others.
    await giveWay();
    this.options.signal?.throwIfAborted();
    const page = await this.options.log.readAll({
      ...{ after: loader.position, upTo, limit: this.pageSize },
      lazily: true,
    });
    await loader.take(page);
    return page.length;
  }

  /** One transaction for each table, so that the live engine gets its turn between them. */
  private async index(loader: Loader, targets: readonly Target[]): Promise<void> {
    const tables = targets.flatMap(target => target.tables);
    for (const table of tables) {
      this.report('indexes', loader);
      await this.fenced(within => createIndexes(within, table));
    }
    await this.fenced(() => this.writer.analyze(tables));
  }

  private async catchUp(loader: Loader): Promise<void> {
    for (let round = 0; round < catchUpRounds; round++) {
      const taken = await this.takePage(loader);
      await this.fenced(within => loader.flush(within));
      this.report('catching up', loader);
      if (taken < shortRound) return;
    }
  }

  /**
   * With the writers of the live tables held: takes what they had taken more, and puts the new tables in
   * the place of the old ones. Before the commit readers see the old tables at the old checkpoint, after it
   * the new ones at the new.
   */
  private async swap(loader: Loader, targets: readonly Target[]): Promise<void> {
    await this.fenced(async within => {
      const checkpoints = await readCheckpoints(within.db);
      const reached = targets.map(({ view }) => checkpoints.get(view.name)?.position ?? logStart);
      const furthest = reached.reduce((a, b) => (a > b ? a : b), logStart);
      while (loader.position < furthest && (await this.takePage(loader, furthest)) > 0);
      await loader.flush(within);
      for (const target of targets) await this.swapOne(within, loader, target);
    });
  }

  private async swapOne(within: ViewTransaction, loader: Loader, target: Target): Promise<void> {
    const { view, generation, replaces, tables } = target;
    const current = (await readCheckpoints(within.db)).get(view.name);
    const { name, version } = view;
    const { position, eventHash } = loader;
    const next = {
      name,
      version,
      shape: shapeOf(view),
      generation,
      position,
      eventHash,
      updatedAt: this.clock.now(),
    };
    const isOurs = current?.generation === replaces && (await moveCheckpoint(within.db, current, next));
    if (!isOurs)
      throw new Error(`The view "${name}" was replaced by somebody else while it was being rebuilt.`);
    await pointTo(within, tables);
  }

  private fenced<Result>(work: (within: ViewTransaction) => Promise<Result>): Promise<Result> {
    return this.writer.transaction(async within => {
      await this.lease.renew(within);
      return work(within);
    });
  }

  private async dropOrphans(): Promise<void> {
    await this.fenced(async within => dropTables(within, await orphanedTables(within)));
  }

  private report(phase: RebuildProgress['phase'], { events, position }: Loader): void {
    this.options.onProgress?.({ phase, events, position, head: this.head });
  }
}
