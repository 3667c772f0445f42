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
import {
  clockOf,
  reportingCaseDecider,
  type Obligation,
  type ObligationStatus,
  type ReportingCaseState,
} from '../domain/case/case';
import type { OfObligation, Superseding } from '../domain/case/events';
import { nextCheckAtMs, notedShare } from '../domain/case/time-notes';
import type { AnchorKind, Party, Verification } from '../domain/rules/rule';

/** A row of the board of obligations. Instants are UTC; `dueLocal` is the wall clock of `zone`. */
export interface ObligationListed {
  readonly obligation: string;
  readonly reportingCase: string;
  readonly site: string;
  readonly participant: string | null;
  readonly adverseEvent: string | null;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly ruleSet: string;
  readonly title: string;
  readonly citation: string;
  readonly mark: Verification['mark'];
  readonly owedBy: Party;
  readonly owedTo: readonly Party[];
  readonly status: ObligationStatus;
  readonly provisional: boolean;
  readonly anchor: AnchorKind;
  readonly anchorAt: string;
  readonly anchorZone: string;
  /** The last instant in time, by the earliest reading. */
  readonly due: string;
  readonly dueLocal: string;
  readonly zone: string;
  /** How many clocks it has had. */
  readonly clocks: number;
  /** Due date of the first clock that was missed. */
  readonly missedDue: string | null;
  readonly sentAt: string | null;
  readonly reference: string | null;
  readonly inTime: boolean | null;
  readonly supersededBy: string | null;
  readonly supersededWhy: Superseding['why'] | null;
}

const list = {
  name: 'obligation_list',
  columns: {
    obligation: 'text',
    reporting_case: 'text',
    trial: 'text',
    site: 'text',
    participant: 'text',
    adverse_event: 'text',
    /** Position of the event that opened it: the order of the list. */
    number: 'position',
    rule: 'text',
    rule_version: 'text',
    rule_set: 'text',
    title: 'text',
    citation: 'text',
    mark: 'text',
    owed_by: 'text',
    owed_to: 'json',
    status: 'text',
    provisional: 'boolean',
    anchor: 'text',
    anchor_at: 'text',
    anchor_zone: 'text',
    due: 'text',
    due_local: 'text',
    zone: 'text',
    clocks: 'integer',
    missed_due: 'text',
    sent_at: 'text',
    reference: 'text',
    in_time: 'boolean',
    superseded_by: 'text',
    superseded_why: 'text',
  },
  key: ['obligation'],
  indexes: [
    ['trial', 'number'],
    ['trial', 'participant', 'number'],
    ['trial', 'site', 'number'],
    ['trial', 'status', 'due'],
  ],
  history: true,
} as const satisfies ViewTable;

/** What a later event needs of a case, beside the rows that people read. Only its last version. */
const fold = {
  name: 'obligation_fold',
  columns: { reporting_case: 'text', state: 'json' },
  key: ['reporting_case'],
} as const satisfies ViewTable;

/** What the watch asks each minute: only open obligations with something left to note, by the moment of it. */
const watched = {
  name: 'obligation_watch',
  columns: {
    obligation: 'text',
    reporting_case: 'text',
    trial: 'text',
    site: 'text',
    participant: 'text',
    clock: 'integer',
    noted: 'integer',
    next_check_at: 'text',
  },
  key: ['obligation'],
  indexes: [['next_check_at', 'obligation']],
} as const satisfies ViewTable;

/** Every obligation of every trial, as of any position: the decider's own fold. */
export const obligationList: View = {
  name: 'obligation-list',
  version: 1,
  tables: [list, fold, watched],
  takes: [
    'ObligationOpened',
    'ObligationReanchored',
    'ObligationSuperseded',
    'ObligationFulfilled',
    'ObligationWaived',
    'ObligationThresholdReached',
    'ObligationMissed',
  ],
  async project(events, rows) {
    const ours = events.filter(({ stream }) => categoryOf(stream) === 'reportingCase');
    if (ours.length === 0) return;
    const obligations = ours.map(event => [obligationOf(event)]);
    await rows.load(fold.name, ours.map(caseOf));
    await rows.load(list.name, obligations);
    await rows.load(watched.name, obligations);
    for (const event of ours) step(event, rows);
  },
};

const caseOf = ({ stream }: RecordedEvent): string[] => idsOf(stream);
const obligationOf = ({ data }: RecordedEvent): string => (data as unknown as OfObligation).obligation;

function step(event: RecordedEvent, rows: RowStore): void {
  const [reportingCase = ''] = caseOf(event);
  const id = obligationOf(event);
  const before = rows.get(fold.name, [reportingCase])?.state as ReportingCaseState | undefined;
  const state = evolveRecorded(reportingCaseDecider, before ?? reportingCaseDecider.initial, event);
  rows.put(fold.name, { reporting_case: reportingCase, state }, event.position);
  const known = state.obligations.find(({ obligation }) => obligation === id);
  if (!known) return;
  const number = rows.get(list.name, [id])?.number ?? event.position;
  rows.put(list.name, { number, reporting_case: reportingCase, ...rowOf(known) }, event.position);
  const next = nextCheckAtMs(known);
  if (next === undefined) {
    rows.remove(watched.name, [id], event.position);
    return;
  }
  const { trial, site, participant = null } = known;
  const row = {
    ...{ obligation: id, reporting_case: reportingCase, trial, site, participant },
    ...{ clock: clockOf(known).number, noted: notedShare(known), next_check_at: toInstant(next) },
  };
  rows.put(watched.name, row, event.position);
}

function rowOf(known: Obligation): Row {
  const { obligation, trial, site, rule, ruleSet, status, provisional, fulfilled, superseded } = known;
  const { anchor, anchorAt, due, dueLocal, zone } = clockOf(known);
  return {
    ...{ obligation, trial, site, status, provisional, rule: rule.id, rule_version: rule.version },
    participant: known.participant ?? null,
    adverse_event: known.adverseEvent ?? null,
    rule_set: ruleSet,
    ...{ title: rule.title, citation: rule.citation, mark: rule.verification.mark },
    ...{ owed_by: rule.from, owed_to: rule.to, anchor },
    ...{ anchor_at: anchorAt.at, anchor_zone: anchorAt.zone },
    ...{ due, due_local: dueLocal, zone, clocks: known.clocks.length },
    missed_due: known.missed?.due ?? null,
    sent_at: fulfilled?.sentAt.at ?? null,
    reference: fulfilled?.reference ?? null,
    in_time: fulfilled?.inTime ?? null,
    superseded_by: superseded?.by ?? null,
    superseded_why: superseded?.why ?? null,
  };
}

export interface ObligationFilter {
  readonly site?: string;
  readonly participant?: string;
  readonly adverseEvent?: string;
  readonly rule?: string;
  readonly owedBy?: Party;
  readonly status?: ObligationStatus;
  /** Only open ones whose last instant in time lies before this one (UTC). */
  readonly overdueAt?: string;
  /** Only open ones that are due from the first to the second instant (UTC). */
  readonly dueBetween?: readonly [string, string];
  readonly missed?: boolean;
  /** Only obligations behind this place in the list. */
  readonly behind?: Position;
  readonly limit: number;
}

/** Obligations in the order in which they were opened, each with its place in that order. */
export async function listObligations(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  filter: ObligationFilter,
): Promise<(ObligationListed & { readonly number: bigint })[]> {
  const { adverseEvent, owedBy, overdueAt, dueBetween, missed, behind, limit, ...plain } = filter;
  const equal = { ...plain, adverse_event: adverseEvent, owed_by: owedBy };
  let query = views
    .reader<TablesOf<readonly [typeof list]>>()
    .selectFrom('obligation_list')
    .select(['obligation', 'reporting_case as reportingCase', 'site', 'participant', 'number', 'rule'])
    .select(['adverse_event as adverseEvent', 'rule_version as ruleVersion', 'rule_set as ruleSet', 'title'])
    .select(['citation', 'mark', 'owed_by as owedBy', 'owed_to', 'status', 'provisional', 'anchor'])
    .select(['anchor_at as anchorAt', 'anchor_zone as anchorZone', 'due', 'due_local as dueLocal', 'zone'])
    .select(['clocks', 'missed_due as missedDue', 'sent_at as sentAt', 'reference', 'in_time'])
    .select(['superseded_by as supersededBy', 'superseded_why as supersededWhy'])
    .where('trial', '=', scope.trial)
    .where(holdsAt(at));
  if (scope.sites !== 'all') query = query.where('site', 'in', [...scope.sites]);
  for (const [column, value] of Object.entries(equal) as [keyof typeof equal, string | undefined][]) {
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (overdueAt !== undefined) query = query.where('status', '=', 'open').where('due', '<', overdueAt);
  if (dueBetween) {
    query = query
      .where('status', '=', 'open')
      .where('due', '>=', dueBetween[0])
      .where('due', '<=', dueBetween[1]);
  }
  if (missed !== undefined) query = query.where('missed_due', missed ? 'is not' : 'is', null);
  if (behind !== undefined) query = query.where('number', '>', Number(behind));
  const rows = await query.orderBy('number').limit(limit).execute();
  return rows.map(row => {
    const { owed_to: owedTo, in_time: inTime, ...more } = decodeRow(list, row);
    return { ...more, owedTo, inTime } as unknown as ObligationListed & { number: bigint };
  });
}

export interface DueToCheck {
  readonly obligation: string;
  readonly reportingCase: string;
  readonly trial: string;
  readonly site: string;
  readonly participant: string | null;
  readonly clock: number;
  /** The highest share noted so far. */
  readonly noted: number;
  readonly nextCheckAt: string;
}

/** Open obligations whose time has come to something at an instant (UTC), by the moment of it; one indexed query. */
export async function obligationsToCheck(
  views: ViewDatabase,
  now: string,
  { behind, limit }: { readonly behind?: DueToCheck; readonly limit: number },
): Promise<DueToCheck[]> {
  let query = views
    .reader<TablesOf<readonly [typeof watched]>>()
    .selectFrom('obligation_watch')
    .select(['obligation', 'reporting_case as reportingCase', 'trial', 'site', 'participant', 'clock'])
    .select(['noted', 'next_check_at as nextCheckAt'])
    .where('next_check_at', '<=', now);
  if (behind) {
    query = query.where(is =>
      is(is.refTuple('next_check_at', 'obligation'), '>', is.tuple(behind.nextCheckAt, behind.obligation)),
    );
  }
  const rows = await query.orderBy('next_check_at').orderBy('obligation').limit(limit).execute();
  return rows.map(row => decodeRow(watched, row) as unknown as DueToCheck);
}
