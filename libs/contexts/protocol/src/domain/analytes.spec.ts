import { convert, isUnit } from '@platform/kernel';
import {
  analyteOf,
  analytes,
  isPossibleUnit,
  isPossibleUnitOfMeasurement,
  measurementKindOf,
  measurementKinds,
} from './analytes';

describe('the tables of analytes and measurements', () => {
  it('name each code once, under a unit of UCUM', () => {
    const codes = [...analytes, ...measurementKinds].map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect([...analytes, ...measurementKinds].filter(({ unit }) => unit && !isUnit(unit))).toEqual([]);
  });

  // The factors of the AMA Manual of Style's conversion table, to its three digits.
  it.each([
    ['CREAT', 'mg/dL', 88.4],
    ['BILI', 'mg/dL', 17.1],
    ['BUN', 'mg/dL', 0.357],
    ['URATE', 'mg/dL', 59.5],
    ['GLUC', 'mg/dL', 0.0555],
    ['CHOL', 'mg/dL', 0.0259],
    ['CA', 'mg/dL', 0.25],
    ['PHOS', 'mg/dL', 0.323],
    ['VITB12', 'pg/mL', 0.738],
  ])('turn %s from %s by the known factor', (code, from, factor) => {
    const { unit = '', molarMass } = analyteOf(code)!;
    expect(convert({ value: 1, unit: from }, unit, molarMass)).toBeCloseTo(factor, factor < 1 ? 3 : 1);
  });

  it('turn haemoglobin from the substance of its iron', () => {
    const { molarMass } = analyteOf('HGB')!;
    expect(convert({ value: 10, unit: 'g/dL' }, 'mmol/L', molarMass)).toBeCloseTo(6.206, 3);
  });

  it('do not turn what has no general factor', () => {
    expect(convert({ value: 200, unit: '[IU]/mL' }, analyteOf('HBVVLD')?.unit ?? '')).toBeUndefined();
  });

  it('know nothing of other codes', () => {
    expect([analyteOf('XYZ'), measurementKindOf('XYZ')]).toEqual([undefined, undefined]);
  });

  it.each([
    ['ALT', 'U/L', true],
    ['ALT', 'ukat/L', true],
    ['ALT', '[IU]/L', true],
    ['ALT', 'kg', false],
    ['ALT', 'g/L', false],
    ['CREAT', 'mg/dL', true],
    ['CREAT', 'mL', false],
    ['ALB', 'umol/L', true],
    ['K', 'mg/dL', true],
    ['PLAT', '/uL', true],
    ['PLAT', '10*9', true],
    ['PLAT', 'g/L', false],
    ['PT', '%', true],
    ['TSH', 'mU/L', true],
    ['HBSAG', 'kg', true],
  ])('say whether %s can come in %s', (code, unit, possible) => {
    expect(isPossibleUnit(analyteOf(code), unit)).toBe(possible);
  });

  it.each([
    ['WEIGHT', '[lb_av]', true],
    ['WEIGHT', 'cm', false],
    ['TEMP', '[degF]', true],
    ['SYSBP', 'kPa', true],
    ['PULSE', '{beats}/min', true],
    ['ECOG', 'kg', false],
  ])('say whether a measurement of %s can come in %s', (code, unit, possible) => {
    expect(isPossibleUnitOfMeasurement(measurementKindOf(code), unit)).toBe(possible);
  });
});
