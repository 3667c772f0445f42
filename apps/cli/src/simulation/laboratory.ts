import { withoutNoise, type PartialDate, type Quantity } from '@platform/kernel';
import type { Chance } from './clockwork/chance';

export type Sex = 'female' | 'male';

/** Limits of normal of one analyte, as a laboratory states them, in force from a day on. */
export interface Range {
  readonly analyte: string;
  /** UCUM. */
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly sex?: Sex;
  readonly effectiveFrom: PartialDate;
}

/** Decimals with which laboratories report an analyte, in its unit. */
type Usual = Omit<Range, 'effectiveFrom'> & { readonly decimals: number };

const usual = (analyte: string, unit: string, low: number, high: number, decimals: number): Usual => ({
  analyte,
  unit,
  low,
  high,
  decimals,
});

/** Limits as hospital laboratories in China commonly print them for adults. */
const usualRanges: readonly Usual[] = [
  usual('ALT', 'U/L', 9, 50, 0),
  usual('AST', 'U/L', 15, 40, 0),
  usual('ALP', 'U/L', 45, 125, 0),
  usual('BILI', 'umol/L', 3.4, 20.5, 1),
  { ...usual('CREAT', 'umol/L', 41, 73, 0), sex: 'female' },
  { ...usual('CREAT', 'umol/L', 57, 97, 0), sex: 'male' },
  usual('PT', 's', 11, 14.5, 1),
  usual('APTT', 's', 25, 36.5, 1),
  usual('INR', '1', 0.8, 1.2, 2),
  { ...usual('HGB', 'g/L', 115, 150, 0), sex: 'female' },
  { ...usual('HGB', 'g/L', 130, 175, 0), sex: 'male' },
  usual('WBC', '10*9/L', 3.5, 9.5, 2),
  usual('NEUT', '10*9/L', 1.8, 6.3, 2),
  usual('PLAT', '10*9/L', 125, 350, 0),
  usual('RETI', '10*9/L', 24, 84, 1),
];

/** The same limits in mass units, which a few laboratories print. */
const massUnits: readonly Usual[] = [
  usual('BILI', 'mg/dL', 0.2, 1.2, 2),
  { ...usual('CREAT', 'mg/dL', 0.5, 0.8, 2), sex: 'female' },
  { ...usual('CREAT', 'mg/dL', 0.6, 1.1, 2), sex: 'male' },
];

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/** The laboratory of one site, whose limits differ a little from those of the others. */
export class Laboratory {
  private readonly history: Range[];
  private readonly decimals = new Map<string, number>();

  /** @param mass whether bilirubin and creatinine come in mg/dL */
  constructor(
    readonly name: string,
    mass: boolean,
    effectiveFrom: PartialDate,
    chance: Chance,
  ) {
    const replaced = mass ? massUnits.map(({ analyte }) => analyte) : [];
    const own = [
      ...usualRanges.filter(({ analyte }) => !replaced.includes(analyte)),
      ...(mass ? massUnits : []),
    ];
    this.history = own.map(({ decimals, ...range }) => {
      this.decimals.set(range.analyte, decimals);
      const high = rounded(range.high * chance.pick([0.95, 1, 1, 1.04, 1.1]), decimals);
      return { ...range, high: Math.max(high, range.low + 10 ** -decimals), effectiveFrom };
    });
  }

  /** Every limit that was ever in force, in the order in which they came. */
  get ranges(): readonly Range[] {
    return this.history;
  }

  /** Another method, another upper limit; samples of earlier days keep the one of their day. */
  change(analyte: string, part: number, effectiveFrom: PartialDate): Range[] {
    const current = this.history.filter(range => range.analyte === analyte);
    const changed = current.map(range => ({
      ...range,
      high: rounded(range.high * part, this.decimals.get(analyte) ?? 0),
      effectiveFrom,
    }));
    this.history.push(...changed);
    return changed;
  }

  /** @throws Error for an analyte that this laboratory has no limits for */
  rangeOn(analyte: string, sex: Sex, day: PartialDate): Range {
    const found = this.history.findLast(
      range =>
        range.analyte === analyte &&
        range.effectiveFrom <= day &&
        (range.sex === undefined || range.sex === sex),
    );
    if (!found) throw new Error(`${this.name} has no limits of ${analyte} on ${day}.`);
    return found;
  }

  /** A value well within the limits, with the digits of a report. */
  normal(analyte: string, sex: Sex, day: PartialDate, chance: Chance): Quantity {
    const { low, high, unit } = this.rangeOn(analyte, sex, day);
    const value = low + (high - low) * chance.between(0.15, 0.85);
    return { value: rounded(value, this.decimals.get(analyte) ?? 0), unit };
  }

  /**
   * A multiple of the upper limit of normal, exactly: 1.5 times is at the limit of 1.5 times, not near it.
   */
  timesUln(analyte: string, sex: Sex, day: PartialDate, times: number): Quantity {
    const { high, unit } = this.rangeOn(analyte, sex, day);
    return { value: withoutNoise(high * times), unit };
  }
}

/** What a blood count says of the marrow; units of the analytes: g/L and 10*9/L. */
export interface BloodCount {
  readonly HGB: number;
  readonly WBC: number;
  readonly NEUT: number;
  readonly PLAT: number;
  readonly RETI: number;
}

export type MarrowResponse = 'CR' | 'PR' | 'NR';

/**
 * Where counts begin, and what they come to, by response. Severe ones lie below two of the limits of
 * severity.
 */
const severe: BloodCount = { HGB: 66, WBC: 1.6, NEUT: 0.38, PLAT: 12, RETI: 26 };
const target: Readonly<Record<MarrowResponse, BloodCount>> = {
  CR: { HGB: 124, WBC: 5.1, NEUT: 2.7, PLAT: 148, RETI: 78 },
  PR: { HGB: 93, WBC: 3.1, NEUT: 1.2, PLAT: 52, RETI: 71 },
  NR: severe,
};

const countDecimals: BloodCount = { HGB: 0, WBC: 2, NEUT: 2, PLAT: 0, RETI: 1 };

/**
 * A blood count some months after the first treatment (0 before it): on the way from the severe one to the
 * one that the response leads to, most of it in the first half year.
 */
export function bloodCount(response: MarrowResponse, months: number, chance: Chance): BloodCount {
  const way = months <= 0 ? 0 : 1 - Math.exp(-months / 1.6);
  const reached = (analyte: keyof BloodCount): number => {
    const start = severe[analyte];
    const value = (start + (target[response][analyte] - start) * way) * chance.between(0.94, 1.06);
    return rounded(value, countDecimals[analyte]);
  };
  return {
    HGB: reached('HGB'),
    WBC: reached('WBC'),
    NEUT: reached('NEUT'),
    PLAT: reached('PLAT'),
    RETI: reached('RETI'),
  };
}

/** Units in which counts are reported, by analyte. */
export const countUnits: Readonly<Record<keyof BloodCount, string>> = {
  HGB: 'g/L',
  WBC: '10*9/L',
  NEUT: '10*9/L',
  PLAT: '10*9/L',
  RETI: '10*9/L',
};
