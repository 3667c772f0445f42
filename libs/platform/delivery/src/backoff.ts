import type { Random } from '@platform/kernel';

export interface Backoff {
  /** The longest that one waits after the first failure; twice as long after each further one. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** With twelve attempts, over half a day: longer than a receiver's outage over night. */
export const defaultBackoff: Backoff = { firstMs: 10_000, longestMs: 4 * 3_600_000 };

/**
 * How long to wait after a failed attempt, in whole milliseconds: anything from one up to a bound that doubles with
 * each attempt ("full jitter"), so that what failed together does not come back together.
 * @param attempt how many attempts have failed, from 1
 */
export function backoffMs(
  attempt: number,
  random: Random,
  { firstMs, longestMs }: Backoff = defaultBackoff,
): number {
  const boundMs = Math.min(firstMs * 2 ** (attempt - 1), longestMs);
  return Math.max(1, Math.ceil(boundMs * random.next()));
}
