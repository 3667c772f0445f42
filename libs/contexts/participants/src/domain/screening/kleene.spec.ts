import * as fc from 'fast-check';
import type { Truth } from './evaluation';
import { all, any, not } from './kleene';

const truth = fc.constantFrom<Truth>('true', 'false', 'unknown');
const truths = fc.array(truth, { maxLength: 6 });
/** What a truth may still turn out to be. */
const readings = (parts: readonly Truth[]): Truth[][] =>
  parts.reduce<Truth[][]>(
    (known, part) =>
      known.flatMap(before =>
        (part === 'unknown' ? (['true', 'false'] as const) : [part]).map(each => [...before, each]),
      ),
    [[]],
  );

describe("Kleene's strong logic", () => {
  test('negation turns twice into itself, and leaves the unknown unknown', () => {
    fc.assert(fc.property(truth, each => not(not(each)) === each));
    expect([not('true'), not('false'), not('unknown')]).toEqual(['false', 'true', 'unknown']);
  });

  test('is the laws of De Morgan', () => {
    fc.assert(fc.property(truths, parts => not(all(parts)) === any(parts.map(not))));
    fc.assert(fc.property(truths, parts => not(any(parts)) === all(parts.map(not))));
  });

  test('knows no order and no repetition', () => {
    const shuffled = truths.chain(parts =>
      fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([parts, other]) => all(parts) === all(other) && any(parts) === any(other)),
    );
    fc.assert(fc.property(truths, parts => all([...parts, ...parts]) === all(parts)));
    fc.assert(fc.property(truths, truths, (a, b) => all([all(a), all(b)]) === all([...a, ...b])));
    fc.assert(fc.property(truths, truths, (a, b) => any([any(a), any(b)]) === any([...a, ...b])));
  });

  test('distributes: and over or, or over and', () => {
    fc.assert(
      fc.property(truth, truths, (a, parts) => {
        const spread = parts.map(part => all([a, part]));
        return parts.length === 0 || all([a, any(parts)]) === any(spread);
      }),
    );
    fc.assert(
      fc.property(
        truth,
        truths,
        (a, parts) => parts.length === 0 || any([a, all(parts)]) === all(parts.map(p => any([a, p]))),
      ),
    );
  });

  test('is unknown exactly when what is missing could still settle it either way', () => {
    for (const settle of [all, any]) {
      fc.assert(
        fc.property(truths, parts => {
          const possible = new Set(readings(parts).map(settle));
          return settle(parts) === (possible.size > 1 ? 'unknown' : [...possible][0]);
        }),
      );
    }
  });
});
