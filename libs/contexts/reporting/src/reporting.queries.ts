import { Type } from 'class-transformer';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { evolveUpTo, Query, QueryRejected, queryRow } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsStreamIdText, IsFlag, PagedQuery, pageOf } from '@platform/http';
import { absent, coversSite, hoursAfter } from '@platform/kernel';
import { siteOfParticipant, type Permission } from '@trial/access';
import { adverseEventDecider, adverseEventStream } from '@trial/safety';
import {
  obligationStatuses,
  reportingCaseDecider,
  reportingCaseStream,
  type Obligation,
  type ObligationStatus,
} from './domain/case/case';
import { ranOn, type RanOn } from './domain/case/history';
import { reportingRulesStream, ruleActivationDecider, type Activation } from './domain/rules/activation';
import { parties, type Party, type RuleSet } from './domain/rules/rule';
import { ruleSets } from './domain/rules/rule-sets';
import { listObligations, type ObligationListed } from './views/obligation-list';

const reading: Permission = 'reporting.read';

/** The board of obligations, now or as it stood. */
export class ListObligations extends PagedQuery {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsStreamIdText()
  participant?: string;

  @IsOmittable()
  @IsStreamIdText()
  adverseEvent?: string;

  @IsOmittable()
  @IsStreamIdText()
  rule?: string;

  @IsOmittable()
  @IsIn(parties)
  owedBy?: Party;

  @IsOmittable()
  @IsIn(obligationStatuses)
  status?: ObligationStatus;

  /** Open, and the last instant in time is over. */
  @IsOmittable()
  @IsFlag()
  overdue?: boolean;

  /** Open, not overdue, and due within so many hours. */
  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(8_784)
  dueWithinHours?: number;

  /** Whether one of its clocks was missed, whatever became of it. */
  @IsOmittable()
  @IsFlag()
  missed?: boolean;
}

export interface ObligationPage {
  /** What the page calls overdue, it calls so at this instant (UTC). */
  readonly at: string;
  readonly obligations: readonly (ObligationListed & { readonly overdue: boolean })[];
  readonly next?: string;
}

/** Every clock that ever ran for an adverse event, under which rule, and why. */
export class ReadClocks extends Query {
  /** A day: which clocks ran on it, by the record of that day and by what is known now. */
  @IsOmittable()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  @IsPartialDate()
  on?: string;
}

export interface ClockHistory {
  readonly adverseEvent: string;
  readonly obligations: readonly Obligation[];
  readonly on?: { readonly day: string; readonly clocks: readonly RanOn[] };
}

/** The rule sets that this software brings along, and what the trial has activated of them. */
export class ListReportingRules extends Query {}

export interface ReportingRules {
  readonly ruleSets: readonly (RuleSet & { readonly activations: readonly Activation[] })[];
}

const unknownEvent = absent('AE-UNKNOWN', 'This participant has no such adverse event.');

export const reportingQueries = [
  queryRow<ListObligations, ObligationPage>({
    query: ListObligations,
    permission: reading,
    views: ['obligation-list'],
    async answer(query, { views, scope, standsAt, now }) {
      const { cursor, limit, overdue, dueWithinHours, ...equal } = query;
      const { rows, ...next } = await pageOf({ cursor, limit }, wanted =>
        listObligations(views, scope, standsAt, {
          ...equal,
          status: overdue === false ? (equal.status ?? 'open') : equal.status,
          overdueAt: overdue === true ? now : undefined,
          dueBetween: dueBetween(now, overdue, dueWithinHours),
          ...wanted,
        }),
      );
      const obligations = rows.map(listed => ({
        ...listed,
        overdue: listed.status === 'open' && listed.due < now,
      }));
      return { at: now, obligations, ...next };
    },
  }),
  queryRow<ReadClocks, ClockHistory>({
    query: ReadClocks,
    permission: reading,
    views: [],
    async answer({ on }, { log, scope, target, standsAt }) {
      const { trial, participant = '', adverseEvent = '' } = target;
      const { state } = await evolveUpTo(
        log,
        adverseEventStream(adverseEvent),
        adverseEventDecider,
        standsAt,
      );
      const ours = state.of?.trial === trial && state.of?.participant === participant;
      if (!ours || !coversSite(scope, siteOfParticipant(participant))) throw new QueryRejected(unknownEvent);
      const stream = reportingCaseStream(adverseEvent);
      const { obligations } = (await evolveUpTo(log, stream, reportingCaseDecider, standsAt)).state;
      return {
        adverseEvent,
        obligations,
        ...(on !== undefined && { on: { day: on, clocks: ranOn(obligations, on) } }),
      };
    },
  }),
  queryRow<ListReportingRules, ReportingRules>({
    query: ListReportingRules,
    permission: 'trial.read' satisfies Permission,
    views: [],
    async answer(_, { log, target, standsAt }) {
      const stream = reportingRulesStream(target.trial!);
      const { history } = (await evolveUpTo(log, stream, ruleActivationDecider, standsAt)).state;
      return {
        ruleSets: ruleSets.map(set => ({
          ...set,
          activations: history.filter(each => each.ruleSet === set.id && each.version === set.version),
        })),
      };
    },
  }),
];

/** From now on, so that what is overdue is left out. */
function dueBetween(
  now: string,
  overdue: boolean | undefined,
  hours: number | undefined,
): readonly [string, string] | undefined {
  if (hours !== undefined) return [now, hoursAfter(now, hours)];
  return overdue === false ? [now, '9999-12-31T23:59:59.999Z'] : undefined;
}
