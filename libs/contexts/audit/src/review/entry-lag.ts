import type { Scope } from '@platform/kernel';
import type { TablesOf, ViewDatabase } from '@platform/views';
import { lagTable } from '../views/entry-review';

/** How late somebody's entries were at a site, in days from the clinic to the record. */
export interface EntryLag {
  readonly site: string;
  readonly user: string;
  readonly role: string;
  readonly entries: number;
  readonly sameDay: number;
  readonly within3Days: number;
  readonly within7Days: number;
  readonly later: number;
  readonly meanDays: number;
  readonly longestDays: number;
}

export interface EntryLagFilter {
  readonly site?: string;
  readonly user?: string;
  /** Days of recording, inclusive. */
  readonly from?: string;
  readonly until?: string;
}

/** The tardiest first. */
export async function listEntryLags(
  views: ViewDatabase,
  scope: Scope,
  { site, user, from, until }: EntryLagFilter,
): Promise<EntryLag[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof lagTable]>>()
    .selectFrom('review_lag')
    .select(['site', 'user', 'role'])
    .select(({ fn }) => [
      fn.sum<number>('entries').as('entries'),
      fn.sum<number>('same_day').as('sameDay'),
      fn.sum<number>('within_3').as('within3Days'),
      fn.sum<number>('within_7').as('within7Days'),
      fn.sum<number>('later').as('later'),
      fn.sum<number>('total_days').as('totalDays'),
      fn.max<number>('longest_days').as('longestDays'),
    ])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', [...scope.sites]))
    .$if(site !== undefined, query => query.where('site', '=', site!))
    .$if(user !== undefined, query => query.where('user', '=', user!))
    .$if(from !== undefined, query => query.where('day', '>=', from!))
    .$if(until !== undefined, query => query.where('day', '<=', until!))
    .groupBy(['site', 'user', 'role'])
    .orderBy('site')
    .orderBy('user')
    .orderBy('role')
    .execute();
  // Databases round a half differently.
  return rows
    .map(({ totalDays, ...row }) => ({ ...row, meanDays: Math.round((100 * totalDays) / row.entries) / 100 }))
    .toSorted((a, b) => b.meanDays - a.meanDays);
}
