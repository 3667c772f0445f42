import { boundaryOf, isCrossed, statisticOf, wrongParameters, type StoppingRule } from './rule';

const rule = (kind: StoppingRule['kind'], parameters: StoppingRule['parameters']): StoppingRule => ({
  ...{ title: 'A rule', kind, counts: {}, parameters, source: 'a test' },
});
const boundaries = (of: StoppingRule, ...treated: readonly number[]) =>
  treated.map(each => boundaryOf(of, each));

describe('a number among the first treated', () => {
  const twoOfTen = rule('countAmongFirst', { participants: 2, amongFirst: 10 });

  it('is crossed when it is reached', () => {
    expect(isCrossed(twoOfTen, { treated: 2, withEvents: 1 })).toBe(false);
    expect(isCrossed(twoOfTen, { treated: 2, withEvents: 2 })).toBe(true);
    expect(statisticOf(twoOfTen, { treated: 2, withEvents: 2 })).toEqual({ name: 'participants', value: 2 });
    expect(boundaryOf(twoOfTen, 0)).toBe(2);
  });
});

describe('an exact binomial boundary', () => {
  const tenPercent = rule('exactBinomial', { toleratedRate: 0.1, level: 0.05 });

  // Cumulative binomial probabilities as printed tables have them: 1 - 0.9298 and 1 - 0.9872 for n = 10, p = 0.1;
  // 1 - 0.8670 and 1 - 0.9568 for n = 20.
  test.each([
    [3, 10, 0.0702, false],
    [4, 10, 0.0128, true],
    [4, 20, 0.133, false],
    [5, 20, 0.0432, true],
  ])('%d of %d has the p-value %d', (withEvents, treated, value, crossed) => {
    const statistic = statisticOf(tenPercent, { treated, withEvents });
    expect(statistic.name).toBe('pValue');
    expect(statistic.value).toBeCloseTo(value, 4);
    expect(isCrossed(tenPercent, { treated, withEvents })).toBe(crossed);
  });

  it('is the smallest number that is too many, and none where no number is', () => {
    expect(boundaries(tenPercent, 1, 2, 5, 10, 20)).toEqual([undefined, 2, 3, 4, 5]);
    expect(
      boundaries(rule('exactBinomial', { toleratedRate: 0.1, level: 0.05, minTreated: 6 }), 5, 6),
    ).toEqual([undefined, 3]);
  });
});

describe('a Bayesian boundary', () => {
  const uniform = { priorAlpha: 1, priorBeta: 1, toleratedRate: 0.2 };
  const ninety = rule('bayesian', { ...uniform, threshold: 0.9 });

  // After a uniform prior the posterior probability is a cumulative binomial one of n + 1: 0.8389 and 0.9496 in
  // printed tables for n = 11, p = 0.2.
  test.each([
    [3, 0.8389, false],
    [4, 0.9496, true],
  ])('%d of 10 has the posterior probability %d', (withEvents, value, crossed) => {
    const statistic = statisticOf(ninety, { treated: 10, withEvents });
    expect(statistic.name).toBe('posteriorProbability');
    expect(statistic.value).toBeCloseTo(value, 4);
    expect(isCrossed(ninety, { treated: 10, withEvents })).toBe(crossed);
  });

  it('is never crossed by nobody, whatever the prior says', () => {
    const fearful = rule('bayesian', { ...uniform, priorAlpha: 90, threshold: 0.1 });
    expect(isCrossed(fearful, { treated: 3, withEvents: 0 })).toBe(false);
    expect(boundaryOf(fearful, 3)).toBe(1);
  });
});

test.each<[string, StoppingRule, string | undefined]>([
  ['whole', rule('exactBinomial', { toleratedRate: 0.1, level: 0.05 }), undefined],
  ['silent', rule('exactBinomial', { toleratedRate: 0.1 }), 'parameters.level'],
  [
    'of another kind',
    rule('countAmongFirst', { participants: 1, amongFirst: 2, level: 1 }),
    'parameters.level',
  ],
  ['out of reach', rule('countAmongFirst', { participants: 3, amongFirst: 2 }), 'parameters.participants'],
])('parameters that are %s', (_, given, field) => {
  expect(wrongParameters(given)?.field).toBe(field);
});
