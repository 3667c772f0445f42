import { evolveRecorded } from '@platform/commands';
import { categoryOf, type Position, type RecordedEvent, type Scope } from '@platform/kernel';
import {
  holdsAt,
  type Key,
  type Row,
  type RowStore,
  type TablesOf,
  type View,
  type ViewDatabase,
  type ViewTable,
} from '@platform/views';
import { firstDoseOf } from '../domain/first-dose';
import { treatmentDecider, type TreatmentState } from '../domain/treatment';

/** A participant who was given anything that this context records: one row, as long as one dose stands. */
export interface Exposed {
  readonly site: string;
  readonly participant: string;
  /** The earliest start of a dose, as a wall-clock date in `zone`; null when no dose tells when it began. */
  readonly firstDose: string | null;
  readonly zone: string;
  /** Position of the event that first told of a dose. */
  readonly number: bigint;
}

const log = {
  name: 'exposure_log',
  columns: {
    trial: 'text',
    site: 'text',
    participant: 'text',
    first_dose: 'text',
    zone: 'text',
    number: 'position',
  },
  key: ['trial', 'participant'],
  indexes: [['trial', 'number']],
  history: true,
} as const satisfies ViewTable;

/** The doses so far, for the next event and for corrections. Only its last version. */
const fold = {
  name: 'exposure_fold',
  columns: { trial: 'text', participant: 'text', number: 'position', state: 'json' },
  key: ['trial', 'participant'],
} as const satisfies ViewTable;

/** What tells of a dose. A plan is taken because a plan that was entered in error takes its infusion along. */
const takes = [
  'InfusionPlanned',
  'InfusionStarted',
  'InfusionPaused',
  'InfusionResumed',
  'InfusionStopped',
  'InfusionEnded',
  'DrugDoseRecorded',
  'AdministrationRecorded',
  'ValueCorrected',
];

/** Everybody who received at least one dose, and when the first one was, as of any position. */
export const exposureLog: View = {
  name: 'exposure-log',
  version: 1,
  tables: [log, fold],
  takes,
  // A participant's treatment is one stream.
  partitionBy: 'stream',
  async project(events, rows) {
    const steps = events.flatMap(event => {
      const key = keyOf(event);
      return key ? [{ event, key }] : [];
    });
    if (steps.length === 0) return;
    const keys = steps.map(({ key }) => key);
    await rows.load(fold.name, keys);
    await rows.load(log.name, keys);
    for (const { event, key } of steps) step(event, key, rows);
  },
};

function keyOf({ stream, metadata: { subject } }: RecordedEvent): Key | undefined {
  const { trial, participant } = subject;
  return categoryOf(stream) === 'treatment' && trial && participant ? [trial, participant] : undefined;
}

function step(event: RecordedEvent, key: Key, rows: RowStore): void {
  const [trial, participant] = key;
  const known = rows.get(fold.name, key);
  const before = (known?.state as TreatmentState | undefined) ?? treatmentDecider.initial;
  const state = evolveRecorded(treatmentDecider, before, event);
  const dose = firstDoseOf(state);
  const number = known?.number ?? (dose ? event.position : null);
  rows.put(fold.name, { trial, participant, number, state }, event.position);
  const shown = rows.get(log.name, key);
  if (!dose) {
    // The only dose was entered in error.
    if (shown) rows.remove(log.name, key, event.position);
    return;
  }
  const { site } = event.metadata.subject;
  const row: Row = { trial, participant, site, number, first_dose: dose.at ?? null, zone: dose.zone };
  // Most doses are not the first: they add no version.
  if (shown?.first_dose === row.first_dose && shown?.zone === row.zone) return;
  rows.put(log.name, row, event.position);
}

/** Everybody who received a dose, in the order in which the record came to know of it. */
export async function listExposed(views: ViewDatabase, scope: Scope, at: Position): Promise<Exposed[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof log]>>()
    .selectFrom('exposure_log')
    .select(['site', 'participant', 'first_dose as firstDose', 'zone', 'number'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', scope.sites as string[]))
    .where(holdsAt(at))
    .orderBy('number')
    .execute();
  return rows.map(row => ({ ...row, number: BigInt(row.number as number) }) as Exposed);
}
