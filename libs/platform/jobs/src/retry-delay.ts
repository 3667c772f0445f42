import type { Random } from '@platform/kernel';
import type { JobPolicy } from './port';

/**
 * How long to wait after a failed attempt, in whole milliseconds: it doubles with each one up to the longest, and
 * half of it is left to chance, so that jobs that failed together do not come back together.
 */
export function retryDelayMs(
  { firstRetryMs, longestRetryMs }: JobPolicy,
  failedAttempts: number,
  random: Random,
): number {
  const fullMs = Math.min(firstRetryMs * 2 ** (failedAttempts - 1), longestRetryMs);
  return Math.max(1, Math.round(fullMs / 2 + (fullMs / 2) * random.next()));
}
