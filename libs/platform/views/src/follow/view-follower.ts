import type { Position, RecordedEvent } from '@platform/kernel';
import { eventsFor } from '../fold/events-for';
import { RowCache } from '../fold/row-cache';
import { isOf, type Checkpoint } from '../sql/checkpoints';
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

/** What one view makes of a page: to be written if it still stands at `from`. */
export interface Batch {
  readonly follower: ViewFollower;
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  readonly changes: readonly TableChanges[];
  /** The events it was folded from. */
  readonly events: readonly RecordedEvent[];
}

/** One view that follows the log: where it stands, and what it makes of the next events. */
export class ViewFollower {
  state: ViewState = 'stopped';
  /** Why it failed, for an operator. */
  problem: string | undefined;
  private tables: readonly PhysicalTable[] = [];
  private current: Checkpoint | undefined;
  /** Up to here events are taken one by one, because a page of them did not go. */
  private singlyUpTo: Position | undefined;

  constructor(readonly view: View) {}

  get checkpoint(): Checkpoint {
    if (this.current) return this.current;
    throw new Error(`The view "${this.view.name}" has not been started.`);
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
    if (isOf(checkpoint, this.view)) return;
    this.state = 'superseded';
    const { version } = this.view;
    this.problem =
      checkpoint.version === version
        ? `Its rows are in other tables than those that version ${version} has in this software.`
        : `Its rows are of version ${checkpoint.version}, and this software has version ${version}.`;
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
    const taken = eventsFor(this.view, events);
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
