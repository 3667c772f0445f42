import fc from 'fast-check';
import { atLeast, probabilityAbove } from './proportion';

describe('the exact binomial tail', () => {
  // Clopper and Pearson's bounds as R 4.3 gives them: binom.test(x, n, conf.level = 0.95, alternative = "two.sided").
  // Their lower bound is the rate at which the tail is 0.025.
  test.each([
    [1, 10, 0.002528579],
    [3, 10, 0.06673951],
    [5, 20, 0.08657147],
    [7, 20, 0.1539092],
  ])('of %d in %d is 0.025 at the lower 95 %% bound that R gives', (hits, trials, lower) => {
    expect(atLeast(hits, trials, lower)).toBeCloseTo(0.025, 6);
  });

  it('is the sum of its terms', () => {
    const probability = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(80), probability, (trials, some, rate) => {
        const hits = some % (trials + 1);
        expect(atLeast(hits, trials, rate)).toBeCloseTo(summed(hits, trials, rate), 6);
      }),
    );
  });

  it('is certain of no hit and impossible beyond the trials', () => {
    expect([atLeast(0, 10, 0.1), atLeast(0, 0, 0.1), atLeast(1, 0, 0.1), atLeast(11, 10, 0.1)]).toEqual([
      1, 1, 0, 0,
    ]);
  });
});

describe('the probability that a proportion lies above a rate', () => {
  it('is that of the uniform and of simple beta distributions', () => {
    expect(probabilityAbove(0.3, 1, 1)).toBeCloseTo(0.7, 9);
    // Beta(2, 1) has the distribution function x², Beta(1, 3) has 1 - (1 - x)³.
    expect(probabilityAbove(0.3, 2, 1)).toBeCloseTo(1 - 0.3 ** 2, 9);
    expect(probabilityAbove(0.3, 1, 3)).toBeCloseTo(0.7 ** 3, 9);
  });

  it('is the exact binomial tail the other way round, for whole numbers', () => {
    // P(p > r | Beta(a, b)) = P(at most a - 1 hits among a + b - 1), Abramowitz and Stegun 26.5.24.
    expect(probabilityAbove(0.2, 4, 9)).toBeCloseTo(1 - summed(4, 12, 0.2), 6);
  });
});

function summed(hits: number, trials: number, rate: number): number {
  let sum = 0;
  for (let count = hits; count <= trials; count++) {
    let term = rate ** count * (1 - rate) ** (trials - count);
    for (let index = 0; index < count; index++) term *= (trials - index) / (count - index);
    sum += term;
  }
  return sum;
}
