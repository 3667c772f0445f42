import * as fc from 'fast-check';
import { isUnit } from '@platform/kernel';
import { analyteOf } from '@trial/protocol';
import { Chance } from './clockwork/chance';
import { bloodCount, countUnits, Laboratory } from './laboratory';

const laboratory = (seed: number, mass = false) =>
  new Laboratory('Laboratory 01', mass, '2023-01-01', new Chance(seed));
const day = '2024-03-05';
const seeds = fc.nat(10_000);

describe('a laboratory', () => {
  it.each([false, true])(
    'prints limits of analytes that the protocol knows, in units of UCUM (mass units: %s)',
    mass => {
      fc.assert(
        fc.property(seeds, seed => {
          for (const { analyte, unit, low, high } of laboratory(seed, mass).ranges) {
            expect(analyteOf(analyte)).toBeDefined();
            expect(isUnit(unit)).toBe(true);
            expect(low).toBeLessThan(high);
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  it('differs a little from others', () => {
    const limits = [1, 2, 3, 4].map(seed => laboratory(seed).rangeOn('ALT', 'male', day).high);
    expect(new Set(limits).size).toBeGreaterThan(1);
    expect(limits.every(high => high > 45 && high < 60)).toBe(true);
  });

  it('reports normal values within its limits, and multiples of the upper one exactly', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom('female' as const, 'male' as const), (seed, sex) => {
        const chance = new Chance(seed);
        const lab = laboratory(seed, seed % 2 === 0);
        for (const analyte of ['ALT', 'BILI', 'CREAT', 'INR', 'PT']) {
          const { low, high, unit } = lab.rangeOn(analyte, sex, day);
          const normal = lab.normal(analyte, sex, day, chance);
          expect(normal.unit).toBe(unit);
          expect(normal.value).toBeGreaterThan(low);
          expect(normal.value).toBeLessThan(high);
          const atLimit = lab.timesUln(analyte, sex, day, 1.5);
          expect(atLimit.value / high).toBeCloseTo(1.5, 10);
        }
      }),
    );
  });

  it('judges a sample by the limits of its day', () => {
    const lab = laboratory(1);
    const before = lab.rangeOn('ALT', 'male', day).high;
    lab.change('ALT', 0.5, '2024-06-01');
    expect(lab.rangeOn('ALT', 'male', '2024-05-31').high).toBe(before);
    expect(lab.rangeOn('ALT', 'male', '2024-06-01').high).toBe(Math.round(before * 0.5));
  });

  it('has no limits for what it does not determine', () => {
    expect(() => laboratory(1).rangeOn('LVEF', 'male', day)).toThrow('no limits of LVEF');
  });
});

describe('a blood count', () => {
  const mean = (response: 'CR' | 'PR' | 'NR', months: number, analyte: 'HGB' | 'NEUT' | 'PLAT') => {
    const chance = new Chance(1);
    const values = Array.from({ length: 200 }, () => bloodCount(response, months, chance)[analyte]);
    return values.reduce((sum, each) => sum + each, 0) / values.length;
  };

  it('is severe before treatment, whatever the response will be', () => {
    for (const response of ['CR', 'PR', 'NR'] as const) {
      expect(mean(response, 0, 'NEUT')).toBeLessThan(0.5);
      expect(mean(response, 0, 'PLAT')).toBeLessThan(20);
    }
  });

  it('reaches in half a year what the response stands for', () => {
    expect(mean('CR', 6, 'HGB')).toBeGreaterThan(100);
    expect(mean('CR', 6, 'NEUT')).toBeGreaterThan(1.5);
    expect(mean('CR', 6, 'PLAT')).toBeGreaterThan(100);
    expect(mean('PR', 6, 'PLAT')).toBeGreaterThan(20);
    expect(mean('PR', 6, 'PLAT')).toBeLessThan(100);
    expect(mean('NR', 6, 'PLAT')).toBeLessThan(20);
  });

  it('comes in the units of the analytes', () => {
    for (const [analyte, unit] of Object.entries(countUnits)) expect(analyteOf(analyte)?.unit).toBe(unit);
  });
});
