import type { PartialDate } from '@platform/kernel';
import { startOf, type TreatmentState } from './treatment';

/** The earliest dose that is on record. */
export interface FirstDose {
  /** Wall-clock date in `zone`; absent when no dose tells when it began. */
  readonly at?: PartialDate;
  readonly zone: string;
}

/**
 * The first of all infusions, drug doses and exposures, whatever the product and also of a placebo: what makes a
 * participant one of the safety population. An infusion without a start counts from the first that is known of it.
 *
 * Dates compare as texts: of 2013-08 and 2013-08-14 the coarser one is taken, as it may be the earlier; so nothing is
 * ever placed before the first dose that might have come after it. Undefined when nothing was given.
 */
export function firstDoseOf({
  infusions,
  drugDoses,
  administrations,
}: TreatmentState): FirstDose | undefined {
  const doses: FirstDose[] = [
    ...infusions.flatMap(infusion => startOf(infusion) ?? []),
    ...drugDoses,
    ...administrations.map(({ start, zone }) => ({ at: start ?? undefined, zone })),
  ].map(({ at, zone }) => (at === undefined ? { zone } : { at, zone }));
  return doses.reduce<FirstDose | undefined>(
    (first, dose) => (first === undefined || isEarlier(dose, first) ? dose : first),
    undefined,
  );
}

const isEarlier = ({ at }: FirstDose, first: FirstDose): boolean =>
  at !== undefined && (first.at === undefined || at < first.at);
