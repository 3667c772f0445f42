import type { Position, RecordedEvent } from '@platform/kernel';
import { eventsFor } from '../fold/events-for';
import { RowCache } from '../fold/row-cache';
import { checkpointName, eventsIn, type Partition } from './partitions';
import type { Checkpoint } from '../sql/checkpoints';
import { tablesOf, type PhysicalTable } from '../sql/physical-table';
import type { RowAccess, TableChanges } from '../sql/writer';
import type { View } from '../view';

/**
 * `rebuilding`: its tables are built anew, readers see what was before; `standby`: another process moves it, and this
 * one takes over when that ends; `waiting`: the log or the database
 * does not answer, tried again; `failed`: it cannot take an event, a defect, stands there until a restart;
 * `superseded`: another process has put rows of another version in place; `stopped`: this process does not
 * run it.
 */
export type ViewState =
  'stopped' | 'rebuilding' | 'catching up' | 'live' | 'standby' | 'waiting' | 'failed' | 'superseded';

/** What one view, or one of its partitions, makes of a page: to be written if it still stands at `from`. */
export interface Batch {
  readonly follower: ViewFollower;
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  readonly changes: readonly TableChanges[];
  /** The events it was folded from, with those that the view or the partition does not look at. */
  readonly events: readonly RecordedEvent[];
}

/** One partition of a view that follows the log: where it stands, and what it makes of the next events. */
export class ViewFollower {
  /** Why it failed, for an operator. */
  problem: string | undefined;
  /** The checkpoint's. */
  readonly name: string;
  private tables: readonly PhysicalTable[] = [];
  private current: Checkpoint | undefined;
  /** Up to here events are taken one by one, because a page of them did not go. */
  private singlyUpTo: Position | undefined;

  constructor(
    readonly view: View,
    readonly partition: Partition,
    public state: ViewState,
  ) {
    this.name = checkpointName(view.name, partition);
  }

  get checkpoint(): Checkpoint {
    if (this.current) return this.current;
    throw new Error(`The view "${this.view.name}" has not been started.`);
  }

  /** Whether a checkpoint is the one that it goes on from. */
  standsAt(checkpoint: Checkpoint | undefined): boolean {
    const { name, generation, position } = this.checkpoint;
    return (
      checkpoint?.name === name && checkpoint.generation === generation && checkpoint.position === position
    );
  }

  get position(): Position {
    return this.checkpoint.position;
  }

  get isFollowing(): boolean {
    return ['catching up', 'live', 'standby', 'waiting'].includes(this.state);
  }

  /** Goes on from a checkpoint that is in the database. */
  adopt(checkpoint: Checkpoint): void {
    if (checkpoint.generation !== this.current?.generation) {
      this.tables = tablesOf(this.view.tables, checkpoint.generation);
    }
    this.current = checkpoint;
  }

  /** The events of a page that are its next ones. */
  nextOf(page: readonly RecordedEvent[]): readonly RecordedEvent[] {
    const { position } = this;
    const first = page.findIndex(event => event.position > position);
    if (first < 0) return [];
    const singly = this.singlyUpTo !== undefined && position < this.singlyUpTo;
    return singly ? page.slice(first, first + 1) : page.slice(first);
  }

  /** Folds events, without writing anything. @throws whatever the view throws, or the database */
  async fold(events: readonly RecordedEvent[], rows: RowAccess, updatedAt: number): Promise<Batch> {
    const from = this.checkpoint;
    const last = events.at(-1)!;
    const cache = new RowCache(this.tables, { find: rows.find.bind(rows), startsEmpty: false });
    const taken = eventsIn(this.view, this.partition, eventsFor(this.view, events));
    if (taken.length > 0) await this.view.project(taken, cache);
    const to = { ...from, position: last.position, eventHash: last.metadata.hash, updatedAt };
    return { follower: this, from, to, changes: await cache.drain(), events };
  }

  /**
   * After events that did not go: takes them one by one to find out which, or stands still before the one.
   */
  refuse(events: readonly RecordedEvent[], error: unknown): void {
    const first = events[0]!;
    if (events.length > 1) {
      this.singlyUpTo = events.at(-1)!.position;
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    this.state = 'failed';
    this.problem = `It cannot take the event at position ${first.position} (${first.type}): ${reason}`;
  }
}
