import { eachOfStream, type EventLog } from '@platform/event-log';
import type { Position, RecordedEvent } from '@platform/kernel';
import type { ViewDatabase } from '@platform/views';
import { meets, type SortDimension } from './domain/dimensions';
import type { Direction } from './postings/ordinal-set';
import type { Wanted } from './trail-question';
import { TrailIndex } from './views/trail-index';
import { searchTrail } from './views/trail-search';

export interface PageOrder {
  /** Sorted by this first and then by position; by position alone when it is missing. */
  readonly by?: SortDimension;
  readonly direction: Direction;
  /** The entry behind which the page begins, with its value of `by`. */
  readonly behind?: { readonly position: Position; readonly value?: string };
  readonly limit: number;
}

/** A page of the events that are wanted, in order. */
export type TrailSource = (wanted: Wanted, order: PageOrder) => Promise<RecordedEvent[]>;

/** Streams that are named are read as they are; everything else is found through the index. */
export const trailSource =
  (log: EventLog, views: ViewDatabase): TrailSource =>
  (wanted, order) =>
    wanted.streams ? fromStreams(log, wanted, order) : fromIndex(log, new TrailIndex(views), wanted, order);

async function fromIndex(
  log: EventLog,
  index: TrailIndex,
  { conditions, after, upTo }: Wanted,
  { by, direction, behind, limit }: PageOrder,
): Promise<RecordedEvent[]> {
  const places = await searchTrail(index, {
    conditions,
    from: await index.entriesUpTo(after),
    to: await index.entriesUpTo(upTo),
    by,
    direction,
    behind: behind && { ordinal: (await index.entriesUpTo(behind.position)) - 1, value: behind.value },
    limit,
  });
  const positions = await index.positions(places.map(({ ordinal }) => ordinal));
  const events = await log.readAt(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  const byPosition = new Map(events.map(event => [event.position, event]));
  return positions.map(position => {
    const event = byPosition.get(position);
    if (event) return event;
    throw new Error(`The audit index names position ${position}, and the log has no event there.`);
  });
}

async function fromStreams(log: EventLog, wanted: Wanted, order: PageOrder): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for (const stream of wanted.streams ?? []) {
    for await (const event of eachOfStream(log, stream, { upTo: wanted.upTo })) {
      if (event.position > wanted.after && meets(event, wanted.conditions)) found.push(event);
    }
  }
  const sign = order.direction === 'ascending' ? 1 : -1;
  const compare = (a: Ranked, b: Ranked): number =>
    sign * (compared(a.value, b.value) || compared(a.position, b.position));
  const { by, behind } = order;
  const ranked = found.map(event => ({ event, position: event.position, value: by && valueOf(event, by) }));
  return ranked
    .filter(event => !behind || compare(event, { position: behind.position, value: behind.value }) > 0)
    .toSorted(compare)
    .slice(0, order.limit)
    .map(({ event }) => event);
}

interface Ranked {
  readonly position: Position;
  readonly value?: string;
}

const compared = <Value extends string | bigint>(a: Value | undefined, b: Value | undefined): number =>
  a === undefined || b === undefined || a === b ? 0 : a < b ? -1 : 1;

/** What an event is sorted by. */
export function valueOf({ type, metadata: { subject, actor } }: RecordedEvent, by: SortDimension): string {
  return { participant: subject.participant ?? '', user: actor.user, type }[by];
}
