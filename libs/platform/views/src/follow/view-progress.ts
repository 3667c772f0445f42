import { logStart, type Position } from '@platform/kernel';
import { after, every } from './pauses';
import type { ViewPeers } from './peers';
import { isOf, readCheckpoints, type Standing } from '../sql/checkpoints';
import type { MetaTables } from '../sql/writer';
import type { View } from '../view';
import type { ViewDatabase } from '../view-database';

interface Waiter {
  readonly position: Position;
  readonly names: readonly string[];
  resolve(reached: boolean): void;
}

/**
 * How far the views have come, whichever process moves them. Those of this process are told of at once
 * (`moved`); others are found by looking, and only while somebody waits.
 */
export class ViewProgress {
  private readonly views: ReadonlyMap<string, View>;
  private readonly reached = new Map<string, Position>();
  private readonly waiting = new Set<Waiter>();
  private stopPolling: (() => void) | undefined;
  private readonly hopeless = new Set<string>();
  private stopped = false;

  constructor(
    private readonly database: ViewDatabase,
    views: readonly View[],
    private readonly peers: Pick<ViewPeers, 'onNews' | 'lookMs' | 'ask'>,
    /** Told when somebody begins to wait: whoever moves the views may be at rest. */
    private readonly awaited: () => void,
  ) {
    this.views = new Map(views.map(view => [view.name, view]));
  }

  /** Whether somebody waits for a view right now. */
  get isAwaited(): boolean {
    return this.waiting.size > 0;
  }

  checkpoints(): Promise<Map<string, Standing>> {
    return readCheckpoints(this.database.reader<MetaTables>());
  }

  /**
   * The position that all of some views have reached with all their partitions; `logStart` while one of them
   * has rows of another version or in other tables.
   */
  async positionOf(names: readonly string[]): Promise<Position> {
    const checkpoints = await this.checkpoints();
    const positions = this.known(names).map(name => this.positionIn(checkpoints, name));
    return positions.reduce((a, b) => (a < b ? a : b), positions[0] ?? logStart);
  }

  /** Waits until some views have reached a position; false when they have not in time, or will not. */
  async waitFor(position: Position, names: readonly string[], timeoutMs: number): Promise<boolean> {
    const waited = this.known(names);
    if (this.stands(position, waited)) return true;
    await this.look();
    if (this.stands(position, waited)) return true;
    if (this.stopped || timeoutMs <= 0 || waited.some(name => this.hopeless.has(name))) return false;
    return new Promise(resolve => {
      const waiter = {
        position,
        names: waited,
        resolve: (reached: boolean) => {
          stopClock();
          this.waiting.delete(waiter);
          this.pollWhileWaiting();
          resolve(reached);
        },
      };
      const stopClock = after(timeoutMs, () => waiter.resolve(false));
      this.waiting.add(waiter);
      this.pollWhileWaiting();
      this.awaited();
      this.peers.ask();
    });
  }

  /** A commit of this process, after which all of a view stands there at least. */
  moved(name: string, position: Position): void {
    this.reached.set(name, position);
    this.hopeless.delete(name);
  }

  /** Answers those whose views have arrived. */
  wake(): void {
    for (const waiter of this.waiting) {
      if (this.stands(waiter.position, waiter.names)) waiter.resolve(true);
      else if (waiter.names.some(name => this.hopeless.has(name))) waiter.resolve(false);
    }
  }

  /** A view that will go no further: nobody waits for it. */
  gaveUp(name: string): void {
    this.hopeless.add(name);
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    for (const waiter of this.waiting) waiter.resolve(false);
  }

  private known(names: readonly string[]): readonly string[] {
    const unknown = names.find(name => !this.views.has(name));
    if (unknown !== undefined) throw new Error(`There is no view of the name "${unknown}".`);
    return names;
  }

  private stands(position: Position, names: readonly string[]): boolean {
    return names.every(name => (this.reached.get(name) ?? logStart) >= position);
  }

  private positionIn(checkpoints: ReadonlyMap<string, Standing>, name: string): Position {
    const standing = checkpoints.get(name);
    const view = this.views.get(name);
    return view && standing && isOf(standing, view) ? standing.position : logStart;
  }

  private async look(): Promise<void> {
    const checkpoints = await this.checkpoints();
    for (const name of this.views.keys()) this.reached.set(name, this.positionIn(checkpoints, name));
  }

  private pollWhileWaiting(): void {
    if (this.waiting.size === 0) {
      this.stopPolling?.();
      this.stopPolling = undefined;
      return;
    }
    this.stopPolling ??= this.poll();
  }

  private poll(): () => void {
    const look = (): void => {
      // A look that fails is repeated; the deadline ends it for those who wait.
      this.look().then(
        () => this.wake(),
        () => undefined,
      );
    };
    const lookAndAsk = (): void => {
      look();
      this.peers.ask();
    };
    const [stopLooking, stopListening] = [every(this.peers.lookMs, lookAndAsk), this.peers.onNews(look)];
    return () => {
      stopLooking();
      stopListening();
    };
  }
}
