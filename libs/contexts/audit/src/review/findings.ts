import type { Position, Scope } from '@platform/kernel';
import { decodeRow, type TablesOf, type ViewDatabase } from '@platform/views';
import { nearFrom } from '../domain/entry-review';
import { findingTable } from '../views/entry-review';

export const findingKinds = ['lateEntry', 'safetyChange'] as const;
export type FindingKind = (typeof findingKinds)[number];

/** An entry that wants a second look. The entry itself stands in the trail at `position`. */
export interface ReviewFinding {
  readonly event: string;
  readonly position: bigint;
  readonly recordedAt: string;
  readonly type: string;
  readonly site: string;
  readonly participant: string | null;
  readonly adverseEvent: string | null;
  readonly user: string;
  readonly role: string;
  /** Days between the clinic and the record; null when it was not late. */
  readonly lagDays: number | null;
  /** What was changed that safety clocks stand on; null when nothing was. */
  readonly fields: readonly string[] | null;
  /** The clock that was to end first when it was changed, and the share of its time that had run: 1 is its end. */
  readonly rule: string | null;
  readonly due: string | null;
  readonly elapsed: number | null;
}

export interface FindingFilter {
  readonly kind?: FindingKind;
  readonly site?: string;
  readonly user?: string;
  readonly adverseEvent?: string;
  /** Only changes when at least half of a clock's time had run. */
  readonly nearDeadline?: boolean;
  /** Only those behind this place. */
  readonly behind?: Position;
  readonly limit: number;
}

/** In the order of recording; as of a position, those up to there. */
export async function listFindings(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  { kind, site, user, adverseEvent, nearDeadline, behind, limit }: FindingFilter,
): Promise<ReviewFinding[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof findingTable]>>()
    .selectFrom('review_finding')
    .select(['event', 'position', 'recorded_at as recordedAt', 'type', 'site', 'participant'])
    .select(['adverse_event as adverseEvent', 'user', 'role', 'lag_days as lagDays', 'fields', 'rule'])
    .select(['due', 'elapsed'])
    .where('trial', '=', scope.trial)
    .where('position', '<=', Number(at))
    .$if(scope.sites !== 'all', query => query.where('site', 'in', [...scope.sites]))
    .$if(kind === 'lateEntry', query => query.where('lag_days', 'is not', null))
    .$if(kind === 'safetyChange', query => query.where('fields', 'is not', null))
    .$if(site !== undefined, query => query.where('site', '=', site!))
    .$if(user !== undefined, query => query.where('user', '=', user!))
    .$if(adverseEvent !== undefined, query => query.where('adverse_event', '=', adverseEvent!))
    .$if(nearDeadline === true, query => query.where('elapsed', '>=', nearFrom))
    .$if(nearDeadline === false, query =>
      query.where(is => is.or([is('elapsed', 'is', null), is('elapsed', '<', nearFrom)])),
    )
    .$if(behind !== undefined, query => query.where('position', '>', Number(behind)))
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map(row => decodeRow(findingTable, row) as unknown as ReviewFinding);
}
