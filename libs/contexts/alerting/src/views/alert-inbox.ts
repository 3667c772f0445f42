import { sql } from 'kysely';
import { evolveRecorded } from '@platform/commands';
import {
  categoryOf,
  idsOf,
  toInstant,
  type Position,
  type RecordedEvent,
  type Scope,
} from '@platform/kernel';
import {
  decodeRow,
  holdsAt,
  type Row,
  type RowStore,
  type TablesOf,
  type View,
  type ViewDatabase,
  type ViewTable,
} from '@platform/views';
import { alertDecider, type AlertState, type AlertStatus } from '../domain/alert';
import type { AlertKind, AlertPriority } from '../domain/kinds';
import { openWork, type AlertWork } from '../domain/work';

/** A row of the inbox. */
export interface AlertListed {
  readonly alert: string;
  readonly site: string | null;
  readonly participant: string | null;
  readonly kind: AlertKind;
  readonly rule: string;
  readonly priority: AlertPriority;
  readonly status: AlertStatus;
  readonly raisedAt: string;
  readonly about: Readonly<Record<string, string>>;
  /** The last step of the ladder that has begun; null before the first. */
  readonly step: number | null;
  /** When the next one begins unless somebody acknowledges the alert; null when none does. */
  readonly nextStepAt: string | null;
  /** Ids of the accounts that it was meant for so far. */
  readonly recipients: readonly string[];
  readonly delivered: number;
  readonly pending: number;
  readonly abandoned: number;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: string | null;
  readonly closedAt: string | null;
}

const inbox = {
  name: 'alert_inbox',
  columns: {
    alert: 'text',
    trial: 'text',
    site: 'text',
    participant: 'text',
    /** Position of the raising: the order of the list. */
    number: 'position',
    kind: 'text',
    rule: 'text',
    priority: 'text',
    status: 'text',
    raised_at: 'text',
    about: 'json',
    step: 'integer',
    next_step_at: 'text',
    recipients: 'json',
    delivered: 'integer',
    pending: 'integer',
    abandoned: 'integer',
    acknowledged_by: 'text',
    acknowledged_at: 'text',
    closed_at: 'text',
  },
  key: ['alert'],
  indexes: [
    ['trial', 'number'],
    ['trial', 'status', 'number'],
    ['trial', 'site', 'number'],
  ],
  history: true,
} as const satisfies ViewTable;

/** What a later event needs of an alert. Only its last version. */
const fold = {
  name: 'alert_fold',
  columns: { alert: 'text', number: 'position', state: 'json', work: 'json' },
  key: ['alert'],
} as const satisfies ViewTable;

/** What is still to be done, as jobs: what the queue is compared with. */
const work = {
  name: 'alert_work',
  columns: { job: 'text', kind: 'text', due: 'integer', refs: 'json' },
  key: ['job'],
  indexes: [['due']],
} as const satisfies ViewTable;

/** Each event of each alert by its position, for those who follow along. */
const feed = {
  name: 'alert_feed',
  columns: {
    number: 'position',
    trial: 'text',
    site: 'text',
    alert: 'text',
    type: 'text',
    kind: 'text',
    status: 'text',
    at: 'text',
  },
  key: ['number'],
  indexes: [['trial', 'number']],
} as const satisfies ViewTable;

const tables = [inbox, fold, work, feed] as const;
type Tables = TablesOf<typeof tables>;

/** Every alert with what became of it, and everything that is still to be done about it. */
export const alertInbox: View = {
  name: 'alert-inbox',
  version: 1,
  tables,
  takes: [
    'AlertRaised',
    'AlertEscalated',
    'AlertDelivered',
    'AlertDeliveryFailed',
    'AlertAcknowledged',
    'AlertClosed',
  ],
  async project(events, rows) {
    const ours = events.filter(({ stream }) => categoryOf(stream) === 'alert');
    if (ours.length === 0) return;
    const keys = ours.map(({ stream }) => idsOf(stream));
    await rows.load(fold.name, keys);
    await rows.load(inbox.name, keys);
    for (const event of ours) await step(event, rows);
  },
};

async function step(event: RecordedEvent, rows: RowStore): Promise<void> {
  const [alert = ''] = idsOf(event.stream);
  const known = rows.get(fold.name, [alert]);
  const before = (known?.state as AlertState | undefined) ?? alertDecider.initial;
  const state = evolveRecorded(alertDecider, before, event);
  const [done, open] = [openWork(alert, before), openWork(alert, state)];
  const number = (known?.number as bigint | undefined) ?? event.position;
  rows.put(fold.name, { alert, number, state, work: open.map(({ id }) => id) }, event.position);
  rows.put(inbox.name, { alert, number, ...rowOf(state, open) }, event.position);
  rows.put(feed.name, feedOf(event, alert, state), event.position);
  await rows.load(
    work.name,
    [...done, ...open].map(({ id }) => [id]),
  );
  for (const { id } of done) {
    if (!open.some(each => each.id === id)) rows.remove(work.name, [id], event.position);
  }
  for (const { id, kind, runAt, refs } of open) {
    if (!rows.get(work.name, [id])) rows.put(work.name, { job: id, kind, due: runAt, refs }, event.position);
  }
}

function rowOf(state: AlertState, open: readonly AlertWork[]): Row {
  const { raised, raisedAt, status, steps, deliveries, acknowledged, closed } = state;
  const next = open.find(({ kind }) => kind === 'alert-step');
  const count = (wanted: string): number => deliveries.filter(each => each.status === wanted).length;
  const people = steps.flatMap(({ recipients }) => recipients.map(({ user }) => user));
  return {
    ...{ trial: raised?.trial, kind: raised?.kind, rule: raised?.rule, priority: raised?.priority, status },
    site: raised?.site ?? null,
    participant: raised?.participant ?? null,
    about: raised?.about ?? {},
    raised_at: raisedAt,
    step: steps.reduce<number | null>((last, each) => Math.max(last ?? 0, each.step), null),
    next_step_at: next ? toInstant(next.runAt) : null,
    recipients: [...new Set(people)],
    ...{ delivered: count('delivered'), pending: count('pending'), abandoned: count('abandoned') },
    acknowledged_by: acknowledged?.by ?? null,
    acknowledged_at: acknowledged?.at ?? null,
    closed_at: closed?.at ?? null,
  };
}

const feedOf = (
  { position, type, metadata }: RecordedEvent,
  alert: string,
  { raised, status }: AlertState,
): Row => ({
  ...{
    number: position,
    trial: raised?.trial,
    site: raised?.site ?? null,
    alert,
    type,
    kind: raised?.kind,
    status,
  },
  at: metadata.recordedAt,
});

export interface AlertFilter {
  readonly status?: AlertStatus;
  readonly kind?: AlertKind;
  readonly site?: string;
  /** Only alerts that were meant for this account. */
  readonly recipient?: string;
  /** Only alerts before this place in the list: the latest come first. */
  readonly behind?: Position;
  readonly limit: number;
}

/** Alerts, the latest first, each with its place in the list. */
export async function listAlerts(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  { status, kind, site, recipient, behind, limit }: AlertFilter,
): Promise<(AlertListed & { readonly number: bigint })[]> {
  const rows = await views
    .reader<Tables>()
    .selectFrom('alert_inbox')
    .select(['alert', 'site', 'participant', 'number', 'kind', 'rule', 'priority', 'status', 'about', 'step'])
    .select(['raised_at as raisedAt', 'next_step_at as nextStepAt', 'recipients', 'delivered', 'pending'])
    .select(['abandoned', 'acknowledged_by as acknowledgedBy', 'acknowledged_at as acknowledgedAt'])
    .select(['closed_at as closedAt'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', [...scope.sites]))
    .$if(site !== undefined, query => query.where('site', '=', site!))
    .$if(status !== undefined, query => query.where('status', '=', status!))
    .$if(kind !== undefined, query => query.where('kind', '=', kind!))
    // Ids of accounts hold no quotes and no wildcards.
    .$if(recipient !== undefined, query => query.where(sql<boolean>`recipients like ${`%"${recipient}"%`}`))
    .$if(behind !== undefined, query => query.where('number', '<', Number(behind)))
    .where(holdsAt(at))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(row => decodeRow(inbox, row) as unknown as AlertListed & { number: bigint });
}

/** Jobs that are due by a moment (epoch milliseconds), those first that have waited longest. */
export async function workDueBy(views: ViewDatabase, due: number, limit: number): Promise<AlertWork[]> {
  const rows = await views
    .reader<Tables>()
    .selectFrom('alert_work')
    .select(['job as id', 'kind', 'due as runAt', 'refs'])
    .where('due', '<=', due)
    .orderBy('due')
    .limit(limit)
    .execute();
  return rows.map(row => decodeRow(work, row) as unknown as AlertWork);
}

/** One event of an alert, as it is told to those who follow along. */
export interface AlertNews {
  readonly number: bigint;
  readonly site: string | null;
  readonly alert: string;
  readonly type: string;
  readonly kind: AlertKind;
  /** Of the alert, right behind the event. */
  readonly status: AlertStatus;
  readonly at: string;
}

/** What happened to alerts behind a position, in the order of the log. */
export async function alertNews(
  views: ViewDatabase,
  scope: Scope,
  after: Position,
  limit: number,
): Promise<AlertNews[]> {
  const rows = await views
    .reader<Tables>()
    .selectFrom('alert_feed')
    .select(['number', 'site', 'alert', 'type', 'kind', 'status', 'at'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', [...scope.sites]))
    .where('number', '>', Number(after))
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(row => decodeRow(feed, row) as unknown as AlertNews);
}
