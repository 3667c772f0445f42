import type { Decision } from '@platform/kernel';
import type { OfInfusion, TreatmentEvent } from '../events';
import type { Context } from '../facts';
import { infusionOf, judged } from '../judgement';
import type { TreatmentState } from '../treatment';
import type { OfRecall } from './recall';

/**
 * Writes into a participant's record that a recall covers what was given, and has the infusion judged anew: one that
 * was given while the recall was in force departs. Nothing when the record says so already, or the recall is over.
 */
export function flagRecalledProduct(
  { infusion, recall }: OfInfusion & OfRecall,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  if (!infusionOf(state, infusion)) return [];
  const flagged: TreatmentEvent = { type: 'InfusionProductRecalled', data: { infusion, recall } };
  const event = judged({ ...flagged, about: { infusion } }, infusion, state, context);
  return event.data.recalls?.includes(recall) ? [event] : [];
}
