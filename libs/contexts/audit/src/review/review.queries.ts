import { IsIn, Matches } from 'class-validator';
import { Query, QueryRejected, queryRow } from '@platform/commands';
import { IsOmittable, IsStreamIdText, IsFlag, PagedQuery, pageOf } from '@platform/http';
import { invalid, isPartialDate } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { listEntryLags, type EntryLag } from './entry-lag';
import { findingKinds, listFindings, type FindingKind, type ReviewFinding } from './findings';

const reading = 'audit.read' satisfies Permission;
const views = ['entry-review'];
const day = /^\d{4}-\d{2}-\d{2}$/;

/** How late people's entries are, by person and site. */
export class ListEntryLags extends Query {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsStreamIdText()
  user?: string;

  /** First day of recording, where it happened: 2024-03-05. */
  @IsOmittable()
  @Matches(day)
  from?: string;

  /** Last day of recording, where it happened: 2024-03-31. */
  @IsOmittable()
  @Matches(day)
  until?: string;
}

/** Entries that want a second look: made late, or a change of what safety clocks stand on. */
export class ListReviewFindings extends PagedQuery {
  @IsOmittable()
  @IsIn(findingKinds)
  kind?: FindingKind;

  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsStreamIdText()
  user?: string;

  @IsOmittable()
  @IsStreamIdText()
  adverseEvent?: string;

  /** Only changes that were made when at least half of a reporting clock's time had run; or only the others. */
  @IsOmittable()
  @IsFlag()
  nearDeadline?: boolean;
}

export interface EntryLags {
  readonly people: readonly EntryLag[];
}

/** Positions are decimal text. */
export interface ReviewFindings {
  readonly findings: readonly (Omit<ReviewFinding, 'position'> & { readonly position: string })[];
  readonly next?: string;
}

export const reviewQueries = [
  queryRow<ListEntryLags, EntryLags>({
    query: ListEntryLags,
    permission: reading,
    views,
    async answer(query, { views: database, scope, asOf }) {
      if (asOf !== undefined) throw new QueryRejected(byDays);
      const { site, user, from, until } = query;
      for (const [field, value] of Object.entries({ from, until })) {
        if (value !== undefined && !isPartialDate(value)) throw new QueryRejected(noDay(field));
      }
      return { people: await listEntryLags(database, scope, { site, user, from, until }) };
    },
  }),
  queryRow<ListReviewFindings, ReviewFindings>({
    query: ListReviewFindings,
    permission: reading,
    views,
    async answer({ cursor, limit, ...filter }, { views: database, scope, standsAt }) {
      const { rows, ...next } = await pageOf({ cursor, limit }, async wanted => {
        const found = await listFindings(database, scope, standsAt, { ...filter, ...wanted });
        return found.map(finding => ({ ...finding, number: finding.position }));
      });
      const findings = rows.map(({ position, ...finding }) => ({ ...finding, position: String(position) }));
      return { findings, ...next };
    },
  }),
];

const byDays = invalid(
  'AUDIT-LAG-AS-OF',
  'asOf',
  'Entries are never changed: give the last day of recording as "until" to leave out what came later.',
);
const noDay = (field: string) => invalid('AUDIT-DAY', field, 'This is no day that exists: write 2024-03-05.');
