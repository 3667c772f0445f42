import { orderOf, spanOf, type ClinicalTime } from '@platform/kernel';

/** When a participant first received anything of the study: absent when no dose tells when it began. */
export type FirstDose = Partial<Pick<ClinicalTime, 'at'>> & Pick<ClinicalTime, 'zone'>;

export interface EventDates {
  readonly onset: string | null;
  readonly end: string | null;
  readonly zone: string;
}

/** The convention below, in a sentence that every table carries. */
export const emergenceConvention =
  'Treatment-emergent: onset on or after the day of the first dose of any study product. An onset that is ' +
  'missing or known in part counts as treatment-emergent unless its known part, or the end, lies before it.';

/**
 * Whether an event is treatment-emergent, by the usual convention (ADaM's TRTEMFL: onset on or after TRTSDT) with
 * partial dates taken the cautious way: whatever is not proven to lie before the first dose counts as emergent.
 *
 * Dates are compared at the coarser of their precisions, so an onset on the day of the first dose counts unless both
 * times are known. Undefined for a participant who received nothing: there is nothing to emerge from.
 */
export function isEmergent(event: EventDates, firstDose: FirstDose | undefined): boolean | undefined {
  if (!firstDose) return undefined;
  const { onset, end, zone } = event;
  return ![onset, end].some(at => at !== null && isBefore({ at, zone }, firstDose));
}

function isBefore(time: ClinicalTime, { at, zone }: FirstDose): boolean {
  if (at === undefined) return false;
  if (time.zone === zone) return orderOf(time.at, at) === 'before';
  return spanOf(time).until <= spanOf({ at, zone }).from;
}
