import type { Position, RecordedEvent } from '@platform/kernel';
import { logStart } from '@platform/kernel';
import { LogUnavailable } from '@platform/event-log';
import type { PhysicalTable } from '../sql/physical-table';
import type { TableChanges, ViewTransaction, ViewWriter } from '../sql/writer';
import type { View } from '../view';
import { RowCache } from './row-cache';
import { eventsFor } from './events-for';

/** Above this the rows that were not touched lately are written out. Half of it is then still in memory. */
const cacheBytes = 8 * 1024 * 1024;

export interface LoadTarget {
  readonly view: View;
  /** New and empty, and written by this loader alone. */
  readonly tables: readonly PhysicalTable[];
}

/** A view could not take an event while it was rebuilt. */
export class ViewRefused extends Error {
  constructor(view: View, first: RecordedEvent, last: RecordedEvent, options: ErrorOptions) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(
      `The view "${view.name}" cannot take the events ${first.position} to ${last.position}: ${reason}`,
      options,
    );
    this.name = 'ViewRefused';
  }
}

/**
 * Fills new tables of several views from one reading of the log. Rows are folded in memory and written when
 * they have gone cold, so that a row which changes a thousand times is written a few times.
 */
export class Loader {
  position: Position = logStart;
  eventHash = '';
  events = 0;
  private readonly caches: readonly { readonly view: View; readonly rows: RowCache }[];

  constructor(writer: ViewWriter, targets: readonly LoadTarget[]) {
    const find = writer.rows.find.bind(writer.rows);
    this.caches = targets.map(({ view, tables }) => ({
      view,
      rows: new RowCache(tables, { find, startsEmpty: true }),
    }));
  }

  /** @throws ViewRefused | LogUnavailable */
  async take(page: readonly RecordedEvent[]): Promise<void> {
    const last = page.at(-1);
    if (!last) return;
    for (const { view, rows } of this.caches) {
      const events = eventsFor(view, page);
      if (events.length === 0) continue;
      try {
        await view.project(events, rows);
      } catch (cause) {
        // A damaged event, found as it was looked at.
        if (cause instanceof LogUnavailable) throw cause;
        throw new ViewRefused(view, events[0]!, events.at(-1)!, { cause });
      }
    }
    this.reach(last);
    this.events += page.length;
  }

  /** Stands at an event: of those up to it, no view looks at one that was not taken. */
  reach({ position, metadata }: RecordedEvent): void {
    this.position = position;
    this.eventHash = metadata.hash;
  }

  /** Whether `spill` is due. */
  get isFull(): boolean {
    return this.caches.reduce((bytes, { rows }) => bytes + rows.bytes, 0) > cacheBytes / 2;
  }

  /**
   * What went cold: the answer writes it, while the next pages may be taken already. Not again before it
   * has come to its end.
   */
  async spill(): Promise<(within: ViewTransaction) => Promise<void>> {
    const changes: TableChanges[] = [];
    for (const { rows } of this.caches) changes.push(...(await rows.rotate()));
    return within => write(within, changes);
  }

  /** What `spill` answered with was committed. */
  spilled(): void {
    for (const { rows } of this.caches) rows.written();
  }

  async flush(within: ViewTransaction): Promise<void> {
    for (const { rows } of this.caches) await write(within, await rows.drain());
  }
}

async function write(within: ViewTransaction, changes: readonly TableChanges[]): Promise<void> {
  for (const change of changes) await within.rows.write(change);
}
