import { UcumLhcUtils } from '@lhncbc/ucum-lhc';

/** A number with its unit, in the case-sensitive UCUM code: `{ value: 1.2, unit: 'mg/dL' }`. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

const ucum = UcumLhcUtils.getInstance();
const known = new Map<string, boolean>();

/** Whether a text is a unit of UCUM: `umol/L`, `10*9/L`, `mm[Hg]`, `[IU]/L` are; `IU/ml` and `mmHg` are not. */
export function isUnit(text: string): boolean {
  let valid = known.get(text);
  if (valid === undefined) {
    valid = text.length > 0 && text.length <= 40 && ucum.validateUnitString(text).status === 'valid';
    if (known.size < 10_000) known.set(text, valid);
  }
  return valid;
}

/**
 * The value in another unit, by the UCUM library; undefined when the two units do not measure the same thing.
 * A molar mass in g/mol bridges mass and substance concentrations (mg/dL → umol/L). The result is rounded to twelve
 * significant digits, so that a value exactly at a limit stays exactly at it.
 */
export function convert(quantity: Quantity, unit: string, molarMass?: number): number | undefined {
  if (quantity.unit === unit) return quantity.value;
  if (!isUnit(quantity.unit) || !isUnit(unit)) return undefined;
  const result = ucum.convertUnitTo(quantity.unit, quantity.value, unit, { molecularWeight: molarMass });
  return result.status === 'succeeded' && result.toVal !== null ? withoutNoise(result.toVal) : undefined;
}

/** Twelve significant digits: more than any laboratory reports, fewer than binary fractions disturb. */
export const withoutNoise = (value: number): number => Number(value.toPrecision(12));
