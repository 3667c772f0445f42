import type { Position, RecordedEvent, Scope } from '@platform/kernel';
import {
  holdsAt,
  type Key,
  type RowStore,
  type TablesOf,
  type ViewDatabase,
  type ViewTable,
} from '@platform/views';
import { covers, type Recall } from '../domain/recall/recall';
import { startOf, type Infusion } from '../domain/treatment';

/** Which unit is planned for, or was given to, whom: what a recall is traced by. A row for each unit of an infusion. */
export const infusionUnits = {
  name: 'infusion_unit',
  columns: {
    trial: 'text',
    participant: 'text',
    infusion: 'text',
    din: 'text',
    site: 'text',
    lot: 'text',
    batch: 'text',
    kind: 'text',
    started_at: 'text',
    zone: 'text',
  },
  key: ['trial', 'participant', 'infusion', 'din'],
  indexes: [
    ['trial', 'din'],
    ['trial', 'lot'],
    ['trial', 'batch'],
  ],
  history: true,
} as const satisfies ViewTable;

/** The units of an infusion as they are after an event; those that it has no more are taken out. */
export function putUnits(
  key: Key,
  { before, after }: { readonly before?: Infusion; readonly after?: Infusion },
  { position, metadata: { subject } }: RecordedEvent,
  rows: RowStore,
): void {
  const [trial, participant, infusion] = key;
  const start = after && startOf(after);
  const started = { started_at: start?.at ?? null, zone: start?.zone ?? after?.zone };
  for (const { din, lot = null, batch = null, kind } of after?.units ?? []) {
    const ids = { trial, participant, infusion, din, site: subject.site };
    rows.put(infusionUnits.name, { ...ids, lot, batch, kind, ...started }, position);
  }
  const kept = new Set(after?.units.map(({ din }) => din));
  for (const { din } of before?.units ?? []) {
    if (!kept.has(din)) rows.remove(infusionUnits.name, [...key, din], position);
  }
}

/** A unit of an infusion, and when that began: wall-clock time in `zone`, null while nothing was given. */
export interface UnitPlaced {
  readonly site: string;
  readonly participant: string;
  readonly infusion: string;
  readonly din: string;
  readonly lot: string | null;
  readonly batch: string | null;
  readonly kind: string;
  readonly startedAt: string | null;
  readonly zone: string;
}

const columnOf = { unit: 'din', lot: 'lot', batch: 'batch' } as const;

/** The units that a recall is about, as far as the record knew of them at a position, by participant and infusion. */
export async function unitsUnderRecall(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  recall: Recall,
): Promise<UnitPlaced[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof infusionUnits]>>()
    .selectFrom('infusion_unit')
    .select(['site', 'participant', 'infusion', 'din', 'lot', 'batch', 'kind'])
    .select(['started_at as startedAt', 'zone'])
    .where('trial', '=', scope.trial)
    .where(columnOf[recall.by], 'in', [...recall.numbers])
    .$if(scope.sites !== 'all', query => query.where('site', 'in', scope.sites as string[]))
    .where(holdsAt(at))
    .orderBy('participant')
    .orderBy('infusion')
    .orderBy('din')
    .execute();
  const placed = rows as unknown as UnitPlaced[];
  return placed.filter(({ din, lot, batch, kind }) =>
    covers(recall, { din, kind, lot: lot ?? undefined, batch: batch ?? undefined }),
  );
}
