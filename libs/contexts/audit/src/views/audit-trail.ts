import type { RecordedEvent } from '@platform/kernel';
import type { Key, Row, RowStore, View, ViewTable } from '@platform/views';
import { eachValue, sortDimensions, type Dimension, type SortDimension } from '../domain/dimensions';
import { append, type Block } from '../postings/block';
import { appendNumbers, entriesPerPart } from '../postings/column';
import { appendPositions, positionsPerSegment, type Segment } from '../postings/segment';

/**
 * The index of the audit trail. Entries are numbered densely in the order of the log (ordinals). For every value of
 * every dimension there is a posting list of the ordinals that have it; for the dimensions that entries are sorted by,
 * also which value each ordinal has; and there is the position of each ordinal. It holds no clinical value and no name:
 * what a page shows is read from the log.
 */
export const auditTables = [
  {
    name: 'audit_block',
    columns: {
      dimension: 'text',
      value: 'text',
      /** Last ordinal of a closed block, `openEnd` for the one that still grows. */
      ends: 'integer',
      first: 'integer',
      last: 'integer',
      count: 'integer',
      /** The value's number in `audit_column`, in the row of its open block. */
      number: 'integer',
      dense: 'boolean',
      bits: 'blob',
    },
    key: ['dimension', 'value', 'ends'],
  },
  {
    name: 'audit_column',
    /** `part` counts stretches of `entriesPerPart` ordinals. */
    columns: { dimension: 'text', part: 'integer', numbers: 'blob' },
    key: ['dimension', 'part'],
  },
  {
    name: 'audit_value',
    /** The values of a dimension in the order of their numbers, `valuesPerPage` of them at a time. */
    columns: { dimension: 'text', page: 'integer', names: 'json' },
    key: ['dimension', 'page'],
  },
  {
    name: 'audit_segment',
    /** `segment` counts stretches of `positionsPerSegment` ordinals. */
    columns: { segment: 'integer', first: 'position', last: 'position', gaps: 'blob' },
    key: ['segment'],
    indexes: [['first']],
  },
  /** How many entries there are, under `entries`, and how many numbered values of a dimension, under its name. */
  { name: 'audit_extent', columns: { name: 'text', count: 'integer' }, key: ['name'] },
] as const satisfies readonly ViewTable[];

/** Behind every ordinal there can be. */
export const openEnd = 2 ** 31 - 1;

const valuesPerPage = 64;

const extents = ['entries', ...sortDimensions] as const;

/** For each value of a dimension the ordinals of a page that have it, in the order in which values appear. */
type Lists = Map<string, number[]>;
type Postings = Map<Dimension, Lists>;

/** A page of events and what came before it. */
interface Page {
  readonly events: readonly RecordedEvent[];
  /** Ordinal of the first event. */
  readonly start: number;
  readonly at: bigint;
  readonly rows: RowStore;
}

export const auditTrail: View = {
  name: 'audit-trail',
  version: 1,
  tables: auditTables,
  takes: 'all',
  async project(events, rows) {
    const last = events.at(-1);
    if (!last) return;
    await rows.load(
      'audit_extent',
      extents.map(name => [name]),
    );
    const start = extentOf('entries', rows);
    const page = { events, start, at: last.position, rows };
    await putPostings(postingsOf(events, start), page);
    await putStretches(page, positionsPerSegment, putPositions);
    rows.put('audit_extent', { name: 'entries', count: start + events.length }, page.at);
  },
};

function extentOf(name: (typeof extents)[number], rows: RowStore): number {
  const count = rows.get('audit_extent', [name])?.count;
  return typeof count === 'number' ? count : 0;
}

function postingsOf(events: readonly RecordedEvent[], start: number): Postings {
  const postings: Postings = new Map();
  let ordinal = start;
  const visit = (dimension: Dimension, value: string): void => {
    let lists = postings.get(dimension);
    if (!lists) postings.set(dimension, (lists = new Map()));
    const list = lists.get(value);
    if (!list) lists.set(value, [ordinal]);
    else if (list.at(-1) !== ordinal) list.push(ordinal);
  };
  for (const event of events) {
    eachValue(event, visit);
    ordinal++;
  }
  return postings;
}

/** A value that a page names costs one row, however long its list is: only the open block is read and written. */
async function putPostings(postings: Postings, page: Page): Promise<void> {
  const keys: Key[] = [];
  for (const [dimension, lists] of postings) {
    for (const value of lists.keys()) keys.push([dimension, value, openEnd]);
  }
  await page.rows.load('audit_block', keys);
  for (const [dimension, lists] of postings) {
    const sorted = sortDimensions.find(name => name === dimension);
    if (sorted) await putNumbered(sorted, lists, page);
    else for (const [value, ordinals] of lists) putList(dimension, value, ordinals, null, page);
  }
}

const openBlock = (dimension: Dimension, value: string, rows: RowStore) =>
  rows.get('audit_block', [dimension, value, openEnd]) as
    (Row & Block & { readonly number: number | null }) | undefined;

function putList(
  dimension: Dimension,
  value: string,
  ordinals: readonly number[],
  number: number | null,
  { rows, at }: Page,
): void {
  const blocks = append(openBlock(dimension, value, rows), ordinals);
  blocks.forEach((block, index) => {
    const place =
      index === blocks.length - 1 ? { ends: openEnd, number } : { ends: block.last, number: null };
    const { first, last, count, dense, bits } = block;
    rows.put('audit_block', { dimension, value, ...place, first, last, count, dense, bits }, at);
  });
}

/** Beside the lists, the number of each entry's value; a value that is new gets the next one. */
async function putNumbered(dimension: SortDimension, lists: Lists, page: Page): Promise<void> {
  const { events, start, at, rows } = page;
  const numbers: number[] = Array.from({ length: events.length });
  const known = extentOf(dimension, rows);
  const fresh: string[] = [];
  for (const [value, ordinals] of lists) {
    const number = openBlock(dimension, value, rows)?.number ?? known + fresh.push(value) - 1;
    putList(dimension, value, ordinals, number, page);
    for (const ordinal of ordinals) numbers[ordinal - start] = number;
  }
  if (fresh.length > 0) await putValues(dimension, fresh, page);
  await putStretches(page, entriesPerPart, async (part, from, to) => {
    await rows.load('audit_column', [[dimension, part]]);
    const before = rows.get('audit_column', [dimension, part])?.numbers as Uint8Array | undefined;
    const next = appendNumbers(before, numbers.slice(from, to));
    rows.put('audit_column', { dimension, part, numbers: next }, at);
  });
}

/** Values that are new, behind those that have their numbers. */
async function putValues(
  dimension: SortDimension,
  fresh: readonly string[],
  { at, rows }: Page,
): Promise<void> {
  let count = extentOf(dimension, rows);
  for (const value of fresh) {
    const key = [dimension, Math.floor(count / valuesPerPage)] as const;
    await rows.load('audit_value', [key]);
    const names = (rows.get('audit_value', key)?.names ?? []) as readonly string[];
    rows.put('audit_value', { dimension, page: key[1], names: [...names, value] }, at);
    count++;
  }
  rows.put('audit_extent', { name: dimension, count }, at);
}

type PutStretch = (stretch: number, from: number, to: number, page: Page) => Promise<void>;

/** Cuts a page where stretches of so many ordinals end; `from` and `to` are places in the page. */
async function putStretches(page: Page, length: number, put: PutStretch): Promise<void> {
  const { events, start } = page;
  for (let from = 0; from < events.length;) {
    const stretch = Math.floor((start + from) / length);
    const to = Math.min(events.length, (stretch + 1) * length - start);
    await put(stretch, from, to, page);
    from = to;
  }
}

const putPositions: PutStretch = async (segment, from, to, { events, at, rows }) => {
  await rows.load('audit_segment', [[segment]]);
  const before = rows.get('audit_segment', [segment]) as (Segment & Row) | undefined;
  const positions = events.slice(from, to).map(({ position }) => position);
  rows.put('audit_segment', { segment, ...appendPositions(before, positions) }, at);
};
