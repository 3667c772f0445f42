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
import {
  endOf,
  standingOf,
  startOf,
  treatmentDecider,
  type Infusion,
  type InfusionStatus,
  type TreatmentState,
} from '../domain/treatment';
import { infusionUnits, putUnits } from './infusion-units';

/** A row of the list of infusions. Times are wall-clock times in `zone`. */
export interface InfusionListed {
  readonly site: string;
  readonly participant: string;
  readonly infusion: string;
  readonly ordinal: number;
  readonly product: string;
  readonly plannedOn: string;
  readonly status: InfusionStatus;
  readonly zone: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly cellsGiven: number | null;
  readonly volumeMl: number | null;
  /** Donation numbers of the units. */
  readonly units: readonly string[];
  /** Highest CTCAE grade of a reaction to it. */
  readonly worstReaction: number | null;
  readonly openReactions: number;
  /** Rules that the infusion departs from. */
  readonly departures: readonly string[];
  /** Recalls that were found to cover a unit which was given. */
  readonly recalls: readonly string[];
}

const log = {
  name: 'infusion_log',
  columns: {
    trial: 'text',
    site: 'text',
    participant: 'text',
    infusion: 'text',
    /** Position of the event that planned it: the order of the list. */
    number: 'position',
    ordinal: 'integer',
    product: 'text',
    planned_on: 'text',
    status: 'text',
    zone: 'text',
    started_at: 'text',
    ended_at: 'text',
    cells_given: 'real',
    volume_ml: 'real',
    units: 'json',
    worst_reaction: 'integer',
    open_reactions: 'integer',
    departures: 'json',
    recalls: 'json',
  },
  key: ['trial', 'participant', 'infusion'],
  indexes: [
    ['trial', 'number'],
    ['trial', 'participant', 'number'],
  ],
  history: true,
} as const satisfies ViewTable;

/** What a later event or correction needs of an infusion, beside the rows that people read. Only its last version. */
const fold = {
  name: 'infusion_fold',
  columns: { trial: 'text', participant: 'text', infusion: 'text', number: 'position', state: 'json' },
  key: ['trial', 'participant', 'infusion'],
} as const satisfies ViewTable;

/** The types that change a row. Vital signs and premedication stand in the treatment's record only. */
const takes = [
  'InfusionPlanned',
  'InfusionPlanChanged',
  'InfusionCancelled',
  'ProductUnitThawed',
  'InfusionIdentityVerified',
  'InfusionGateOverridden',
  'InfusionStarted',
  'InfusionPaused',
  'InfusionResumed',
  'InfusionStopped',
  'InfusionEnded',
  'InfusionProductRecalled',
  'InfusionReactionRecorded',
  'InfusionReactionResolved',
  'ValueCorrected',
];

/** Every infusion of every participant, as of any position: the decider's own fold, one infusion at a time. */
export const infusionLog: View = {
  name: 'infusion-log',
  version: 2,
  tables: [log, infusionUnits, fold],
  takes,
  // All infusions of a participant are one stream.
  partitionBy: 'stream',
  async project(events, rows) {
    const steps = events.flatMap(event => {
      const key = keyOf(event);
      return key ? [{ event, key }] : [];
    });
    const keys = steps.map(({ key }) => key);
    if (keys.length === 0) return;
    await rows.load(fold.name, keys);
    await rows.load(log.name, keys);
    for (const { event, key } of steps) step(event, key, rows);
  },
};

function keyOf({ stream, metadata: { subject } }: RecordedEvent): Key | undefined {
  const { trial, participant, infusion } = subject;
  if (categoryOf(stream) !== 'treatment' || !trial || !participant || !infusion) return undefined;
  return [trial, participant, infusion];
}

function step(event: RecordedEvent, key: Key, rows: RowStore): void {
  const [trial, participant, infusion] = key as [string, string, string];
  const known = rows.get(fold.name, key);
  const before = (known?.state as TreatmentState | undefined) ?? treatmentDecider.initial;
  const state = evolveRecorded(treatmentDecider, before, event);
  const number = known?.number ?? event.position;
  const ids = { trial, participant, infusion, number };
  rows.put(fold.name, { ...ids, state }, event.position);
  const [folded] = state.infusions;
  putUnits(key, { before: before.infusions[0], after: folded }, event, rows);
  if (folded) {
    rows.put(
      log.name,
      { ...ids, site: event.metadata.subject.site, ...rowOf(folded, state) },
      event.position,
    );
  } else if (rows.get(log.name, key)) {
    // Its plan was entered in error: there is no such infusion any more.
    rows.remove(log.name, key, event.position);
  }
}

function rowOf(infusion: Infusion, state: TreatmentState): Row {
  const { ordinal, product, plannedOn, status, zone, units, reactions } = infusion;
  const [start, end] = [startOf(infusion), endOf(infusion)];
  const { raised, recalls = [] } = standingOf(state, infusion.infusion);
  const grades = reactions.map(({ grade }) => grade);
  return {
    ...{ ordinal, product, status, zone, planned_on: plannedOn },
    started_at: start?.at ?? null,
    ended_at: end?.at ?? null,
    cells_given: end?.cellsGiven ?? null,
    volume_ml: end?.volumeMl ?? null,
    units: units.map(({ din }) => din),
    worst_reaction: grades.length > 0 ? Math.max(...grades) : null,
    open_reactions: reactions.filter(({ resolvedAt }) => resolvedAt === undefined).length,
    departures: raised,
    recalls,
  };
}

export interface InfusionFilter {
  readonly site?: string;
  readonly participant?: string;
  readonly status?: InfusionStatus;
  /** Planned on or after, and on or before, these days. */
  readonly plannedFrom?: string;
  readonly plannedUntil?: string;
  /** Only infusions behind this place in the list. */
  readonly behind?: Position;
  readonly limit: number;
}

/** Infusions in the order in which they were planned, each with its place in that order. */
export async function listInfusions(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  { site, participant, status, plannedFrom, plannedUntil, behind, limit }: InfusionFilter,
): Promise<(InfusionListed & { readonly number: bigint })[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof log]>>()
    .selectFrom('infusion_log')
    .select(['site', 'participant', 'infusion', 'number', 'ordinal', 'product', 'status', 'zone', 'units'])
    .select(['planned_on as plannedOn', 'started_at as startedAt', 'ended_at as endedAt'])
    .select(['cells_given as cellsGiven', 'volume_ml as volumeMl', 'departures', 'recalls'])
    .select(['worst_reaction as worstReaction', 'open_reactions as openReactions'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', scope.sites as string[]))
    .$if(site !== undefined, query => query.where('site', '=', site!))
    .$if(participant !== undefined, query => query.where('participant', '=', participant!))
    .$if(status !== undefined, query => query.where('status', '=', status!))
    .$if(plannedFrom !== undefined, query => query.where('planned_on', '>=', plannedFrom!))
    // A day's times sort behind the day: "~" comes after every character of a date.
    .$if(plannedUntil !== undefined, query => query.where('planned_on', '<=', `${plannedUntil}~`))
    .$if(behind !== undefined, query => query.where('number', '>', Number(behind)))
    .where(holdsAt(at))
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(row => decodeRow(log, row) as unknown as InfusionListed & { number: bigint });
}
