import fc from 'fast-check';
import { append } from './block';
import { appendNumbers, entriesPerPart, numbersOf, partsWith, tally } from './column';
import { OrdinalSet } from './ordinal-set';

const numbers = fc.array(fc.oneof(fc.nat(200), fc.nat(20_000), fc.nat(2 ** 32 - 1)), { maxLength: 60 });

describe('a column', () => {
  it('holds the numbers that were put into it, however many came at a time', () => {
    fc.assert(
      fc.property(numbers, fc.nat(60), (all, cut) => {
        const whole = appendNumbers(undefined, all);
        expect([...numbersOf(whole)]).toEqual(all);
        const before = appendNumbers(undefined, all.slice(0, cut));
        expect(appendNumbers(before, all.slice(cut))).toEqual(whole);
      }),
    );
  });

  it('takes a byte for a number while all are below 256, two below 65,536, and four beyond', () => {
    const small = appendNumbers(undefined, [0, 255]);
    expect(small).toHaveLength(1 + 2);
    const wider = appendNumbers(small, [256]);
    expect(wider).toHaveLength(1 + 3 * 2);
    expect(appendNumbers(wider, [65_535, 65_536])).toHaveLength(1 + 5 * 4);
    expect(small).toHaveLength(1 + 2);
  });

  it('counts the entries of a set for each number, across parts', () => {
    const length = entriesPerPart + 300;
    // The second part needs wider numbers than the first.
    const all = Array.from({ length }, (_, ordinal) =>
      ordinal < entriesPerPart ? ordinal % 7 : 300 + (ordinal % 7),
    );
    const parts = [all.slice(0, entriesPerPart), all.slice(entriesPerPart)].map(part =>
      appendNumbers(undefined, part),
    );
    const bounds = fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    fc.assert(
      fc.property(bounds, fc.uniqueArray(fc.nat(length - 1), { maxLength: 200 }), ([from, to], members) => {
        const entries = OrdinalSet.full(from!, to!);
        const some = new OrdinalSet(from!, to!);
        const ordinals = members.toSorted((a, b) => a - b);
        for (const block of append(undefined, ordinals)) some.addBlock(block);
        entries.and(some);
        const counts = new Uint32Array(307);
        parts.forEach((part, index) => tally(part, index, entries, counts));
        const touched = ordinals.filter(ordinal => ordinal >= from! && ordinal < to!);
        const partOf = (ordinal: number) => Math.floor(ordinal / entriesPerPart);
        expect(partsWith(entries)).toEqual([...new Set(touched.map(partOf))]);
        const expected = new Uint32Array(307);
        for (const ordinal of ordinals) if (ordinal >= from! && ordinal < to!) expected[all[ordinal]!]!++;
        expect(counts).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
