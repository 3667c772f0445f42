import type { PartialDate } from '@platform/kernel';
import type { EthicsApproval, ReferenceRange, SiteState } from './site';

/** What held at a site on a day, in the site's own calendar: asked by its own decisions and by other contexts. */

/** The ethics approval that holds on a day; the latest one when several do. */
export function ethicsApprovalOn(state: SiteState, day: PartialDate): EthicsApproval | undefined {
  return state.ethicsApprovals.findLast(
    ({ approvedOn, expiresOn }) => approvedOn <= day && (expiresOn === undefined || day <= expiresOn),
  );
}

/** Whether a consent version was approved for the site, and not yet retired, on a day. */
export function consentVersionApprovedOn(state: SiteState, version: string, day: PartialDate): boolean {
  return state.consentVersions.some(
    known =>
      known.version === version &&
      known.approvedOn <= day &&
      (known.retiredOn === undefined || day < known.retiredOn),
  );
}

/**
 * The reference range in force for an analyte on the day of a sample: the one with the latest start on or before it;
 * one for the participant's sex goes before one for everybody.
 */
export function referenceRangeOn(
  state: SiteState,
  sample: {
    readonly analyte: string;
    readonly day: PartialDate;
    readonly sex?: string;
    readonly laboratory?: string;
  },
): ReferenceRange | undefined {
  const candidates = state.referenceRanges.filter(
    range =>
      range.analyte === sample.analyte &&
      range.effectiveFrom <= sample.day &&
      (range.sex === undefined || range.sex === sample.sex) &&
      (sample.laboratory === undefined || range.laboratory === sample.laboratory),
  );
  const rank = (range: ReferenceRange): string => `${range.effectiveFrom}${range.sex ? '1' : '0'}`;
  // Of two set for the same day, the one that was recorded later replaces the other.
  return candidates.reduce<ReferenceRange | undefined>(
    (best, range) => (!best || rank(range) >= rank(best) ? range : best),
    undefined,
  );
}
