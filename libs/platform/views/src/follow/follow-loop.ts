import { logStart, type Clock, type Position, type RecordedEvent } from '@platform/kernel';
import { LogUnavailable, type EventLog } from '@platform/event-log';
import { after, giveWay, pause } from './pauses';
import type { ViewPeers } from './peers';
import { moveCheckpoint } from '../sql/checkpoints';
import type { ViewTransaction, ViewWriter } from '../sql/writer';
import type { FollowedView } from './followed-view';
import { FollowedViews, type ViewProblem } from './followed-views';
import { redivide } from './redivide';
import type { Batch, ViewFollower } from './view-follower';
import type { ViewProgress } from './view-progress';

export interface FollowOptions {
  readonly log: EventLog;
  readonly writer: ViewWriter;
  readonly followed: readonly FollowedView[];
  readonly progress: ViewProgress;
  readonly clock: Clock;
  readonly peers: Pick<ViewPeers, 'claim'>;
  readonly pageSize: number;
  readonly standBack?: (signal: AbortSignal) => Promise<void>;
  readonly onBatch?: (batch: {
    readonly view: string;
    readonly events: number;
    readonly position: Position;
  }) => void;
  readonly onProblem?: (problem: ViewProblem) => void;
}

const firstPauseMs = 50;
const longestPauseMs = 2_000;
/** After somebody else was faster: lets them go ahead, instead of folding each page twice. */
const lostRacePauseMs = 20;
/** For a log that wakes for nothing. */
const emptyPauseMs = 5;
/** How soon it is seen that a process has died which moved a view, or has come to share in it. */
const standbyMs = 1_000;
/** So many events in a page mean that many people write at once: the next page may gather as well for a moment. */
const busyPage = 16;
const restMs = 40;
const longestEmptyPauseMs = 100;

/** Reads the log once for all views that follow it, and commits what they make of each page. */
export class FollowLoop {
  /**
   * Ends the present wait for news; a new one for each round, so that no call of `wake` falls between two.
   */
  private nudge = new AbortController();
  private failures = 0;
  /** Nothing was taken a moment ago: partitions are most likely to have met. */
  private isAtRest = true;
  private emptyRounds = 0;

  private readonly views: FollowedViews;

  constructor(private readonly options: FollowOptions) {
    const { followed, progress, onProblem } = options;
    this.views = new FollowedViews(followed, progress, onProblem);
  }

  /** Looks again at which views follow, and at the log. */
  wake(): void {
    this.nudge.abort();
  }

  /** Ends after the page at hand when the signal aborts; the caller calls `wake` then. */
  async run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      this.nudge = new AbortController();
      const following = this.views.following();
      try {
        if (this.isAtRest) await this.redivide();
        const active = await this.claim(following);
        const took = active.length > 0 ? await this.round(active) : 0;
        this.failures = 0;
        this.isAtRest = took === 0;
        if (took > 0) await this.rest(took, stopping);
        else await this.waitForNews(active, stopping);
        this.emptyRounds = took > 0 ? 0 : this.emptyRounds + 1;
      } catch (error) {
        await this.pauseAfter(error, following, stopping);
      }
    }
  }

  private async redivide(): Promise<void> {
    const { progress, writer, clock } = this.options;
    const unsettled = this.views.unsettled();
    if (unsettled.length === 0) return;
    for (const { parts } of await redivide(unsettled, await progress.checkpoints(), writer, clock)) {
      await this.views.adoptCurrent(parts[0]!);
    }
  }

  /** Those that this process moves; the others stand by. */
  private async claim(following: readonly ViewFollower[]): Promise<readonly ViewFollower[]> {
    const mine = await this.options.peers.claim(
      following.map(({ name, view, partition: { of } }) => ({ name, view: view.name, of })),
    );
    for (const follower of following) {
      if (!mine.has(follower.name)) {
        follower.state = 'standby';
        follower.problem = undefined;
      } else if (follower.state === 'standby') {
        follower.state = 'catching up';
        // Goes on where the one before it has ended.
        await this.views.adoptCurrent(follower);
      }
    }
    return this.views.following().filter(({ name, state }) => state !== 'standby' && mine.has(name));
  }

  /**
   * One page: folded by every view that it is the next one for, and committed. Answers how many
   * events it had.
   */
  private async round(active: readonly ViewFollower[]): Promise<number> {
    const { log, pageSize } = this.options;
    const page = await log.readAll({ after: furthestBehind(active), limit: pageSize });
    await this.commit(await this.fold(active, page));
    const end = page.at(-1)?.position ?? logStart;
    for (const follower of active) {
      if (!follower.isFollowing) continue;
      follower.state = page.length < pageSize && follower.position >= end ? 'live' : 'catching up';
      follower.problem = undefined;
    }
    return page.length;
  }

  private async fold(active: readonly ViewFollower[], page: readonly RecordedEvent[]): Promise<Batch[]> {
    const { writer, clock } = this.options;
    const batches: Batch[] = [];
    for (const follower of active) {
      const events = follower.nextOf(page);
      if (events.length === 0) continue;
      try {
        batches.push(await follower.fold(events, writer.rows, clock.now()));
      } catch (error) {
        await this.refuse(follower, events, error);
      }
    }
    return batches;
  }

  /**
   * Rows and checkpoints of all views in one transaction. If we die before its end nothing of the page is
   * there, and the next start takes the same events from the same checkpoints.
   */
  private async commit(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    try {
      await this.write(batches);
    } catch (error) {
      if (this.isOutage(error)) throw error;
      // The rows of one view are not what its tables take: the others must not suffer, so each goes alone.
      for (const batch of batches) await this.commitAlone(batch);
    }
    this.options.progress.wake();
  }

  private async commitAlone(batch: Batch): Promise<void> {
    try {
      await this.write([batch]);
    } catch (error) {
      await this.refuse(batch.follower, batch.events, error);
    }
  }

  private async write(batches: readonly Batch[]): Promise<void> {
    const inOrder = batches.toSorted((a, b) => (a.from.name < b.from.name ? -1 : 1));
    const work = async (within: ViewTransaction): Promise<Batch[]> => {
      const losers: Batch[] = [];
      for (const batch of inOrder) if (!(await writeOne(within, batch))) losers.push(batch);
      return losers;
    };
    const lost = await this.options.writer.transaction(work, { shared: true });
    for (const batch of batches) if (!lost.includes(batch)) this.moved(batch);
    if (lost.length === 0) return;
    await pause(lostRacePauseMs);
    for (const { follower } of lost) await this.views.adoptCurrent(follower);
  }

  private moved({ follower, to, events }: Batch): void {
    follower.adopt(to);
    this.views.moved(follower);
    this.options.onBatch?.({ view: follower.view.name, events: events.length, position: to.position });
  }

  /** @throws the error, when it is not the view's */
  private async refuse(
    follower: ViewFollower,
    events: readonly RecordedEvent[],
    error: unknown,
  ): Promise<void> {
    // A rebuild elsewhere may have dropped the tables under our hands.
    if (await this.views.adoptCurrent(follower)) return;
    if (this.isOutage(error)) throw error;
    follower.refuse(events, error);
    if (follower.state !== 'failed') return;
    this.options.progress.gaveUp(follower.view.name);
    this.options.onProblem?.({ view: follower.view.name, state: follower.state, error });
  }

  /** Lets requests go first, and under load gathers a page worth its transaction; not while somebody waits for it. */
  private async rest(took: number, stopping: AbortSignal): Promise<void> {
    const { signal } = this.nudge;
    const { pageSize, progress, standBack } = this.options;
    await giveWay();
    if (progress.isAwaited || stopping.aborted) return;
    await standBack?.(signal);
    if (took < busyPage || took === pageSize || progress.isAwaited || stopping.aborted) return;
    await pause(restMs, signal);
  }

  private isOutage(error: unknown): boolean {
    return error instanceof LogUnavailable || this.options.writer.dialect.isOutage(error);
  }

  private async waitForNews(active: readonly ViewFollower[], stopping: AbortSignal): Promise<void> {
    const { signal } = this.nudge;
    if (stopping.aborted || signal.aborted) return;
    const stopAsking = this.views.mayPassOn ? after(standbyMs, () => this.wake()) : () => undefined;
    try {
      await this.newsOf(active, signal);
    } finally {
      stopAsking();
    }
  }

  private async newsOf(active: readonly ViewFollower[], signal: AbortSignal): Promise<void> {
    if (active.length === 0) {
      await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
      return;
    }
    if (this.emptyRounds > 0)
      await pause(Math.min(this.emptyRounds * emptyPauseMs, longestEmptyPauseMs), signal);
    await this.options.log.waitForNews(furthestBehind(active), signal);
  }

  /** The log or the database does not answer: all views wait, say so, and try again. */
  private async pauseAfter(
    error: unknown,
    active: readonly ViewFollower[],
    stopping: AbortSignal,
  ): Promise<void> {
    const problem = error instanceof Error ? error.message : String(error);
    const news = new Set<string>();
    for (const follower of active) {
      if (!follower.isFollowing) continue;
      if (follower.state !== 'waiting') news.add(follower.view.name);
      follower.state = 'waiting';
      follower.problem = problem;
    }
    for (const view of news) this.options.onProblem?.({ view, state: 'waiting', error });
    await pause(Math.min(firstPauseMs * 2 ** this.failures++, longestPauseMs), stopping);
  }
}

async function writeOne(within: ViewTransaction, { from, to, changes }: Batch): Promise<boolean> {
  if (!(await moveCheckpoint(within.db, from, to))) return false;
  for (const change of changes) await within.rows.write(change);
  return true;
}

const furthestBehind = (followers: readonly ViewFollower[]): Position =>
  followers.map(({ position }) => position).reduce((a, b) => (a < b ? a : b));
