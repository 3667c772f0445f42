import * as fc from 'fast-check';
import { convert, isUnit, withoutNoise } from './quantity';

/** Molar masses in g/mol: creatinine, bilirubin, glucose, urea; PubChem's values. */
const [creatinine, bilirubin, glucose, urea] = [113.12, 584.66, 180.16, 60.056];

describe('isUnit', () => {
  test.each([
    'umol/L',
    'mg/dL',
    'mg/dl',
    '10*9/L',
    '10*6/kg',
    '/uL',
    '{cells}/uL',
    'mm[Hg]',
    '[IU]/L',
    '[iU]/L',
    'U/L',
    '[lb_av]',
    '[in_i]',
    '[degF]',
    'Cel',
    '%',
    '1',
    'kg/m2',
    'mL/min/{1.73_m2}',
    'mo',
    'a',
  ])('%s is one', text => {
    expect(isUnit(text)).toBe(true);
  });

  test.each([
    '',
    'IU/ml',
    'mmHg',
    'MG/DL',
    'lb',
    'degF',
    'µmol/L',
    'cells/uL',
    'x10^9/L',
    'milligram',
    'mg/deciliter',
    ' mg',
    'mg ',
    'mg\n',
    'mg per dL',
    'm//s',
    'mg/',
    '{',
    '()',
    '{}',
    '{10*/}9',
    '{cells}uL',
    'kg{a}{b}',
    'toString',
    'constructor',
    '__proto__',
    'm.hasOwnProperty',
    'g'.repeat(41),
  ])('%j is none', text => {
    expect(isUnit(text)).toBe(false);
  });

  test('answers for any text at all, twice the same, and keeps quiet', () => {
    const written = jest.spyOn(console, 'log').mockImplementation();
    const pieces = [
      'mg',
      'L',
      '/',
      '.',
      '10*',
      '9',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '-',
      '+',
      '^',
      'Cel',
      'toString',
    ];
    const nearlyUnit = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(nearlyUnit, fc.string()), text => {
        expect(isUnit(text)).toBe(isUnit(text));
        convert({ value: 1, unit: text }, 'mg', 100);
        convert({ value: 1, unit: 'mg' }, text, 100);
      }),
      { numRuns: 3000 },
    );
    expect(written).not.toHaveBeenCalled();
    written.mockRestore();
  });
});

describe('convert', () => {
  /** Factors as laboratories publish them, to the digits that they publish. */
  test.each<[string, number, string, number, string, number | undefined, number]>([
    ['creatinine', 1, 'mg/dL', 88.4, 'umol/L', creatinine, 1],
    ['creatinine', 1.5, 'mg/dL', 132.6, 'umol/L', creatinine, 1],
    ['creatinine', 88.4, 'umol/L', 1, 'mg/dL', creatinine, 3],
    ['bilirubin', 1, 'mg/dL', 17.1, 'umol/L', bilirubin, 1],
    ['bilirubin', 34.2, 'umol/L', 2, 'mg/dL', bilirubin, 2],
    ['glucose', 100, 'mg/dL', 5.55, 'mmol/L', glucose, 2],
    ['glucose', 7, 'mmol/L', 126, 'mg/dL', glucose, 0],
    ['urea', 10, 'mg/dL', 1.665, 'mmol/L', urea, 3],
    ['weight', 150, '[lb_av]', 68.0388555, 'kg', undefined, 12],
    ['weight', 70, 'kg', 154.3235835294, '[lb_av]', undefined, 9],
    ['height', 70, '[in_i]', 177.8, 'cm', undefined, 12],
    ['enzyme', 40, 'U/L', 0.6667, 'ukat/L', undefined, 4],
    ['pressure', 100, 'mm[Hg]', 13.3322, 'kPa', undefined, 4],
    ['age', 24, 'mo', 2, 'a', undefined, 12],
  ])('%s: %d %s are %d %s', (_what, value, from, expected, to, molarMass, digits) => {
    expect(convert({ value, unit: from }, to, molarMass)).toBeCloseTo(expected, digits);
  });

  test.each<[number, string, number, string]>([
    [1.5, '10*9/L', 1500, '/uL'],
    [1500, '/uL', 1.5, '10*9/L'],
    [1500, '{cells}/uL', 1.5, '10*9/L'],
    [0.1, '10*9/L', 100, '/uL'],
    [100, '10*3/uL', 100, '10*9/L'],
    [8, 'g/dL', 80, 'g/L'],
    [0.3, 'mg/dL', 3, 'mg/L'],
    [0.7, 'g/L', 70, 'mg/dL'],
    [2.5, 'mmol/L', 2500, 'umol/L'],
    [68.0388555, 'kg', 150, '[lb_av]'],
    [98.6, '[degF]', 37, 'Cel'],
    [100.4, '[degF]', 38, 'Cel'],
    [38, 'Cel', 100.4, '[degF]'],
    [37, 'Cel', 98.6, '[degF]'],
    [32, '[degF]', 0, 'Cel'],
    [0, 'Cel', 32, '[degF]'],
    [-40, '[degF]', -40, 'Cel'],
    [36.6, 'Cel', 309.75, 'K'],
    [0, 'mg', 0, 'g'],
    [50, '%', 0.5, '1'],
  ])('%d %s are exactly %d %s', (value, from, expected, to) => {
    expect(convert({ value, unit: from }, to)).toBe(expected);
  });

  test('ignores the molar mass where it bridges nothing', () => {
    expect(convert({ value: 1, unit: 'mg/dL' }, 'mg/L', creatinine)).toBe(10);
    expect(convert({ value: 1500, unit: 'umol/L' }, 'mmol/L', creatinine)).toBe(1.5);
  });

  test.each<[string, string, number | undefined]>([
    ['mg', 'mm', undefined],
    ['mg/dL', 'umol/L', undefined],
    ['g', 'mol/L', creatinine],
    ['[IU]/L', 'U/L', undefined],
    ['[IU]/L', 'mg/L', creatinine],
    ['Cel', 'kg', undefined],
    ['10*9/L', 'L', undefined],
  ])('%s does not measure what %s does', (from, to, molarMass) => {
    expect(convert({ value: 1, unit: from }, to, molarMass)).toBeUndefined();
  });

  test.each([
    ['mmHg', 'mm[Hg]'],
    ['mm[Hg]', 'mmHg'],
    ['bananas', 'apples'],
    ['toString', 'mg'],
    ['mg', 'constructor'],
    ['', 'mg'],
    ['mg', ''],
  ])('%j to %j: one is unknown', (from, to) => {
    expect(convert({ value: 1, unit: from }, to)).toBeUndefined();
  });

  test('leaves a value alone that has the unit already, even one that nobody knows', () => {
    expect(convert({ value: 0.1 + 0.2, unit: 'mg' }, 'mg')).toBe(0.1 + 0.2);
    expect(convert({ value: 3, unit: 'bananas' }, 'bananas')).toBe(3);
  });

  test.each([NaN, Infinity, -Infinity])('has no answer for %d', value => {
    expect(convert({ value, unit: 'mg' }, 'g')).toBeUndefined();
    expect(convert({ value, unit: 'mg' }, 'mg')).toBeUndefined();
  });

  test('has no answer beyond the largest number', () => {
    expect(convert({ value: 1e308, unit: 'kg' }, 'ug')).toBeUndefined();
  });
});

describe('laws of conversion', () => {
  /** Numbers as laboratories report them: up to nine digits and a decimal point somewhere. */
  const reported = fc
    .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: -6, max: 3 }))
    .map(([digits, exponent]) => ({ digits, exponent }));
  const numberOf = (digits: number, exponent: number): number => Number(`${digits}e${exponent}`);
  const powersOfTen: readonly [string, string, number][] = [
    ['10*9/L', '/uL', 3],
    ['/uL', '10*9/L', -3],
    ['mg/dL', 'g/L', -2],
    ['g/dL', 'mg/L', 4],
    ['mmol/L', 'nmol/mL', 3],
    ['ug', 'kg', -9],
    ['mL', 'L', -3],
  ];

  test('a power of ten moves the decimal point and changes no digit', () => {
    fc.assert(
      fc.property(reported, fc.constantFrom(...powersOfTen), ({ digits, exponent }, [from, to, shift]) => {
        const converted = convert({ value: numberOf(digits, exponent), unit: from }, to);
        // A zero has no sign in a record.
        expect((converted ?? NaN) + 0).toBe(numberOf(digits, exponent + shift) + 0);
      }),
      { numRuns: 500 },
    );
  });

  const pairs: readonly [string, string, number | undefined][] = [
    ['mg/dL', 'umol/L', creatinine],
    ['mg/dL', 'mmol/L', glucose],
    ['[lb_av]', 'kg', undefined],
    ['[degF]', 'Cel', undefined],
    ['mm[Hg]', 'kPa', undefined],
    ['U/L', 'ukat/L', undefined],
  ];
  const measured = fc.integer({ min: 1, max: 9_999_999 }).map(n => n / 1000);

  test('there and back is where it was, to eight digits', () => {
    fc.assert(
      fc.property(measured, fc.constantFrom(...pairs), (value, [from, to, molarMass]) => {
        const there = convert({ value, unit: from }, to, molarMass) as number;
        const back = convert({ value: there, unit: to }, from, molarMass) as number;
        expect(Math.abs(back - value)).toBeLessThan(1e-8 * Math.max(1, value));
      }),
      { numRuns: 500 },
    );
  });

  test('what is larger stays larger', () => {
    fc.assert(
      fc.property(measured, measured, fc.constantFrom(...pairs), (a, b, [from, to, molarMass]) => {
        const [left, right] = [a, b].map(value => convert({ value, unit: from }, to, molarMass) as number);
        expect(Math.sign((left as number) - (right as number))).toBe(Math.sign(a - b));
      }),
    );
  });

  test('withoutNoise changes nothing that has twelve digits, and nothing twice', () => {
    fc.assert(
      fc.property(reported, ({ digits, exponent }) => {
        const value = numberOf(digits, exponent);
        expect(withoutNoise(value)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true }), value => {
        expect(withoutNoise(withoutNoise(value))).toBe(withoutNoise(value));
      }),
    );
  });
});
