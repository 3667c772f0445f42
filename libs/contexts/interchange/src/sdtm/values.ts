import { isPartialDate, type PartialDate, type Quantity, type SourceRecord } from '@platform/kernel';
import { unitFromSdtm } from './units';
import type { SdtmRow } from './tables';

/** A row that does not go in, and why. The rows around it do. */
export class RowRefused extends Error {
  constructor(
    readonly rule: string,
    message: string,
  ) {
    super(message);
    this.name = 'RowRefused';
  }
}

/** What a row says, variable by variable. Undefined where the source is silent; refused where it is wrong. */
export class RowReader {
  constructor(
    readonly row: SdtmRow,
    readonly domain: string,
  ) {}

  text(variable: string): string | undefined {
    const value = this.row.values[variable]?.trim();
    return value === undefined || value === '' ? undefined : value;
  }

  /** @throws RowRefused when it is missing */
  required(variable: string): string {
    const value = this.text(variable);
    if (value === undefined) throw new RowRefused('IMPORT-MISSING', `${variable} is missing.`);
    return value;
  }

  /** @throws RowRefused for a date that does not exist */
  date(variable: string): PartialDate | undefined {
    const value = this.text(variable);
    if (value === undefined || isPartialDate(value)) return value;
    throw new RowRefused('IMPORT-DATE', `${variable} is "${value}", which is no date.`);
  }

  number(variable: string): number | undefined {
    const value = this.text(variable);
    if (value === undefined) return undefined;
    if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
    throw new RowRefused('IMPORT-NUMBER', `${variable} is "${value}", which is no number.`);
  }

  /** `Y` and `N`; undefined where the source is silent. */
  flag(variable: string): boolean | undefined {
    const value = this.text(variable);
    if (value === undefined) return undefined;
    if (value === 'Y' || value === 'N') return value === 'Y';
    throw new RowRefused('IMPORT-FLAG', `${variable} is "${value}", which is neither Y nor N.`);
  }

  /** @throws RowRefused for a unit that is not known, or that is missing */
  unit(variable: string): string {
    const value = this.required(variable);
    const unit = unitFromSdtm(value);
    if (unit === undefined)
      throw new RowRefused('IMPORT-UNIT', `${variable} is "${value}", a unit that is not known.`);
    return unit;
  }

  quantity(valueVariable: string, unitVariable: string): Quantity | undefined {
    const value = this.number(valueVariable);
    return value === undefined ? undefined : { value, unit: this.unit(unitVariable) };
  }

  /** Where the row stood: the domain, and the subject with the row's sequence number. */
  source(): SourceRecord {
    const key = [this.required('USUBJID'), this.text(`${this.domain}SEQ`)]
      .filter(part => part !== undefined)
      .join('/');
    return { file: this.domain, key };
  }
}
