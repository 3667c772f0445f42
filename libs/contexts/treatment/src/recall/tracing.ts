import type { Position, Scope } from '@platform/kernel';
import type { ViewDatabase } from '@platform/views';
import type { Recall } from '../domain/recall/recall';
import type { FoundInfusion } from '../domain/recall/recalling';
import { unitsUnderRecall, type UnitPlaced } from '../views/infusion-units';

/** The view that units are traced by. */
export const tracingViews = ['infusion-log'];

/** The infusions with units that a recall is about, as the record knew of them at a position. */
export async function traceOf(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  recall: Recall,
): Promise<FoundInfusion[]> {
  const infusions = new Map<string, UnitPlaced[]>();
  for (const unit of await unitsUnderRecall(views, scope, at, recall)) {
    const key = `${unit.participant} ${unit.infusion}`;
    infusions.set(key, [...(infusions.get(key) ?? []), unit]);
  }
  return [...infusions.values()].map(units => {
    const { site, participant, infusion, startedAt, zone } = units[0]!;
    const dins = units.map(({ din }) => din);
    return { site, participant, infusion, units: dins, ...(startedAt !== null && { startedAt, zone }) };
  });
}
