import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Position, Scope } from '@platform/kernel';
import { holdsAt, type ViewDatabase } from '@platform/views';
import type { ScreeningLine, SiteOnBoard } from '../domain/board';
import type {
  AdverseEventGroup,
  DeviationGroup,
  Groups,
  InfusionGroup,
  ParticipantGroup,
} from '../domain/figures';

/** The views whose lists a board counts. */
export const boardViews = [
  'site-list',
  'screening-log',
  'infusion-log',
  'adverse-event-log',
  'deviation-log',
];

interface Listed {
  readonly trial: string;
  readonly site: string;
}

/** Those columns of the other contexts' lists that a board looks at. */
interface Lists {
  readonly site_list: Listed & { readonly name: string; readonly status: string };
  readonly screening_log: Listed & {
    readonly participant: string;
    readonly status: ParticipantGroup['status'];
    readonly status_since: string | null;
    readonly prescreened_at: string;
    readonly consented_at: string | null;
    readonly consent_version: string | null;
    readonly decision: string | null;
    readonly decided_at: string | null;
    readonly decision_affected: number;
    readonly enrolled_at: string | null;
    readonly arm: string | null;
  };
  readonly infusion_log: Listed & { readonly status: InfusionGroup['status'] };
  readonly adverse_event_log: Listed & {
    readonly serious: number | null;
    readonly susar: number;
    readonly voided: number;
    readonly outcome: AdverseEventGroup['outcome'];
    readonly ended: string | null;
  };
  readonly deviation_log: Listed & Pick<DeviationGroup, 'category' | 'severity' | 'status'>;
}

/** Which rows a board is about: one trial's, of the sites in scope, as they stood at a position. */
export interface Reach {
  readonly scope: Scope;
  readonly at: Position;
}

/** The condition that every statement here has. */
function inReach({ scope: { trial, sites }, at }: Reach): RawBuilder<SqlBool> {
  const ofTrial = sql<SqlBool>`trial = ${trial} and ${holdsAt(at)}`;
  if (sites === 'all') return ofTrial;
  return sites.length === 0
    ? sql<SqlBool>`1 = 0`
    : sql<SqlBool>`${ofTrial} and site in (${sql.join([...sites])})`;
}

const rows = sql<number>`count(*)`.as('rows');

/** Everything that boards count, as groups of equal rows. */
export async function groupsOf(views: ViewDatabase, reach: Reach): Promise<Groups> {
  const [participants, infusions, adverseEvents, deviations] = await Promise.all([
    participantGroups(views, reach),
    infusionGroups(views, reach),
    adverseEventGroups(views, reach),
    deviationGroups(views, reach),
  ]);
  return { participants, infusions, adverseEvents, deviations };
}

async function participantGroups(views: ViewDatabase, reach: Reach): Promise<ParticipantGroup[]> {
  const enrolled = sql<number>`case when enrolled_at is null then 0 else 1 end`;
  const groups = await views
    .reader<Lists>()
    .selectFrom('screening_log')
    .select(['site', 'status', 'decision_affected as affected', enrolled.as('enrolled'), rows])
    .where(inReach(reach))
    .groupBy(['site', 'status', 'decision_affected', enrolled])
    .execute();
  return groups.map(({ affected, ...group }) => ({
    ...group,
    enrolled: group.enrolled === 1,
    decisionAffected: affected === 1,
  }));
}

const infusionGroups = (views: ViewDatabase, reach: Reach): Promise<InfusionGroup[]> =>
  views
    .reader<Lists>()
    .selectFrom('infusion_log')
    .select(['site', 'status', rows])
    .where(inReach(reach))
    .groupBy(['site', 'status'])
    .execute();

async function adverseEventGroups(views: ViewDatabase, reach: Reach): Promise<AdverseEventGroup[]> {
  const ended = sql<number>`case when ended is null then 0 else 1 end`;
  const groups = await views
    .reader<Lists>()
    .selectFrom('adverse_event_log')
    .select(['site', 'serious', 'susar', 'voided', 'outcome', ended.as('hasEnded'), rows])
    .where(inReach(reach))
    .groupBy(['site', 'serious', 'susar', 'voided', 'outcome', ended])
    .execute();
  return groups.map(({ serious, susar, voided, hasEnded, ...group }) => ({
    ...group,
    serious: serious === null ? null : serious === 1,
    susar: susar === 1,
    voided: voided === 1,
    ended: hasEnded === 1,
  }));
}

const deviationGroups = (views: ViewDatabase, reach: Reach): Promise<DeviationGroup[]> =>
  views
    .reader<Lists>()
    .selectFrom('deviation_log')
    .select(['site', 'category', 'severity', 'status', rows])
    .where(inReach(reach))
    .groupBy(['site', 'category', 'severity', 'status'])
    .execute();

/** The screening log in the order of the participants' numbers. */
export async function screeningLines(views: ViewDatabase, reach: Reach): Promise<ScreeningLine[]> {
  const lines = await views
    .reader<Lists>()
    .selectFrom('screening_log')
    .select(['participant', 'status', 'decision', 'arm', 'decision_affected as affected'])
    .select(['status_since as statusSince', 'prescreened_at as prescreenedAt', 'consented_at as consentedAt'])
    .select(['consent_version as consentVersion', 'decided_at as decidedAt', 'enrolled_at as enrolledAt'])
    .where(inReach(reach))
    .orderBy('participant')
    .execute();
  return lines.map(({ affected, ...line }) => ({ ...line, decisionAffected: affected === 1 }));
}

/** The sites of a trial in the order of their numbers. */
export const sitesIn = (
  views: ViewDatabase,
  reach: Reach,
): Promise<Pick<SiteOnBoard, 'site' | 'name' | 'status'>[]> =>
  views
    .reader<Lists>()
    .selectFrom('site_list')
    .select(['site', 'name', 'status'])
    .where(inReach(reach))
    .orderBy('site')
    .execute();
