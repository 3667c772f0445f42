import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTestData, testData } from '../../../../../test/support/test-data';
import { canonicalJson, canonicalMembers, fingerprint, sha256 } from './canonical-json';

/** The package by the author of an early draft of the RFC; by its file, as it lets nobody `require` it by name. */
const { default: canonicalize } = jest.requireActual<{ default: (value: unknown) => string }>(
  join(__dirname, '../../../../../node_modules/canonicalize/lib/canonicalize.js'),
);

/** Named here and not read from the folder, which need not be there. */
const vectors = ['arrays', 'french', 'structures', 'unicode', 'values', 'weird'].map(name => `${name}.json`);

describeWithTestData('jcs', 'the test data of RFC 8785', () => {
  const read = (side: string, name: string) => readFileSync(testData('jcs', side, name), 'utf8');

  test.each(vectors)('%s', name => {
    const expected = read('output', name).trimEnd();
    expect(canonicalJson(JSON.parse(read('input', name)))).toBe(expected);
    expect(canonicalJson(JSON.parse(expected))).toBe(expected);
  });
});

describe('canonical JSON', () => {
  const anyJson = fc.jsonValue({ maxDepth: 5 });

  test('is what the canonicalize package writes', () => {
    fc.assert(fc.property(anyJson, value => expect(canonicalJson(value)).toBe(canonicalize(value))));
  });

  test('means the same value', () => {
    fc.assert(
      fc.property(anyJson, value =>
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    );
  });

  test('is the same for every order of keys', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string(), anyJson), { selector: ([key]) => key });
    const shuffled = entries.chain(all =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(canonicalJson(Object.fromEntries(one))).toBe(canonicalJson(Object.fromEntries(other)));
      }),
    );
  });

  test('of an object is its members with commas between', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anyJson), object => {
        const members = canonicalMembers(object);
        expect(`{${members.map(({ text }) => text).join(',')}}`).toBe(canonicalJson(object));
        expect(members.map(({ key }) => key)).toEqual(Object.keys(object).sort());
      }),
    );
  });

  test('sorts keys by UTF-16 units, not by code points', () => {
    expect(canonicalJson({ '\ufb33': 1, '\u{1f600}': 2, '\u20ac': 3, '\r': 4, '1': 5 })).toBe(
      '{"\\r":4,"1":5,"\u20ac":3,"\u{1f600}":2,"\ufb33":1}',
    );
  });

  // From the list that comes with the RFC's test data.
  test.each([
    ['4340000000000001', '9007199254740994'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
  ])('writes the number of bits %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  test('escapes what must be escaped and nothing else', () => {
    expect(canonicalJson('\u0000\b\t\n\f\r\u001f"\\/\u007f\u2028é\u{1f600}')).toBe(
      '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\u007f\u2028é\u{1f600}"',
    );
  });

  test('treats undefined and toJSON as JSON.stringify does', () => {
    const value = { b: undefined, a: [undefined, new Date(0)] };
    expect(canonicalJson(value)).toBe('{"a":[null,"1970-01-01T00:00:00.000Z"]}');
  });

  const circular: unknown[] = [];
  circular.push({ circular });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['NaN', [Number.NaN]],
    ['an infinity', { a: Number.NEGATIVE_INFINITY }],
    ['a big integer', 1n],
    ['a function', { a: () => 1 }],
    ['a symbol', Symbol('a')],
    ['a lone surrogate', 'a\ud800b'],
    ['a lone surrogate in a key', { '\udead': 1 }],
    ['a circle', circular],
  ])('has no words for %s', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow('no JSON form');
  });
});

test('a fingerprint is the SHA-256 of the UTF-8 of the canonical form', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  expect(fingerprint({ b: 'é', a: 1 })).toBe(sha256('{"a":1,"b":"é"}'));
});
