import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { Query, QueryRejected, queryRow } from '@platform/commands';
import { IsOmittable, IsStreamIdText } from '@platform/http';
import { invalid, isPartialDate, parsePosition } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { listEntryLags, type EntryLag } from './entry-lag';
import { findingKinds, listFindings, type FindingKind, type ReviewFinding } from './findings';

const reading = 'audit.read' satisfies Permission;
const views = ['entry-review'];
const day = /^\d{4}-\d{2}-\d{2}$/;
const flag = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

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
export class ListReviewFindings extends Query {
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
  @Transform(flag)
  @IsBoolean()
  nearDeadline?: boolean;

  /** Rows on a page; 100 unless given. */
  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  /** `next` of the page before. */
  @IsOmittable()
  @Matches(/^\d{1,19}$/)
  cursor?: string;
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
    async answer({ cursor, limit = 100, ...filter }, { views: database, scope, standsAt }) {
      const behind = cursor === undefined ? undefined : parsePosition(cursor);
      const found = await listFindings(database, scope, standsAt, { ...filter, behind, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        findings: page.map(({ position, ...finding }) => ({ ...finding, position: String(position) })),
        ...(found.length > limit && last && { next: String(last.position) }),
      };
    },
  }),
];

const byDays = invalid(
  'AUDIT-LAG-AS-OF',
  'asOf',
  'Entries are never changed: give the last day of recording as "until" to leave out what came later.',
);
const noDay = (field: string) => invalid('AUDIT-DAY', field, 'This is no day that exists: write 2024-03-05.');
