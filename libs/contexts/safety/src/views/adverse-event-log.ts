import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { evolveRecorded } from '@platform/commands';
import { categoryOf, type Position, type RecordedEvent, type Scope } from '@platform/kernel';
import {
  decodeRow,
  holdsAt,
  type Key,
  type Row,
  type RowStore,
  type TablesOf,
  type View,
  type ViewDatabase,
  type ViewTable,
} from '@platform/views';
import { adverseEventDecider, type AdverseEventState } from '../domain/adverse-event';
import { isFatal, isRelated, isSusar, leadsToWithdrawal, sourceEmergence } from '../domain/conclusions';
import { contradictionsOf, type ContradictionId } from '../domain/contradictions';
import type { OutcomeTerm, SourceSeverity } from '../domain/events';

/** A row of the list of adverse events. Dates are wall-clock dates in `zone`. */
export interface AdverseEventListed {
  readonly site: string;
  readonly participant: string;
  readonly adverseEvent: string;
  readonly term: string;
  readonly preferredTerm: string | null;
  readonly soc: string | null;
  readonly onset: string | null;
  readonly end: string | null;
  readonly zone: string;
  readonly grade: number | null;
  /** In the words of a source without grades. */
  readonly severity: SourceSeverity | null;
  /** Null as long as it was not assessed. */
  readonly serious: boolean | null;
  /** What nobody assessed counts as related. */
  readonly related: boolean;
  readonly susar: boolean;
  readonly outcome: OutcomeTerm | null;
  readonly voided: boolean;
  /** What the record says against itself. */
  readonly flags: readonly ContradictionId[];
}

export const adverseEventTable = {
  name: 'adverse_event_log',
  columns: {
    trial: 'text',
    site: 'text',
    participant: 'text',
    adverse_event: 'text',
    /** Position of the report: the order of the list. */
    number: 'position',
    term: 'text',
    preferred_term: 'text',
    soc: 'text',
    /** Both terms in lower case, for a search that knows more than ASCII. */
    searched: 'text',
    onset: 'text',
    ended: 'text',
    zone: 'text',
    grade: 'integer',
    severity: 'text',
    serious: 'boolean',
    related: 'boolean',
    susar: 'boolean',
    outcome: 'text',
    fatal: 'boolean',
    /** Whether the study treatment was withdrawn because of it. */
    withdrawn: 'boolean',
    /** What the source says of treatment emergence: Y, N, or nothing. */
    source_emergent: 'text',
    voided: 'boolean',
    flags: 'json',
  },
  key: ['trial', 'adverse_event'],
  indexes: [
    ['trial', 'number'],
    ['trial', 'participant', 'number'],
    ['trial', 'site', 'number'],
  ],
  history: true,
} as const satisfies ViewTable;

/** What a later event needs of an adverse event, beside the rows that people read. Only its last version. */
const fold = {
  name: 'adverse_event_fold',
  columns: { trial: 'text', adverse_event: 'text', number: 'position', state: 'json' },
  key: ['trial', 'adverse_event'],
} as const satisfies ViewTable;

/** Every adverse event of every participant, as of any position: the decider's own fold. */
export const adverseEventLog: View = {
  name: 'adverse-event-log',
  version: 2,
  tables: [adverseEventTable, fold],
  takes: [
    'AdverseEventReported',
    'AdverseEventAmended',
    'SeverityAssessed',
    'SeriousnessAssessed',
    'CausalityAssessed',
    'ExpectednessAssessed',
    'AdverseEventOutcomeRecorded',
    'ActionTakenRecorded',
    'AdverseEventVoided',
    'ValueCorrected',
  ],
  // An adverse event is one stream.
  partitionBy: 'stream',
  async project(events, rows) {
    const steps = events.flatMap(event => {
      const key = keyOf(event);
      return key ? [{ event, key }] : [];
    });
    if (steps.length === 0) return;
    const keys = steps.map(({ key }) => key);
    await rows.load(fold.name, keys);
    await rows.load(adverseEventTable.name, keys);
    for (const { event, key } of steps) step(event, key, rows);
  },
};

function keyOf({ stream, metadata: { subject } }: RecordedEvent): Key | undefined {
  const { trial, adverseEvent } = subject;
  return categoryOf(stream) === 'adverseEvent' && trial && adverseEvent ? [trial, adverseEvent] : undefined;
}

function step(event: RecordedEvent, key: Key, rows: RowStore): void {
  const [trial, adverseEvent] = key;
  const known = rows.get(fold.name, key);
  const before = (known?.state as AdverseEventState | undefined) ?? adverseEventDecider.initial;
  const state = evolveRecorded(adverseEventDecider, before, event);
  const { site } = event.metadata.subject;
  const ids = { trial, adverse_event: adverseEvent, number: known?.number ?? event.position };
  rows.put(fold.name, { ...ids, state }, event.position);
  if (state.of) rows.put(adverseEventTable.name, { ...ids, site, ...rowOf(state) }, event.position);
}

function rowOf(state: AdverseEventState): Row {
  const { of, details, severity, seriousness, outcome, voided } = state;
  const { term = '', coded, onset, end, zone } = details ?? {};
  const { preferredTerm } = coded ?? {};
  return {
    participant: of?.participant,
    term,
    preferred_term: preferredTerm ?? null,
    soc: coded?.systemOrganClass ?? null,
    searched: `${term}\n${preferredTerm ?? ''}`.toLowerCase(),
    onset: onset ?? null,
    ended: end ?? null,
    zone,
    grade: severity?.grade ?? null,
    severity: severity?.severity ?? null,
    serious: seriousness?.serious ?? null,
    related: isRelated(state),
    susar: isSusar(state),
    outcome: outcome?.outcome ?? null,
    fatal: isFatal(state),
    withdrawn: leadsToWithdrawal(state),
    source_emergent: sourceEmergence(state) ?? null,
    voided: voided !== undefined,
    flags: contradictionsOf(state),
  };
}

export interface AdverseEventFilter {
  readonly site?: string;
  readonly participant?: string;
  readonly serious?: boolean;
  readonly related?: boolean;
  readonly susar?: boolean;
  readonly voided?: boolean;
  readonly grade?: number;
  /** Part of the reported or of the preferred term, whatever its case. */
  readonly term?: string;
  /** Began possibly on or after, and possibly on or before, these dates: an onset in 2013 may lie in either half. */
  readonly onsetFrom?: string;
  readonly onsetUntil?: string;
  /** Only events behind this place in the list. */
  readonly behind?: Position;
  readonly limit: number;
}

/** Adverse events in the order in which they were reported, each with its place in that order. */
export async function listAdverseEvents(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  filter: AdverseEventFilter,
): Promise<(AdverseEventListed & { readonly number: bigint })[]> {
  const { site, participant, grade, term, onsetFrom, onsetUntil, behind, limit } = filter;
  const flags = (['serious', 'related', 'susar', 'voided'] as const).filter(
    name => filter[name] !== undefined,
  );
  const rows = await views
    .reader<TablesOf<readonly [typeof adverseEventTable]>>()
    .selectFrom('adverse_event_log')
    .select(['site', 'participant', 'adverse_event as adverseEvent', 'number', 'term'])
    .select(['preferred_term as preferredTerm', 'soc', 'onset', 'ended as end', 'zone', 'grade', 'severity'])
    .select(['serious', 'related', 'susar', 'outcome', 'voided', 'flags'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', scope.sites as string[]))
    .$if(site !== undefined, query => query.where('site', '=', site!))
    .$if(participant !== undefined, query => query.where('participant', '=', participant!))
    .$if(grade !== undefined, query => query.where('grade', '=', grade!))
    .$if(flags.length > 0, query =>
      query.where(is => is.and(flags.map(name => is(name, '=', filter[name] ? 1 : 0)))),
    )
    .$if(term !== undefined, query => query.where(contains(term!)))
    .$if(onsetFrom !== undefined, query => query.where(notBefore(onsetFrom!)))
    .$if(onsetUntil !== undefined, query => query.where(notAfter(onsetUntil!)))
    .$if(behind !== undefined, query => query.where('number', '>', Number(behind)))
    .where(holdsAt(at))
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(
    row => decodeRow(adverseEventTable, row) as unknown as AdverseEventListed & { number: bigint },
  );
}

const contains = (text: string): RawBuilder<SqlBool> => {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`searched like ${pattern} escape '\\'`;
};

/** ISO dates compare as texts, at the coarser of two precisions. */
const notBefore = (date: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`onset >= substr(${date}, 1, length(onset))`;
const notAfter = (date: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`substr(onset, 1, length(${date})) <= ${date}`;
