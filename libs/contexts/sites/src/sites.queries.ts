import { evolveUpTo, Query, QueryRejected, queryRow } from '@platform/commands';
import { absent } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { siteDecider, siteStream, type SiteState } from './domain/site';
import { listSites, type SiteListed } from './views/site-list';

export class ListSites extends Query {}

export class ReadSite extends Query {}

const reading: Permission = 'site.read';

export const siteQueries = [
  queryRow<ListSites, { sites: SiteListed[] }>({
    query: ListSites,
    permission: reading,
    views: ['site-list'],
    async answer(_, { views, scope, standsAt }) {
      return { sites: await listSites(views, scope, standsAt) };
    },
  }),
  queryRow<ReadSite, SiteState & { site: string }>({
    query: ReadSite,
    permission: reading,
    views: [],
    async answer(_, { log, target, standsAt }) {
      const stream = siteStream(target.trial!, target.site!);
      const { state } = await evolveUpTo(log, stream, siteDecider, standsAt);
      if (!state.profile)
        throw new QueryRejected(absent('SITE-UNKNOWN', 'No such site in this trial at that moment.'));
      return { site: target.site!, ...state };
    },
  }),
];
