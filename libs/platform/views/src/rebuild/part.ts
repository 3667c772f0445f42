import { logStart, type Clock, type Position } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import { Loader, type LoadTarget } from '../fold/loader';
import { giveWay, pause } from '../follow/pauses';
import { divided, furthestOf, readCheckpoints, replaceCheckpoints, shapeOf } from '../sql/checkpoints';
import type { RebuildLease } from '../sql/lease';
import { createIndexes, pointTo } from '../sql/schema';
import { ReadersInTheWay, type ViewTransaction, type ViewWriter } from '../sql/writer';

/** A view that is built, and the empty tables that were made for it. */
export interface Target extends LoadTarget {
  readonly generation: number;
  /** The generation that is in use while this one is built. */
  readonly replaces: number;
}

export interface PartProgress {
  readonly phase: 'events' | 'indexes' | 'catching up' | 'done';
  /** Events read so far. */
  readonly events: number;
  /** Position of the last of them. */
  readonly position: Position;
}

/** Some of the views of a rebuild, built from one reading of the log: in this thread or in another one. */
export interface RebuildPart {
  /** Fills the new tables up to the log's end. Nobody sees them: when we die here, nothing has happened. */
  fill(): Promise<void>;
  /** Puts them in the place of those in use. */
  swap(): Promise<PartProgress>;
  /** Ends it, wherever it stands; afterwards nothing is written any more. */
  end(): Promise<void>;
}

export interface PartOptions {
  readonly log: EventLog;
  readonly writer: ViewWriter;
  readonly lease: RebuildLease;
  readonly targets: readonly Target[];
  readonly clock: Clock;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PartProgress) => void;
}

/** Rounds of catching up before the writers of the live tables are held for the last one. */
const catchUpRounds = 10;
const shortRound = 200;
/** Between attempts to put tables in place while somebody reads those in use. */
const readersPauseMs = 200;

export class LocalPart implements RebuildPart {
  private readonly loader: Loader;
  /** What the log is asked for; undefined when one of the views looks at every event. */
  private readonly types: readonly string[] | undefined;

  constructor(private readonly options: PartOptions) {
    const { writer, targets } = options;
    this.loader = new Loader(writer, targets);
    const taken = targets.map(({ view }) => view.takes);
    this.types = taken.includes('all') ? undefined : [...new Set(taken.flat())];
  }

  async fill(): Promise<void> {
    await this.load();
    await this.index();
    await this.catchUp();
  }

  private async load(): Promise<void> {
    const { loader } = this;
    const { lease, pageSize } = this.options;
    let writing = Promise.resolve();
    for (;;) {
      const taken = await this.takePage();
      if (loader.isFull) {
        await writing;
        const write = await loader.spill();
        writing = this.fenced(write).then(() => loader.spilled());
        // Awaited before the next one; until then its failure is nobody's.
        writing.catch(() => undefined);
      } else if (lease.isDue) await this.fenced(async () => undefined);
      this.report('events');
      if (taken < pageSize) break;
    }
    await writing;
    await this.fenced(within => loader.flush(within));
  }

  private async takePage(upTo?: Position): Promise<number> {
    // Between two pages the thread belongs to others.
    await giveWay();
    this.options.signal.throwIfAborted();
    return this.types ? this.takeSome(this.types, upTo) : this.takeAll(upTo);
  }

  private async takeAll(upTo?: Position): Promise<number> {
    const { log, pageSize: limit } = this.options;
    const page = await log.readAll({ after: this.loader.position, upTo, limit, lazily: true });
    await this.loader.take(page);
    return page.length;
  }

  /** With less than a page to take, it stands where the log ended when it was asked, or at `upTo`. */
  private async takeSome(types: readonly string[], upTo?: Position): Promise<number> {
    const { loader } = this;
    const { log, pageSize: limit } = this.options;
    const end = upTo ?? (await log.head());
    const page = await log.readAll({ after: loader.position, upTo: end, limit, types, lazily: true });
    await loader.take(page);
    if (page.length === limit || loader.position >= end) return page.length;
    const [last] = await log.readAt([end]);
    if (last) loader.reach(last);
    return page.length;
  }

  /** One transaction for each table, so that the live engine gets its turn between them. */
  private async index(): Promise<void> {
    const { targets, writer } = this.options;
    const tables = targets.flatMap(target => target.tables);
    for (const table of tables) {
      this.report('indexes');
      await this.fenced(within => createIndexes(within, table));
    }
    await this.fenced(() => writer.analyze(tables));
  }

  private async catchUp(): Promise<void> {
    for (let round = 0; round < catchUpRounds; round++) {
      const taken = await this.takePage();
      await this.fenced(within => this.loader.flush(within));
      this.report('catching up');
      if (taken < shortRound) return;
    }
  }

  /**
   * With the writers of the live tables held: takes what they had taken more, and puts the new tables in
   * the place of the old ones. Before the commit readers see the old tables at the old checkpoint, after it
   * the new ones at the new.
   */
  async swap(): Promise<PartProgress> {
    const { loader } = this;
    for (;;) {
      try {
        await this.trySwap();
        return { phase: 'done', events: loader.events, position: loader.position };
      } catch (error) {
        if (!(error instanceof ReadersInTheWay)) throw error;
      }
      // A reader of a long answer is waited for, however long: it would see a half otherwise. The lease is kept.
      await this.fenced(async () => undefined);
      await pause(readersPauseMs, this.options.signal);
      this.options.signal.throwIfAborted();
    }
  }

  private trySwap(): Promise<void> {
    const { loader } = this;
    const { targets, writer, lease } = this.options;
    const renames = targets.flatMap(({ view }) => view.tables.map(({ name }) => name));
    const work = async (within: ViewTransaction): Promise<void> => {
      await lease.renew(within);
      const checkpoints = await readCheckpoints(within.db);
      const standing = targets.flatMap(({ view }) => checkpoints.get(view.name) ?? []);
      const furthest = standing.map(furthestOf).reduce((a, b) => (a > b ? a : b), logStart);
      while (loader.position < furthest && (await this.takePage(furthest)) > 0);
      await loader.flush(within);
      for (const target of targets) await this.swapOne(within, target);
    };
    return writer.transaction(work, { renames });
  }

  /** It stays divided as it was: whoever wants it otherwise finds all partitions at one position. */
  private async swapOne(within: ViewTransaction, target: Target): Promise<void> {
    const { view, generation, replaces, tables } = target;
    const current = (await readCheckpoints(within.db)).get(view.name);
    const { name, version } = view;
    const { position, eventHash } = this.loader;
    const updatedAt = this.options.clock.now();
    const next = { name, version, shape: shapeOf(view), generation, position, eventHash, updatedAt };
    const partitions = divided(next, view.partitionBy ? (current?.partitions.length ?? 1) : 1);
    const isOurs =
      current?.generation === replaces && (await replaceCheckpoints(within.db, current, partitions));
    if (!isOurs)
      throw new Error(`The view "${name}" was replaced by somebody else while it was being rebuilt.`);
    await pointTo(within, tables);
  }

  /** What it writes is in tables that nobody else knows, under a lease: others may write as well. */
  private fenced<Result>(work: (within: ViewTransaction) => Promise<Result>): Promise<Result> {
    const { writer, lease } = this.options;
    const renewed = async (within: ViewTransaction): Promise<Result> => {
      await lease.renew(within);
      return work(within);
    };
    return writer.transaction(renewed, { shared: true });
  }

  private report(phase: PartProgress['phase']): void {
    const { events, position } = this.loader;
    this.options.onProgress({ phase, events, position });
  }

  /** What it has begun to write is awaited with the writer, which its owner closes. */
  async end(): Promise<void> {}
}
