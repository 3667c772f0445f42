import { UcumLhcUtils } from '@lhncbc/ucum-lhc';

/** A number with its unit, in the case-sensitive UCUM code: `{ value: 1.2, unit: 'mg/dL' }`. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

const ucum = UcumLhcUtils.getInstance();
const known = new Map<string, boolean>();

/** UCUM codes are printable ASCII without blanks; the library would trim `" mg"` and let it pass. */
const printable = /^[!-~]{1,40}$/;

/**
 * What the library stumbles over, and no unit has. It looks units up in a plain object, so `toString` counts as one;
 * and texts with empty brackets, or with more behind an annotation, it writes to the console, where free text of a
 * laboratory file has no place.
 */
const stumblingBlock = new RegExp(
  ['\\(\\)', '\\{\\}', '\\}[^./)]', ...Object.getOwnPropertyNames(Object.prototype)].join('|'),
);

/** Whether a text is a unit of UCUM: `umol/L`, `10*9/L`, `mm[Hg]`, `[IU]/L` are; `IU/ml` and `mmHg` are not. */
export function isUnit(text: string): boolean {
  let valid = known.get(text);
  if (valid === undefined) {
    valid =
      printable.test(text) && !stumblingBlock.test(text) && ucum.validateUnitString(text).status === 'valid';
    if (known.size < 10_000) known.set(text, valid);
  }
  return valid;
}

/**
 * The value in another unit, by the UCUM library; undefined when the two units do not measure the same thing or one
 * of them is unknown, and when the value is no finite number. From a unit to itself, known or not, nothing changes.
 * A molar mass in g/mol bridges mass and substance concentrations (mg/dL → umol/L). The result is rounded to twelve
 * significant digits, so that a value exactly at a limit stays exactly at it.
 */
export function convert(quantity: Quantity, unit: string, molarMass?: number): number | undefined {
  if (!Number.isFinite(quantity.value)) return undefined;
  if (quantity.unit === unit) return quantity.value;
  if (!isUnit(quantity.unit) || !isUnit(unit)) return undefined;
  const result = ucum.convertUnitTo(quantity.unit, quantity.value, unit, { molecularWeight: molarMass });
  if (result.status !== 'succeeded' || result.toVal === null || !Number.isFinite(result.toVal))
    return undefined;
  const value = withoutNoise(result.toVal);
  return temperatures.includes(unit) ? withoutOffsetNoise(value) : value;
}

/** Twelve significant digits: more than any laboratory reports, fewer than binary fractions disturb. */
export const withoutNoise = (value: number): number => Number(value.toPrecision(12));

const temperatures = ['Cel', '[degF]', '[degRe]'];

/**
 * Nine decimals. A temperature scale has its zero elsewhere, so the noise of a conversion is that of the offset and
 * does not shrink with the value: 32 [degF] would be 5.7e-14 Cel.
 */
const withoutOffsetNoise = (value: number): number => Number(value.toFixed(9)) + 0;
