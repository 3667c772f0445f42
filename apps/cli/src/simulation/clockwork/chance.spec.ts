import * as fc from 'fast-check';
import { isUuid, ManualClock } from '@platform/kernel';
import { Chance, Deck } from './chance';
import { seededPorts } from './seeded-ports';

const seed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const draws = (chance: Chance, count = 20): number[] =>
  Array.from({ length: count }, () => chance.whole(0, 1_000_000));

describe('chance', () => {
  it('draws the same from the same seed, and something else from another', () => {
    expect(draws(new Chance(7))).toEqual(draws(new Chance(7)));
    expect(draws(new Chance(7))).not.toEqual(draws(new Chance(8)));
  });

  it('branches by name, whatever was drawn before', () => {
    const [used, fresh] = [new Chance(7), new Chance(7)];
    draws(used, 100);
    expect(draws(used.branch('person', '1'))).toEqual(draws(fresh.branch('person', '1')));
    expect(draws(fresh.branch('person', '1'))).not.toEqual(draws(fresh.branch('person', '2')));
    expect(draws(fresh.branch('person', '1'))).not.toEqual(draws(new Chance(8).branch('person', '1')));
  });

  it('stays within its limits', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: -50, max: 50 }), fc.nat(50), (from, low, width) => {
        const chance = new Chance(from);
        const whole = chance.whole(low, low + width);
        const between = chance.between(low, low + width + 1);
        expect(whole).toBeGreaterThanOrEqual(low);
        expect(whole).toBeLessThanOrEqual(low + width);
        expect(Number.isInteger(whole)).toBe(true);
        expect(between).toBeGreaterThanOrEqual(low);
        expect(between).toBeLessThan(low + width + 1);
      }),
    );
  });

  it('comes as often as it is told to', () => {
    const chance = new Chance(11);
    const hits = Array.from({ length: 10_000 }, () => chance.happens(0.3)).filter(Boolean).length;
    const weighted = Array.from({ length: 10_000 }, () =>
      chance.weighted([[1, 'rare'] as const, [9, 'common'] as const, [0, 'never'] as const]),
    );
    const normal = Array.from({ length: 10_000 }, () => chance.normal(100, 10));
    // The seed is fixed, so that none of these can fail by chance.
    expect(Math.abs(hits - 3_000)).toBeLessThan(150);
    expect(Math.abs(weighted.filter(each => each === 'rare').length - 1_000)).toBeLessThan(120);
    expect(weighted).not.toContain('never');
    expect(Math.abs(normal.reduce((sum, each) => sum + each, 0) / 10_000 - 100)).toBeLessThan(1);
    expect(normal.filter(each => Math.abs(each - 100) > 20).length).toBeLessThan(700);
  });

  it('has nothing to pick from nothing', () => {
    expect(() => new Chance(1).pick([])).toThrow(RangeError);
    expect(() => new Chance(1).weighted([[0, 'a']])).toThrow(RangeError);
  });

  it('shuffles without losing or doubling anything', () => {
    fc.assert(
      fc.property(seed, fc.array(fc.integer()), (from, list) => {
        const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
        expect(sorted(new Chance(from).shuffled(list))).toEqual(sorted(list));
      }),
    );
  });
});

it('a pile gives each card once before any comes again', () => {
  const pile = new Deck(['a', 'b', 'c', 'd'], new Chance(3));
  const rounds = [0, 1, 2].map(() => [1, 2, 3, 4].map(() => pile.draw()));
  for (const round of rounds) expect(round.toSorted()).toEqual(['a', 'b', 'c', 'd']);
});

describe('seeded ids', () => {
  const startMs = Date.parse('2024-03-05T08:00:00.000Z');
  const drawn = (from: number, count: number): string[] => {
    const { ids } = seededPorts(startMs, from);
    return Array.from({ length: count }, () => ids.next());
  };

  it('are UUIDs of version 7 that carry the simulated time, all different', () => {
    const ids = drawn(5, 1_000);
    expect(ids.every(id => isUuid(id) && id.charAt(14) === '7')).toBe(true);
    expect(new Set(ids).size).toBe(1_000);
    const timeMs = parseInt(ids[0]!.replaceAll('-', '').slice(0, 12), 16);
    expect(timeMs).toBe(ManualClock.at('2024-03-05T08:00:00.000Z').now());
  });

  it('are the same for the same seed only', () => {
    expect(drawn(5, 50)).toEqual(drawn(5, 50));
    expect(drawn(5, 50)).not.toEqual(drawn(6, 50));
  });
});
