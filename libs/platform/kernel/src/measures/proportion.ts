import { jStat } from 'jstat';

/* Exact statistics of a proportion, by the incomplete beta function of a library; good to seven digits. */

/**
 * The probability of at least `hits` among `trials`, when each is one with probability `rate`: the one-sided exact
 * p-value. It is smaller than a level exactly when the lower Clopper-Pearson bound of that level lies above the rate.
 */
export function atLeast(hits: number, trials: number, rate: number): number {
  if (hits <= 0) return 1;
  return hits > trials ? 0 : jStat.beta.cdf(rate, hits, trials - hits + 1);
}

/** The probability that a proportion exceeds a rate, when what is known of it is a beta distribution. */
export const probabilityAbove = (rate: number, alpha: number, beta: number): number =>
  // By symmetry, so that a probability near 0 is not the difference of two numbers near 1.
  jStat.beta.cdf(1 - rate, beta, alpha);
