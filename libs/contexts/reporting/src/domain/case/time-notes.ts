import type { Decision } from '@platform/kernel';
import { aboutOf, clockOf, isOpen, type Obligation, type ReportingCaseState } from './case';
import type { OfClock, ReportingCaseEvent } from './events';

const shares = [50, 80, 100] as const;
export type Share = (typeof shares)[number];

/** First instant (epoch milliseconds) at which a share of a clock's time has passed; of all of it, the first late. */
export function reachedAtMs(
  { start, due }: { readonly start: string; readonly due: string },
  share: Share,
): number {
  const [from, until] = [Date.parse(start), Date.parse(due)];
  return share === 100 ? until + 1 : from + Math.ceil(((until - from) * share) / 100);
}

/** The highest share that was noted of the clock that counts; 0 for none. */
export function notedShare(obligation: Obligation): number {
  const { number } = clockOf(obligation);
  return Math.max(0, ...obligation.notes.filter(({ clock }) => clock === number).map(({ share }) => share));
}

/** When the time of an obligation has to be looked at next, epoch milliseconds; undefined when never. */
export function nextCheckAtMs(obligation: Obligation): number | undefined {
  const noted = notedShare(obligation);
  const next = isOpen(obligation) ? shares.find(share => share > noted) : undefined;
  return next && reachedAtMs(clockOf(obligation), next);
}

/** The highest share that has passed at an instant and was not noted. */
export function shareToNote(obligation: Obligation, atMs: number): Share | undefined {
  const noted = notedShare(obligation);
  return shares.findLast(share => share > noted && reachedAtMs(clockOf(obligation), share) <= atMs);
}

/**
 * Notes how far the time has run. Only the highest share: that half of it is over warns nobody when all of it is. What
 * passed while nothing was running is noted when something runs again, with both moments.
 */
export function noteTime(
  { obligation: id }: { readonly obligation: string },
  state: ReportingCaseState,
  { recordedAt }: { readonly recordedAt: string },
): Decision<ReportingCaseEvent> {
  const obligation = state.obligations.find(each => each.obligation === id);
  if (!obligation || !isOpen(obligation)) return [];
  const share = shareToNote(obligation, Date.parse(recordedAt));
  if (share === undefined) return [];
  const { number, due } = clockOf(obligation);
  const data: OfClock = { obligation: id, clock: number, due, notedAt: recordedAt };
  const about = aboutOf(obligation);
  return share === 100
    ? [{ type: 'ObligationMissed', data, about }]
    : [{ type: 'ObligationThresholdReached', data: { ...data, share }, about }];
}
