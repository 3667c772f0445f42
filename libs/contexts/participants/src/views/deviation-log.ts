import type { Position, RecordedEvent, Scope } from '@platform/kernel';
import {
  decodeRow,
  holdsAt,
  rowView,
  type Row,
  type TablesOf,
  type ViewDatabase,
  type ViewTable,
} from '@platform/views';
import type { DepartureCategory, DepartureSeverity } from '../domain/departure';
import type { DeviationAssessment, DeviationState, RaisedDeviation } from '../domain/deviation';

/** A row of the deviation log. */
export interface DeviationListed {
  readonly deviation: string;
  readonly site: string;
  readonly participant: string | null;
  readonly rule: string;
  readonly category: DepartureCategory;
  readonly severity: DepartureSeverity;
  readonly description: string;
  readonly causes: readonly string[];
  /** Wall-clock time in `zone`; null where it is not known. */
  readonly occurredAt: string | null;
  readonly identifiedAt: string;
  readonly zone: string;
  readonly status: DeviationState['status'];
  readonly assessment: string | null;
  readonly reportable: boolean | null;
  readonly closedAt: string | null;
}

const log = {
  name: 'deviation_log',
  columns: {
    deviation: 'text',
    trial: 'text',
    site: 'text',
    participant: 'text',
    /** Position of the event that raised it: the order of the list. */
    number: 'position',
    rule: 'text',
    category: 'text',
    severity: 'text',
    description: 'text',
    causes: 'json',
    occurred_at: 'text',
    identified_at: 'text',
    zone: 'text',
    status: 'text',
    assessment: 'text',
    reportable: 'boolean',
    closed_at: 'text',
  },
  key: ['deviation'],
  indexes: [
    ['trial', 'number'],
    ['trial', 'participant', 'number'],
  ],
  history: true,
} as const satisfies ViewTable;

const key = ({ metadata: { subject } }: RecordedEvent) =>
  subject.deviation === undefined ? undefined : [subject.deviation];

/** Every deviation of every trial with what became of it, as of any position. */
export const deviationLog = rowView({
  name: 'deviation-log',
  version: 1,
  tables: [log],
  // A deviation is one stream.
  partitionBy: 'stream',
  on: {
    DeviationRaised: { table: log.name, key, fold: (_, event) => raised(event) },
    DeviationAssessed: {
      table: log.name,
      key,
      fold: (row, { data }) => {
        const { category, severity, assessment, reportable } = data as unknown as DeviationAssessment;
        return row && { ...row, category, severity, assessment, reportable, status: 'assessed' };
      },
    },
    DeviationClosed: {
      table: log.name,
      key,
      fold: (row, { data }) => row && { ...row, status: 'closed', closed_at: data.closedAt },
    },
  },
});

function raised({ data, position, metadata: { subject } }: RecordedEvent): Row {
  const {
    trial,
    site,
    participant,
    rule,
    category,
    severity,
    description,
    causes,
    occurredAt,
    identifiedAt,
  } = data as unknown as RaisedDeviation;
  return {
    ...{ deviation: subject.deviation, trial, site, rule, category, severity, description, causes },
    participant: participant ?? null,
    number: position,
    occurred_at: occurredAt?.at ?? null,
    identified_at: identifiedAt.at,
    zone: identifiedAt.zone,
    status: 'raised',
    assessment: null,
    reportable: null,
    closed_at: null,
  };
}

export interface DeviationFilter {
  readonly site?: string;
  readonly participant?: string;
  readonly category?: DepartureCategory;
  readonly severity?: DepartureSeverity;
  readonly status?: DeviationState['status'];
  readonly rule?: string;
  /** Only deviations behind this place in the list. */
  readonly behind?: Position;
  readonly limit: number;
}

/** Deviations in the order in which they were raised, each with its place in that order. */
export async function listDeviations(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  { behind, limit, ...equal }: DeviationFilter,
): Promise<(DeviationListed & { readonly number: bigint })[]> {
  const wanted = Object.entries(equal).filter(
    (each): each is [keyof typeof equal, string] => each[1] !== undefined,
  );
  let query = views
    .reader<TablesOf<readonly [typeof log]>>()
    .selectFrom('deviation_log')
    .select([
      'deviation',
      'site',
      'participant',
      'number',
      'rule',
      'category',
      'severity',
      'description',
      'causes',
    ])
    .select(['occurred_at as occurredAt', 'identified_at as identifiedAt', 'zone', 'status', 'assessment'])
    .select(['reportable', 'closed_at as closedAt'])
    .where('trial', '=', scope.trial)
    .where(holdsAt(at));
  if (scope.sites !== 'all') query = query.where('site', 'in', [...scope.sites]);
  for (const [column, value] of wanted) query = query.where(column, '=', value);
  if (behind !== undefined) query = query.where('number', '>', Number(behind));
  const rows = await query.orderBy('number').limit(limit).execute();
  return rows.map(row => decodeRow(log, row) as unknown as DeviationListed & { number: bigint });
}
