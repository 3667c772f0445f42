import { IsIn, Matches } from 'class-validator';
import { evolveRecorded, Query, QueryRejected, queryRow, type QueryContext } from '@platform/commands';
import { eachOfStream } from '@platform/event-log';
import { IsOmittable, IsStreamIdText, PagedQuery, pageOf } from '@platform/http';
import {
  coversSite,
  parsePosition,
  type Actor,
  type JsonObject,
  type Position,
  type RecordedEvent,
} from '@platform/kernel';
import type { Permission } from '@trial/access';
import { alertDecider, alertStream, type AlertState, type AlertStatus } from './domain/alert';
import { contactDecider, contactStream, type ContactPoint, type QuietHours } from './domain/contact';
import { unknownAlert } from './domain/delivering';
import { alertKinds, type AlertKind } from './domain/kinds';
import { policyDecider, policyStream, wholePolicy } from './domain/policy';
import { alertInbox, listAlerts, type AlertListed } from './views/alert-inbox';

/** The alerts of a trial that the caller may see, the latest first. Those of no site are for people of all sites. */
export class ListAlerts extends PagedQuery {
  @IsOmittable()
  @IsIn(['open', 'acknowledged', 'closed'])
  status?: AlertStatus;

  @IsOmittable()
  @IsIn(alertKinds)
  kind?: AlertKind;

  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  /** `true`: only those that were meant for the caller. */
  @IsOmittable()
  @IsIn(['true', 'false'])
  mine?: 'true' | 'false';
}

export interface AlertPage {
  readonly alerts: readonly AlertListed[];
  /** For the page behind this one; absent on the last. */
  readonly next?: string;
}

/** One alert with everything that happened to it. */
export class ReadAlert extends Query {}

/** What happens to alerts from now on, or from where the client's last event was, as server-sent events. */
export class FollowAlerts extends Query {
  /** Where to go on; as the header `Last-Event-ID`, for clients that cannot set one. */
  @IsOmittable()
  @Matches(/^\d{1,19}$/)
  lastEventId?: string;
}

/** Whom the trial alerts of what, and when: its own policy, and the default where it has none. */
export class ReadAlertPolicy extends Query {}

/** The caller's own contact points and quiet hours. */
export class ReadContactPoints extends Query {}

export interface AlertRecord extends Omit<AlertState, 'status'> {
  readonly alert: string;
  readonly status: AlertStatus;
  readonly history: readonly AlertHistoryEntry[];
}

export interface AlertHistoryEntry {
  readonly event: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly data: JsonObject;
}

/** What a stream of alerts begins with. */
export interface AlertsToFollow {
  readonly after: Position;
  readonly context: QueryContext;
}

export interface ContactPoints {
  readonly points: readonly (Pick<ContactPoint, 'point' | 'kinds'> & {
    readonly channel: string;
    readonly to: string;
  })[];
  readonly quietHours: QuietHours | null;
}

const reading: Permission = 'alert.read';

export const alertingQueries = [
  queryRow<ListAlerts, AlertPage>({
    query: ListAlerts,
    permission: reading,
    views: [alertInbox.name],
    async answer({ status, kind, site, mine, cursor, limit }, { views, scope, caller, standsAt }) {
      const recipient = mine === 'true' ? caller.user : undefined;
      const { rows: alerts, ...next } = await pageOf({ cursor, limit }, wanted =>
        listAlerts(views, scope, standsAt, { status, kind, site, recipient, ...wanted }),
      );
      return { alerts, ...next };
    },
  }),
  queryRow<ReadAlert, AlertRecord>({
    query: ReadAlert,
    permission: reading,
    views: [],
    async answer(_, { log, scope, target, standsAt }) {
      const [alert, history] = [target.alert!, [] as AlertHistoryEntry[]];
      let state = alertDecider.initial;
      for await (const event of eachOfStream(log, alertStream(alert), { upTo: standsAt })) {
        state = evolveRecorded(alertDecider, state, event);
        history.push(historyOf(event));
      }
      if (!isVisible(state, scope)) throw new QueryRejected(unknownAlert);
      return { alert, ...state, history };
    },
  }),
  queryRow<FollowAlerts, AlertsToFollow>({
    query: FollowAlerts,
    permission: reading,
    views: [alertInbox.name],
    async answer({ lastEventId }, context) {
      return { after: parsePosition(lastEventId ?? '') ?? context.standsAt, context };
    },
  }),
  queryRow<ReadAlertPolicy, { policy: ReturnType<typeof wholePolicy>; onCall: readonly string[] }>({
    query: ReadAlertPolicy,
    permission: reading,
    views: [],
    async answer(_, { streams, target, log, asOf }) {
      const stream = policyStream(target.trial!);
      const { state } = await streams.loadAsOf(stream, policyDecider, asOf ?? (await log.head()));
      return { policy: wholePolicy(state), onCall: state.onCall };
    },
  }),
  queryRow<ReadContactPoints, ContactPoints>({
    query: ReadContactPoints,
    permission: 'account.own' satisfies Permission,
    views: [],
    async answer(_, { streams, target, log, asOf }) {
      const stream = contactStream(target.user!);
      const { state } = await streams.loadAsOf(stream, contactDecider, asOf ?? (await log.head()));
      const points = state.points.map(({ point, kinds, address }) => ({
        ...{ point, kinds, channel: address.channel },
        to: address.channel === 'webhook' ? address.url : address.to,
      }));
      return { points, quietHours: state.quiet ?? null };
    },
  }),
];

/** Somebody of some sites sees the alerts of these; those of no site are for who sees the whole trial. */
function isVisible({ raised }: AlertState, scope: QueryContext['scope']): boolean {
  if (raised?.trial !== scope.trial) return false;
  return scope.sites === 'all' || (raised.site !== undefined && coversSite(scope, raised.site));
}

function historyOf({ id, type, data, metadata: { recordedAt, actor } }: RecordedEvent): AlertHistoryEntry {
  return { event: id, type, recordedAt, actor, data };
}
