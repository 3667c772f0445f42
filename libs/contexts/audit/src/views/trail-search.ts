import type { Condition, SortDimension } from '../domain/dimensions';
import { OrdinalSet, type Direction } from '../postings/ordinal-set';
import type { TrailIndex } from './trail-index';

/** Where an entry stands in the sorted trail. */
export interface Place {
  readonly ordinal: number;
  /** Its value of the dimension that the trail is sorted by. */
  readonly value?: string;
}

/** Ordinals, inclusive and exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Search extends Range {
  readonly conditions: readonly Condition[];
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
export function* windows(range: Range, direction: Direction): Generator<Range> {
  let { from, to } = range;
  for (let size = firstWindow; from < to; size *= windowGrowth) {
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

/** The entries of a window that meet all conditions. What the first ones leave bounds what is read for the next. */
export async function matching(
  index: TrailIndex,
  conditions: readonly Condition[],
  { from, to }: Range,
): Promise<OrdinalSet> {
  const entries = OrdinalSet.full(from, to);
  for (const { dimension, values } of conditions) {
    const bounds = entries.bounds();
    if (!bounds) break;
    const having = new OrdinalSet(from, to);
    for (const block of await index.blocks(dimension, values, ...bounds)) having.addBlock(block);
    entries.and(having);
  }
  return entries;
}

async function byPosition(index: TrailIndex, search: Search): Promise<Place[]> {
  const { conditions, direction, behind, limit } = search;
  const found: Place[] = [];
  for (const window of windows(rangeBehind(search, behind, direction), direction)) {
    const entries = await matching(index, conditions, window);
    for (const ordinal of entries.take(limit - found.length, direction)) found.push({ ordinal });
    if (found.length >= limit) break;
  }
  return found;
}

/** What is left of a range behind a place. */
function rangeBehind({ from, to }: Range, behind: Place | undefined, direction: Direction): Range {
  if (!behind) return { from, to };
  return direction === 'ascending'
    ? { from: Math.max(from, behind.ordinal + 1), to }
    : { from, to: Math.min(to, behind.ordinal) };
}

/** A value with fewer entries is read whole, and with others at once. */
const fewEntries = 2_000;

/**
 * First which entries there are, then how many of them each value has: that tells which values make up the page, and
 * only their lists are read. Every step takes what it takes once, however rare the entries and wherever in the order.
 */
async function byValue(index: TrailIndex, search: Search, by: SortDimension): Promise<Place[]> {
  const { direction, behind, limit } = search;
  const entries = await matching(index, search.conditions, search);
  if (entries.isEmpty) return [];
  const values = await valuesOfPage(index, search, by, await index.tally(by, entries));
  const rare = values.filter(({ count }) => count < fewEntries).map(({ value }) => value);
  const lists = await listsOf(index, by, rare, entries);
  const found: Place[] = [];
  for (const { value } of values) {
    const place = value === behind?.value ? behind : undefined;
    const range = rangeBehind(entries, place, direction);
    const list = lists.get(value)?.filter(ordinal => ordinal >= range.from && ordinal < range.to);
    const ordinals = list
      ? inDirection(list, direction)
      : await firstOf(index, { dimension: by, values: [value] }, entries, range, search);
    for (const ordinal of ordinals.slice(0, limit - found.length)) found.push({ ordinal, value });
  }
  return found;
}

const inDirection = (ordinals: readonly number[], direction: Direction): readonly number[] =>
  direction === 'ascending' ? ordinals : ordinals.toReversed();

/** All entries of each value, ascending. */
async function listsOf(
  index: TrailIndex,
  by: SortDimension,
  values: readonly string[],
  entries: OrdinalSet,
): Promise<Map<string, number[]>> {
  const lists = new Map(values.map(value => [value, [] as number[]]));
  for (const block of await index.blocks(by, values, entries.from, entries.to)) {
    lists.get(block.value)?.push(...entries.intersection(block));
  }
  return lists;
}

/** The first of the entries in a range that have a value of which there are many, read from one end. */
async function firstOf(
  index: TrailIndex,
  { dimension, values }: Condition,
  entries: OrdinalSet,
  range: Range,
  { direction, limit }: Search,
): Promise<number[]> {
  const found: number[] = [];
  for (const { from, to } of windows(range, direction)) {
    const blocks = await index.blocks(dimension, values, from, to);
    const shared = blocks.flatMap(block => entries.intersection(block));
    const within = shared.filter(ordinal => ordinal >= from && ordinal < to);
    found.push(...inDirection(within, direction));
    if (found.length >= limit) break;
  }
  return found;
}

interface CountedValue {
  readonly value: string;
  readonly count: number;
}

/** The values that have entries, from where the page begins, in order: as many as are sure to fill it. */
async function valuesOfPage(
  index: TrailIndex,
  { direction, behind, limit }: Search,
  by: SortDimension,
  counts: Uint32Array,
): Promise<CountedValue[]> {
  const start = behind?.value;
  const isAhead = (value: string): boolean =>
    start === undefined || (direction === 'ascending' ? value >= start : value <= start);
  const names = await index.values(by);
  const sorted = names
    .map((value, number) => ({ value, count: counts[number] ?? 0 }))
    .filter(({ value, count }) => count > 0 && isAhead(value))
    .toSorted((a, b) => (a.value < b.value === (direction === 'ascending') ? -1 : 1));
  const found: CountedValue[] = [];
  let entries = 0;
  for (const one of sorted) {
    found.push(one);
    // Of the value that the last page ended with, all entries may have been shown.
    if (one.value !== start) entries += one.count;
    if (entries >= limit) break;
  }
  return found;
}
