import { logStart, systemClock, type Clock, type Position } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import { createMissing } from './create-missing';
import { checkSameLog } from './follow/another-log';
import { FollowLoop, type FollowOptions } from './follow/follow-loop';
import { rebuildOutdated } from './follow/rebuild-outdated';
import { FollowedView } from './follow/followed-view';
import type { ViewState } from './follow/view-follower';
import { ViewProgress } from './follow/view-progress';
import type { ViewPeers } from './follow/peers';
import { allReactionCheckpoints } from './reaction-checkpoints';
import { rebuildViews } from './rebuild/rebuild';
import { furthestOf, isOf, type Standing } from './sql/checkpoints';
import { checkViews } from './sql/physical-table';
import type { MetaTables } from './sql/writer';
import type { View } from './view';
import type { ViewDatabase } from './view-database';

export interface ViewEngineOptions {
  readonly log: EventLog;
  readonly database: ViewDatabase;
  /** All views of the software. */
  readonly views: readonly View[];
  readonly clock?: Clock;
  /** Events taken at a time, between which the thread belongs to others; 500 unless given. */
  readonly pageSize?: number;
  /**
   * Into how many partitions views are divided that can be; they stay as they are unless given, and are not
   * divided when they are made. One that is divided otherwise is divided anew as soon as its partitions meet at
   * one position.
   */
  readonly partitions?: number;
  /** Distance in positions from which a new view is built beside and swapped in; 20,000 unless given. */
  readonly rebuildBeyond?: number;
  /**
   * Rebuilds views; in this thread, in small pages, unless given. A host with requests to serve hands in a
   * worker.
   */
  readonly rebuild?: (views: readonly string[], signal: AbortSignal) => Promise<void>;
  /**
   * Waits, or until the signal aborts, while this process has something more urgent to do; asked after each page that
   * nobody waits for.
   */
  readonly standBack?: (signal: AbortSignal) => Promise<void>;
  /** After each commit, for metrics. */
  readonly onBatch?: FollowOptions['onBatch'];
  /** A view has failed, or waits for a storage that does not answer. */
  readonly onProblem?: FollowOptions['onProblem'];
}

export interface ViewStatus {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  /** How many partitions it has. */
  readonly partitions: number;
  /** That all of them have reached. */
  readonly position: Position;
  /**
   * Distance to the log's head in positions: events where positions are dense, at least as many elsewhere.
   */
  readonly lag: number;
  /** Epoch milliseconds of the last commit. */
  readonly updatedAt: number;
  readonly state: ViewState;
  /** For `failed`, `superseded` and `waiting`: why. */
  readonly problem?: string;
}

const livePage = 500;
const farBehind = 20_000;
const rebuildPage = 1_000;

/**
 * Keeps views in step with the log. Views that stand at the same place share one reading of it; what a page
 * changes is written together with the checkpoint, which moves only from where the page began. So however
 * many processes run the same view, and wherever one of them dies, each event is taken once and none is
 * skipped.
 */
export class ViewEngine {
  private readonly followed: readonly FollowedView[];
  private readonly progress: ViewProgress;
  private readonly clock: Clock;
  private readonly loop: FollowLoop;
  private readonly peers: ViewPeers;
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;

  constructor(private readonly options: ViewEngineOptions) {
    checkViews(options.views);
    this.followed = options.views.map(view => new FollowedView(view, options.partitions));
    this.peers = options.database.openPeers();
    this.peers.onAsked(() => this.loop.wake());
    this.progress = new ViewProgress(options.database, options.views, this.peers, () => this.loop.wake());
    this.clock = options.clock ?? systemClock;
    const { followed, progress, clock, peers } = this;
    const { writer } = options.database;
    const pageSize = options.pageSize ?? livePage;
    this.loop = new FollowLoop({ ...options, writer, followed, progress, clock, peers, pageSize });
  }

  /** Makes views that are missing, for a process that answers from what another one keeps in step. */
  async prepare(): Promise<void> {
    const { database, views, partitions } = this.options;
    await createMissing(database.writer, views, this.clock.now(), partitions);
  }

  /**
   * Makes views that are missing, begins to rebuild those of another version or other tables, and follows
   * the log. Resolves when everything is under way; `waitFor` tells when a view has arrived.
   * @throws AnotherLog when the views were computed, or reactions followed, from another log than this
   */
  async start(): Promise<void> {
    if (this.running) throw new Error('The view engine was started before.');
    const { log } = this.options;
    await this.prepare();
    const [checkpoints, head] = await Promise.all([this.progress.checkpoints(), log.head()]);
    const outdated = this.followed.filter(({ view }) => this.wantsRebuild(view, checkpoints, head));
    const current = this.followed.filter(one => !outdated.includes(one));
    await checkSameLog(
      log,
      current.flatMap(({ view }) => checkpoints.get(view.name)!.partitions),
      await allReactionCheckpoints(this.options.database.reader<MetaTables>()),
    );
    for (const one of this.followed) one.adopt(checkpoints.get(one.view.name)!);
    for (const one of outdated) one.state = 'rebuilding';
    for (const one of current) {
      one.state = 'catching up';
      this.progress.moved(one.view.name, one.position);
    }
    this.running = Promise.all([this.loop.run(this.stopping.signal), this.rebuild(outdated)]);
  }

  /** Finishes the page at hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.loop.wake();
    this.progress.stop();
    await this.running;
    await this.peers.close();
    for (const part of this.followed.flatMap(({ parts }) => parts)) {
      if (part.state !== 'failed') part.state = 'stopped';
    }
  }

  private wantsRebuild(view: View, checkpoints: ReadonlyMap<string, Standing>, head: Position): boolean {
    const standing = checkpoints.get(view.name)!;
    const isNew = furthestOf(standing) === logStart;
    const isFar = head - logStart > (this.options.rebuildBeyond ?? farBehind);
    return !isOf(standing, view) || (isNew && isFar);
  }

  private rebuild(outdated: readonly FollowedView[]): Promise<void> {
    const { log, database, views: all, clock, onProblem, rebuild } = this.options;
    const here = async (views: readonly string[], signal: AbortSignal): Promise<void> => {
      await rebuildViews({ log, database, all, views, clock, signal, pageSize: rebuildPage });
    };
    const options = {
      progress: this.progress,
      rebuild: rebuild ?? here,
      isOutage: (error: unknown) => database.writer.dialect.isOutage(error),
      onSettled: ({ view: { name }, state }: FollowedView, error?: unknown) => {
        if (error !== undefined) onProblem?.({ view: name, state, error });
        this.loop.wake();
      },
    };
    return rebuildOutdated(outdated, options, this.stopping.signal);
  }

  async status(): Promise<ViewStatus[]> {
    const [checkpoints, head] = await Promise.all([this.progress.checkpoints(), this.options.log.head()]);
    return this.followed.map(({ view: { name, version }, state, problem }) => {
      const standing = checkpoints.get(name);
      const {
        generation = 0,
        position = logStart,
        updatedAt = 0,
        partitions: { length: partitions } = [],
      } = standing ?? {};
      const lag = Math.max(0, Number(head - position));
      return {
        name,
        version,
        generation,
        partitions,
        position,
        lag,
        updatedAt,
        state,
        ...(problem && { problem }),
      };
    });
  }

  /** The position that all of some views have reached. @throws Error for a name that is no view's */
  positionOf(views: readonly string[] | 'all'): Promise<Position> {
    return this.progress.positionOf(this.named(views));
  }

  /**
   * Whether some views have reached a position, or do within the time; also those that another process
   * runs. A view that has failed is not waited for. @throws Error for a name that is no view's
   */
  waitFor(position: Position, views: readonly string[] | 'all', timeoutMs: number): Promise<boolean> {
    return this.progress.waitFor(position, this.named(views), timeoutMs);
  }

  private named(views: readonly string[] | 'all'): readonly string[] {
    return views === 'all' ? this.options.views.map(({ name }) => name) : views;
  }
}
