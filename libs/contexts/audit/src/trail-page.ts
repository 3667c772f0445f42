import { QueryRejected, type QueryContext } from '@platform/commands';
import { fingerprint, formatPosition, invalid, parsePosition, type Position } from '@platform/kernel';
import { sortDimensions } from './domain/dimensions';
import { entryFor, type TrailEntry } from './domain/trail-entry';
import { wantedBy, type TrailQuestion } from './trail-question';
import { trailSource, valueOf, type PageOrder } from './trail-source';

/** `-` means the largest or newest first. The log's time never runs back, so `time` and `position` are one order. */
export const trailSorts = [
  'time',
  '-time',
  'position',
  '-position',
  'participant',
  '-participant',
  'user',
  '-user',
  'type',
  '-type',
] as const;

export type TrailSort = (typeof trailSorts)[number];

export interface TrailPage {
  readonly entries: readonly TrailEntry[];
  /** Position up to which the trail was read, decimal text: that of the first page, for all that follow it. */
  readonly upTo: string;
  /** For the next page; missing on the last one. */
  readonly next?: string;
}

const defaultLimit = 50;

type Asked = TrailQuestion & { readonly sort?: TrailSort; readonly limit?: number; readonly cursor?: string };

/**
 * A page of the trail, the newest entries first unless asked otherwise. Later pages stand where the first one stood, so
 * that entries which arrive in between shift nothing.
 * @throws QueryRejected for a cursor of another question
 */
export async function readTrail(
  { cursor, limit = defaultLimit, sort = '-position', ...question }: Asked,
  { log, views, scope, standsAt }: Pick<QueryContext, 'log' | 'views' | 'scope' | 'standsAt'>,
): Promise<TrailPage> {
  const asked = fingerprint({ question, sort, scope }).slice(0, 16);
  const place = cursor === undefined ? undefined : placeIn(cursor, asked);
  const upTo = place && place.upTo < standsAt ? place.upTo : standsAt;
  const order = { ...orderOf(sort), behind: place };
  const source = trailSource(log, views);
  // One more than the page takes tells whether there is another page.
  const events = await source(await wantedBy(question, { scope, log }, upTo), { ...order, limit: limit + 1 });
  const page = events.slice(0, limit);
  const last = page.at(-1);
  const next =
    last && events.length > limit
      ? cursorOf({ upTo, position: last.position, value: order.by && valueOf(last, order.by) }, asked)
      : undefined;
  return {
    entries: page.map(event => entryFor(event, scope)),
    upTo: formatPosition(upTo),
    ...(next !== undefined && { next }),
  };
}

function orderOf(sort: TrailSort): Pick<PageOrder, 'by' | 'direction'> {
  const by = sortDimensions.find(dimension => sort.endsWith(dimension));
  return { by, direction: sort.startsWith('-') ? 'descending' : 'ascending' };
}

/** Where a page ended, and where the first one stood. */
interface CursorPlace {
  readonly upTo: Position;
  readonly position: Position;
  readonly value?: string;
}

function cursorOf({ upTo, position, value }: CursorPlace, asked: string): string {
  const parts = [
    formatPosition(upTo),
    formatPosition(position),
    asked,
    ...(value === undefined ? [] : [value]),
  ];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function placeIn(cursor: string, asked: string): CursorPlace {
  const [upTo, position, question, value] = partsOf(cursor);
  const [end, last] = [parsePosition(upTo ?? ''), parsePosition(position ?? '')];
  if (question === asked && end !== undefined && last !== undefined)
    return { upTo: end, position: last, value };
  const reason = 'This cursor belongs to another question. Ask again from the first page.';
  throw new QueryRejected(invalid('AUDIT-CURSOR', 'cursor', reason));
}

function partsOf(cursor: string): readonly (string | undefined)[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) && parts.every(part => typeof part === 'string') ? parts : [];
  } catch {
    return [];
  }
}
