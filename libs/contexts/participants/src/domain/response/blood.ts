import {
  addDays,
  convert,
  dayOf,
  daysBetween,
  hasDay,
  orderOf,
  type PartialDate,
  type Quantity,
} from '@platform/kernel';
import { entriesOf, type ParticipantState } from '../participant/participant';
import { compares } from '../screening/limits';

/** A value of one day, in the unit in which definitions state their limits. */
export interface DatedValue {
  readonly event: string;
  readonly what: string;
  readonly day: PartialDate;
  readonly value: number;
  readonly unit: string;
  readonly method?: string;
}

/** The values that responses are judged by, of days that are known, in the order of their days. */
export interface BloodValues {
  readonly haemoglobin: readonly DatedValue[];
  readonly neutrophils: readonly DatedValue[];
  readonly platelets: readonly DatedValue[];
  readonly reticulocytes: readonly DatedValue[];
  /** Marrow cellularity and blasts, %. */
  readonly cellularity: readonly DatedValue[];
  readonly blasts: readonly DatedValue[];
  /** Units of red cells and of platelets given. */
  readonly redCells: readonly DatedValue[];
  readonly plateletUnits: readonly DatedValue[];
}

/** Molar mass of the haemoglobin monomer with one iron atom, g/mol: laboratories also report mmol/L. */
const haemoglobinMolarMass = 16_114;

export function bloodValues(state: ParticipantState, upTo: PartialDate): BloodValues {
  const results = entriesOf(state, 'LaboratoryResultRecorded').map(({ event, data }) => ({
    ...data,
    event,
    code: data.analyte,
    at: data.collectedAt,
  }));
  const measured = entriesOf(state, 'MeasurementRecorded').map(({ event, data }) => ({
    ...data,
    event,
    at: data.takenAt,
  }));
  const all = [...results, ...measured];
  const of = (code: string, unit: string, molarMass?: number): DatedValue[] =>
    all
      .flatMap(({ code: what, at, quantity, bound, event, method }) => {
        if (what !== code || at === undefined || !hasDay(at) || !quantity || bound) return [];
        if (orderOf(at, upTo) === 'after') return [];
        const value = convert(quantity, unit, molarMass);
        return value === undefined ? [] : [{ event, what, day: dayOf(at), value, unit, method }];
      })
      .toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return {
    haemoglobin: of('HGB', 'g/L', haemoglobinMolarMass),
    neutrophils: of('NEUT', '10*9/L'),
    platelets: of('PLAT', '10*9/L'),
    reticulocytes: of('RETI', '10*9/L'),
    cellularity: of('BMCELL', '%'),
    blasts: of('BMBLAST', '%'),
    redCells: of('RBCTRANSF', '1'),
    plateletUnits: of('PLTTRANSF', '1'),
  };
}

/** One day's three counts. */
export interface BloodTest {
  readonly day: PartialDate;
  readonly haemoglobin: DatedValue;
  readonly neutrophils: DatedValue;
  readonly platelets: DatedValue;
}

/** The days on which all three counts were determined; of two values of a day the later recorded one. */
export function bloodTests({ haemoglobin, neutrophils, platelets }: BloodValues): BloodTest[] {
  const on = (values: readonly DatedValue[]) => new Map(values.map(value => [value.day, value]));
  const [ofNeutrophils, ofPlatelets] = [on(neutrophils), on(platelets)];
  return [...on(haemoglobin)].flatMap(([day, hgb]) => {
    const [neut, plat] = [ofNeutrophils.get(day), ofPlatelets.get(day)];
    return neut && plat ? [{ day, haemoglobin: hgb, neutrophils: neut, platelets: plat }] : [];
  });
}

export const atLeast = ({ value }: DatedValue, limit: Quantity): boolean =>
  compares(value, 'atLeast', limit.value);
export const atMost = ({ value }: DatedValue, limit: Quantity): boolean =>
  compares(value, 'atMost', limit.value);
export const below = ({ value }: DatedValue, limit: Quantity): boolean =>
  compares(value, 'below', limit.value);

/** Transfusions of red cells or platelets within some days up to and on a day. */
export function transfusionsWithin(
  { redCells, plateletUnits }: BloodValues,
  days: number,
  day: PartialDate,
): DatedValue[] {
  return [...redCells, ...plateletUnits].filter(({ day: given, value }) => {
    const ago = daysBetween(given, day) ?? -1;
    return value > 0 && ago >= 0 && ago < days;
  });
}

/** Units of red cells within some days up to and on a day. */
export const redCellUnits = ({ redCells }: BloodValues, days: number, day: PartialDate): number =>
  redCells
    .filter(({ day: given }) => given <= day && given > addDays(day, -days))
    .reduce((sum, { value }) => sum + value, 0);

/** The values at the end of a list that all satisfy something, without a gap. */
export function runOf<Value>(values: readonly Value[], holds: (value: Value) => boolean): readonly Value[] {
  return values.slice(values.findLastIndex(value => !holds(value)) + 1);
}

/** Whether a run of dated things spans at least some days. */
export function lasts(run: readonly { readonly day: PartialDate }[], days: number): boolean {
  const [first, last] = [run[0], run.at(-1)];
  return first !== undefined && last !== undefined && (daysBetween(first.day, last.day) ?? 0) >= days;
}
