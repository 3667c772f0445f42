import type { Position, RecordedEvent, Scope } from '@platform/kernel';
import { holdsAt, rowView, type ViewDatabase } from '@platform/views';

/** A row of the list of sites. */
export interface SiteListed {
  readonly site: string;
  readonly name: string;
  readonly city: string | null;
  readonly country: string | null;
  readonly status: string;
}

interface Tables {
  site_list: SiteListed & {
    readonly trial: string;
    readonly valid_from: bigint;
    readonly valid_to: bigint | null;
  };
}

const key = ({ metadata: { subject } }: RecordedEvent) => [subject.trial ?? '', subject.site ?? ''];

/** Every site of every trial with its status, as of any position. */
export const siteList = rowView({
  name: 'site-list',
  version: 1,
  tables: [
    {
      name: 'site_list',
      columns: { trial: 'text', site: 'text', name: 'text', city: 'text', country: 'text', status: 'text' },
      key: ['trial', 'site'],
      history: true,
    },
  ],
  on: {
    SiteSelected: {
      table: 'site_list',
      key,
      fold: (_, { data, metadata: { subject } }) => {
        const { name, city, country } = data;
        return { trial: subject.trial, site: subject.site, name, city, country, status: 'selected' };
      },
    },
    SiteStatusChanged: {
      table: 'site_list',
      key,
      fold: (row, { data }) => ({ ...row, status: data.status }),
    },
  },
});

/** The sites that a scope covers, in the order of their numbers. */
export function listSites(views: ViewDatabase, scope: Scope, at: Position): Promise<SiteListed[]> {
  return views
    .reader<Tables>()
    .selectFrom('site_list')
    .select(['site', 'name', 'city', 'country', 'status'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', scope.sites as string[]))
    .where(holdsAt(at))
    .orderBy('site')
    .execute();
}
