import type { PartialDate, Quantity } from '@platform/kernel';
import type { Finding, LaboratoryResultInput, MeasurementInput, StatementInput } from '@trial/participants';
import { evidenceNeeded, measurementKindOf, type ProtocolDefinition } from '@trial/protocol';
import type { Chance } from './clockwork/chance';
import { bloodCount, countUnits, type BloodCount, type Laboratory } from './laboratory';
import { canBecomePregnant, type Failure, type Person } from './people';

/** What a screening visit brings: the bodies of three requests. */
export interface ScreeningFile {
  readonly results: LaboratoryResultInput[];
  readonly measurements: MeasurementInput[];
  readonly statements: StatementInput[];
}

/** What is out of the ordinary with somebody, as opposed to a person who meets every criterion with ease. */
interface Oddity {
  /** Multiples of the upper limit of normal, by analyte. */
  readonly times?: Readonly<Record<string, number>>;
  readonly found?: Readonly<Record<string, Finding>>;
  /** HBV DNA, copies/mL. */
  readonly copies?: number;
  readonly measured?: Readonly<Record<string, number>>;
  /** A text means that the statement holds, and says why. */
  readonly stated?: Readonly<Record<string, boolean | string>>;
  readonly notDone?: readonly string[];
}

const failing: Readonly<Record<Failure, Oddity>> = {
  IN01: {},
  IN02: { times: { BILI: 1.9 } },
  'IN02-WITHOUT-EX05': { times: { ALT: 2.8 } },
  IN03: { times: { INR: 1.8 } },
  IN04: { measured: { LVEF: 44 } },
  IN05: { found: { HBSAG: 'positive', HBCAB: 'positive' }, copies: 25_000 },
  IN06: { stated: { noTransplantationPlanned: false } },
  IN07: { measured: { ECOG: 3 } },
  IN08: {},
  EX01: { stated: { malignancyInPast5Years: 'Thyroid carcinoma, operated on three years ago' } },
  EX02: { measured: { SYSBP: 168, DIABP: 104 } },
  EX03: { stated: { severeMentalIllness: true } },
  'EX05-DESPITE-IN02': { times: { ALP: 2.2 } },
  EX06: { found: { TPLAB: 'positive' } },
  EX07: { stated: { severeAllergy: 'Anaphylaxis after a transfusion of platelets' } },
  EX08: { found: { HCG: 'positive' } },
  EX09: { stated: { receivesTransplantation: true } },
  EX10: { stated: { otherInappropriateCondition: 'Lives too far away to come every week' } },
};

/** Exactly at a limit, on the side that is still allowed. */
const atTheLimit: readonly Oddity[] = [
  { times: { BILI: 1.5 } },
  { times: { ALT: 2.5, AST: 2.5 } },
  { times: { ALP: 1.5 } },
  { times: { CREAT: 1.5 } },
  { times: { INR: 1.5, PT: 1.5 } },
  { measured: { LVEF: 50 } },
  { measured: { ECOG: 2 } },
  { measured: { SYSBP: 159, DIABP: 109 } },
  { measured: { NYHA: 2 } },
  { found: { HBCAB: 'positive' }, copies: 999 },
];

/** Just beyond a limit, so that an investigator may want to include the person all the same. */
const justBeyond: readonly Oddity[] = [
  { times: { ALP: 1.6 } },
  { times: { ALT: 2.6 } },
  { measured: { LVEF: 49 } },
  { times: { APTT: 1.55 } },
];

/** What is odd about somebody at the first screening, or at the second one of those who were deferred. */
export function oddityOf({ course }: Person, again: boolean, chance: Chance): Oddity {
  switch (course.is) {
    case 'fails':
      return failing[course.because];
    case 'borderline':
      return chance.pick(atTheLimit);
    case 'overridden':
      return chance.pick(justBeyond);
    case 'incomplete':
      return again ? {} : { notDone: ['LVEF'] };
    case 'deferred':
      return again ? {} : { stated: { clinicallySignificantInfection: 'Pneumonia, on antibiotics' } };
    case 'eligible':
    case 'turnedDown':
    case 'withdraws':
    case 'notSeenAgain':
      return {};
  }
}

export interface Screened {
  readonly person: Person;
  readonly laboratory: Laboratory;
  readonly definition: ProtocolDefinition;
  readonly day: PartialDate;
  readonly chance: Chance;
}

/** Everything that the protocol's criteria ask for, and the counts that show the disease. */
export function screeningFile(screened: Screened, oddity: Oddity): ScreeningFile {
  const { day, definition } = screened;
  const needed = evidenceNeeded(definition);
  const measured = [...new Set([...needed.measurements, 'PULSE', 'TEMP', 'WEIGHT', 'HEIGHT'])];
  return {
    results: [
      ...needed.analytes.flatMap(analyte => resultOf(analyte, screened, oddity)),
      ...countResults(
        bloodCount(screened.person.response, 0, screened.chance),
        screened.laboratory,
        day,
        'SCR',
      ),
    ],
    measurements: measured.map(code => measurementOf(code, screened, oddity)),
    statements: needed.attestations.map(({ key }) => statementOf(key, screened, oddity)),
  };
}

/** Counts as results of a laboratory. */
export const countResults = (
  count: Partial<BloodCount>,
  { name }: Laboratory,
  day: PartialDate,
  visit?: string,
): LaboratoryResultInput[] =>
  Object.entries(count).map(([analyte, value]) => ({
    analyte,
    quantity: { value, unit: countUnits[analyte as keyof BloodCount] },
    collectedAt: day,
    laboratory: name,
    ...(analyte === 'RETI' && { method: 'automated' }),
    ...(visit !== undefined && { visit }),
  }));

const findings: readonly string[] = ['HBSAG', 'HBCAB', 'HCAB', 'HIV12AB', 'TPLAB'];

/** HBV DNA is determined only where it is asked for, a pregnancy test only where there can be a pregnancy. */
function resultOf(analyte: string, screened: Screened, oddity: Oddity): LaboratoryResultInput[] {
  const { person, laboratory, day, chance } = screened;
  const about = { analyte, collectedAt: day, laboratory: laboratory.name, visit: 'SCR' };
  if (oddity.notDone?.includes(analyte)) return [{ ...about, notDone: true }];
  if (findings.includes(analyte)) return [{ ...about, finding: oddity.found?.[analyte] ?? 'negative' }];
  if (analyte === 'HBVVLD') {
    const { copies } = oddity;
    return copies === undefined ? [] : [{ ...about, quantity: { value: copies, unit: '{copies}/mL' } }];
  }
  if (analyte === 'HCG') {
    const asked = canBecomePregnant(person, Number(day.slice(0, 4)));
    return asked ? [{ ...about, finding: oddity.found?.HCG ?? 'negative' }] : [];
  }
  const times = oddity.times?.[analyte];
  const quantity: Quantity =
    times === undefined
      ? laboratory.normal(analyte, person.sex, day, chance)
      : laboratory.timesUln(analyte, person.sex, day, times);
  return [{ ...about, quantity }];
}

function measurementOf(code: string, { person, day, chance }: Screened, oddity: Oddity): MeasurementInput {
  const about = { code, takenAt: day, visit: 'SCR' };
  if (oddity.notDone?.includes(code)) return { ...about, notDone: true };
  const value = oddity.measured?.[code] ?? usualMeasurement(code, person, chance);
  return { ...about, quantity: { value, unit: measurementKindOf(code)?.unit ?? '1' } };
}

/** What the bedside finds of somebody who is well but for the blood. */
export function usualMeasurement(code: string, { heightCm, weightKg }: Person, chance: Chance): number {
  const usual: Readonly<Record<string, () => number>> = {
    LVEF: () => chance.whole(56, 70),
    ECOG: () => chance.whole(0, 1),
    NYHA: () => chance.weighted([[8, 0] as const, [2, 1] as const]),
    SYSBP: () => chance.whole(102, 138),
    DIABP: () => chance.whole(62, 88),
    PULSE: () => chance.whole(64, 98),
    RESP: () => chance.whole(14, 20),
    TEMP: () => Number(chance.between(36.2, 37.2).toFixed(1)),
    OXYSAT: () => chance.whole(95, 99),
    WEIGHT: () => weightKg,
    HEIGHT: () => heightCm,
  };
  const draw = usual[code];
  if (!draw) throw new Error(`Nobody has said how "${code}" is measured.`);
  return draw();
}

function statementOf(key: string, { person, day }: Screened, oddity: Oddity): StatementInput {
  const stated = oddity.stated?.[key];
  const usually =
    key === 'canBecomePregnant' ? canBecomePregnant(person, Number(day.slice(0, 4))) : key.startsWith('no');
  const holds = stated === undefined ? usually : stated !== false;
  return { key, holds, attestedAt: day, ...(typeof stated === 'string' && { text: stated }) };
}
