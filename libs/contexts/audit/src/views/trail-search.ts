import type { Condition, Dimension } from '../domain/dimensions';
import { OrdinalSet, type Direction } from '../postings/ordinal-set';
import { startOf, type ListedBlock, type ListPlace, type TrailIndex } from './trail-index';

/** What entries can be sorted by besides the position (and with it the time, which never runs back). */
export const sortDimensions = ['participant', 'user', 'type'] as const satisfies readonly Dimension[];

export type SortDimension = (typeof sortDimensions)[number];

/** Where an entry stands in the sorted trail. */
export interface Place {
  readonly ordinal: number;
  /** Its value of the dimension that the trail is sorted by. */
  readonly value?: string;
}

export interface Search {
  readonly conditions: readonly Condition[];
  /** Ordinals, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
  /** Sorted by this dimension's values and then by position; by position alone when it is missing. */
  readonly by?: SortDimension;
  readonly direction: Direction;
  /** The entry behind which the page begins. */
  readonly behind?: Place;
  readonly limit: number;
}

/** A page of the entries that meet all conditions, in order. */
export function searchTrail(index: TrailIndex, search: Search): Promise<Place[]> {
  return search.by === undefined ? byPosition(index, search) : byValue(index, search, search.by);
}

const firstWindow = 8_192;
const windowGrowth = 4;

/**
 * The range cut into windows, from its start or its end. The first one is small: most questions fill their page from
 * it. They grow, so that a question without an answer is through with a million entries after a handful of them.
 */
export function* windows(
  range: { readonly from: number; readonly to: number },
  direction: Direction,
  largest = Infinity,
): Generator<{ readonly from: number; readonly to: number }> {
  let { from, to } = range;
  for (let size = firstWindow; from < to; size = Math.min(size * windowGrowth, largest)) {
    if (direction === 'ascending') {
      const end = Math.min(to, from + size);
      yield { from, to: end };
      from = end;
    } else {
      const start = Math.max(from, to - size);
      yield { from: start, to };
      to = start;
    }
  }
}

/** The entries of a window that meet all conditions. */
export async function matching(
  index: TrailIndex,
  conditions: readonly Condition[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<OrdinalSet> {
  const entries = OrdinalSet.full(from, to);
  for (const { dimension, values } of conditions) {
    const having = new OrdinalSet(from, to);
    for (const block of await index.blocks(dimension, values, from, to)) having.addBlock(block);
    entries.and(having);
    if (entries.isEmpty) break;
  }
  return entries;
}

async function byPosition(index: TrailIndex, search: Search): Promise<Place[]> {
  const { conditions, direction, behind, limit } = search;
  const from = behind && direction === 'ascending' ? Math.max(search.from, behind.ordinal + 1) : search.from;
  const to = behind && direction === 'descending' ? Math.min(search.to, behind.ordinal) : search.to;
  const found: Place[] = [];
  for (const window of windows({ from, to }, direction)) {
    const entries = await matching(index, conditions, window);
    for (const ordinal of entries.take(limit - found.length, direction)) found.push({ ordinal });
    if (found.length >= limit) break;
  }
  return found;
}

const firstWalk = 32;
const longWalk = 256;

/**
 * First which entries there are, then the values in their order, each with those of its entries that are among them.
 * Every entry has one value, so that a walk reads no more than the lists of one dimension, however rare the entries.
 */
async function byValue(index: TrailIndex, search: Search, by: SortDimension): Promise<Place[]> {
  const { conditions, direction, behind, limit } = search;
  const entries = await matching(index, conditions, search);
  const found: Place[] = [];
  const [first] = entries.take(1, 'ascending');
  const [last] = entries.take(1, 'descending');
  if (first === undefined || last === undefined) return found;
  const among = conditions.find(({ dimension }) => dimension === by)?.values;
  const within = { among, from: first, to: last + 1 };
  let place: ListPlace | undefined = behind && startOf(behind.value ?? '', direction);
  for (let size = firstWalk; ; size = longWalk) {
    const blocks: ListedBlock[] = await index.walk(by, direction, { ...within, behind: place, limit: size });
    for (const block of blocks) {
      const ordinals = entries.intersection(block);
      for (const ordinal of direction === 'ascending' ? ordinals : ordinals.reverse()) {
        const next = { ordinal, value: block.value };
        if (!isBehind(next, found.at(-1) ?? behind, direction)) continue;
        found.push(next);
        if (found.length >= limit) return found;
      }
    }
    place = blocks.at(-1);
    if (!place || blocks.length < size) return found;
  }
}

/**
 * Whether an entry comes after the last one that was taken, on this page or the one before. Within a walk it always
 * does, unless a list's open block was closed between two steps of a walk and is met again under its last ordinal.
 * Values are compared for equality only: their order is the database's.
 */
function isBehind({ ordinal, value }: Place, last: Place | undefined, direction: Direction): boolean {
  if (!last || value !== last.value) return true;
  return direction === 'ascending' ? ordinal > last.ordinal : ordinal < last.ordinal;
}
