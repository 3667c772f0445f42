import type { RecordedEvent } from '@platform/kernel';
import type { Row, RowStore, View, ViewTable } from '@platform/views';
import { eachValue, type Dimension } from '../domain/dimensions';
import { append, type Block } from '../postings/block';
import { appendPositions, positionsPerSegment, type Segment } from '../postings/segment';

/**
 * The index of the audit trail. Entries are numbered densely in the order of the log (ordinals); for every value of
 * every dimension there is a posting list of the ordinals that have it, and the position of each ordinal. It holds no
 * clinical value and no name: what a page shows is read from the log.
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
      dense: 'boolean',
      bits: 'blob',
    },
    key: ['dimension', 'value', 'ends'],
  },
  {
    name: 'audit_segment',
    columns: {
      /** Ordinal of the segment's first position, divided by the positions in a segment. */
      segment: 'integer',
      first: 'position',
      last: 'position',
      gaps: 'blob',
    },
    key: ['segment'],
    indexes: [['first']],
  },
  { name: 'audit_extent', columns: { name: 'text', entries: 'integer' }, key: ['name'] },
] as const satisfies readonly ViewTable[];

/** Behind every ordinal there can be. */
export const openEnd = 2 ** 31 - 1;

const extentKey = ['trail'] as const;

type Postings = Map<Dimension, Map<string, number[]>>;

export const auditTrail: View = {
  name: 'audit-trail',
  version: 1,
  tables: auditTables,
  takes: 'all',
  async project(events, rows) {
    const last = events.at(-1);
    if (!last) return;
    await rows.load('audit_extent', [extentKey]);
    const start = (rows.get('audit_extent', extentKey)?.entries as number | undefined) ?? 0;
    await putPostings(postingsOf(events, start), rows, last.position);
    await putPositions(events, start, rows);
    rows.put('audit_extent', { name: 'trail', entries: start + events.length }, last.position);
  },
};

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
async function putPostings(postings: Postings, rows: RowStore, at: bigint): Promise<void> {
  const lists = [...postings].flatMap(([dimension, values]) =>
    [...values].map(([value, ordinals]) => ({ key: [dimension, value, openEnd] as const, ordinals })),
  );
  await rows.load(
    'audit_block',
    lists.map(({ key }) => key),
  );
  for (const { key, ordinals } of lists) {
    const [dimension, value] = key;
    const blocks = append(rows.get('audit_block', key) as (Block & Row) | undefined, ordinals);
    blocks.forEach(({ first, last, count, dense, bits }, index) => {
      const ends = index === blocks.length - 1 ? openEnd : last;
      rows.put('audit_block', { dimension, value, ends, first, last, count, dense, bits }, at);
    });
  }
}

async function putPositions(events: readonly RecordedEvent[], start: number, rows: RowStore): Promise<void> {
  for (let at = 0; at < events.length;) {
    const segment = Math.floor((start + at) / positionsPerSegment);
    const end = Math.min(events.length, (segment + 1) * positionsPerSegment - start);
    const positions = events.slice(at, end).map(({ position }) => position);
    await rows.load('audit_segment', [[segment]]);
    const next = appendPositions(
      rows.get('audit_segment', [segment]) as (Segment & Row) | undefined,
      positions,
    );
    rows.put('audit_segment', { segment, ...next }, next.last);
    at = end;
  }
}
