import type { Chance } from './clockwork/chance';
import type { MarrowResponse, Sex } from './laboratory';

/**
 * A made-up person: everything about the body that the trial comes to see, and what will become of the
 * person.
 */
export interface Person {
  readonly sex: Sex;
  readonly birthYear: number;
  readonly heightCm: number;
  readonly weightKg: number;
  readonly diagnosis: Diagnosis;
  readonly course: Course;
  readonly arm: 'CSA' | 'UCB-MSC';
  readonly response: MarrowResponse;
  readonly fate: Fate;
  /** Whether entries tend to be made days after the visit. */
  readonly entersLate: boolean;
}

export interface Diagnosis {
  readonly code: string;
  readonly name: string;
}

const diagnoses = [
  [55, { code: 'AA', name: 'Aplastic anaemia' }],
  [14, { code: 'MDS', name: 'Myelodysplastic syndrome' }],
  [8, { code: 'PNH', name: 'Paroxysmal nocturnal haemoglobinuria' }],
  [7, { code: 'PRCA', name: 'Pure red cell aplasia' }],
  [8, { code: 'IRP', name: 'Immune-related pancytopenia' }],
  [3, { code: 'AAH', name: 'Acute arrest of haemopoiesis' }],
  [5, { code: 'CUS', name: 'Cytopenia of unknown significance' }],
] as const;

/** A disorder that IN01 does not list. */
const otherDisorder: Diagnosis = { code: 'ITP', name: 'Immune thrombocytopenia' };

/**
 * Every way in which a screening may fail: a criterion each, and the two places where IN02 and EX05 disagree.
 */
export const failures = [
  'IN01',
  'IN02',
  'IN02-WITHOUT-EX05',
  'IN03',
  'IN04',
  'IN05',
  'IN06',
  'IN07',
  'IN08',
  'EX01',
  'EX02',
  'EX03',
  'EX05-DESPITE-IN02',
  'EX06',
  'EX07',
  'EX08',
  'EX09',
  'EX10',
] as const;

export type Failure = (typeof failures)[number];

/** How somebody goes through screening. */
export type Course =
  | { readonly is: 'eligible' | 'borderline' | 'incomplete' | 'deferred' | 'withdraws' | 'notSeenAgain' }
  | { readonly is: 'overridden' | 'turnedDown' }
  | { readonly is: 'fails'; readonly because: Failure };

/** Weights of a hundred, so that about every fourth person is screened and not enrolled. */
const courses = [
  [54, 'eligible'],
  [8, 'borderline'],
  [4, 'incomplete'],
  [6, 'deferred'],
  [4, 'overridden'],
  [1, 'turnedDown'],
  [2, 'withdraws'],
  [1, 'notSeenAgain'],
  [20, 'fails'],
] as const;

/** What becomes of somebody who was enrolled, some days after the first treatment; most stay. */
export type Fate =
  | { readonly is: 'stays' }
  | {
      readonly is: 'withdrawnFromTreatment' | 'consentWithdrawn' | 'lostToFollowUp' | 'dies';
      readonly afterDays: number;
    };

const fates = [
  [80, 'stays'],
  [6, 'withdrawnFromTreatment'],
  [4, 'consentWithdrawn'],
  [5, 'lostToFollowUp'],
  [5, 'dies'],
] as const;

/** Draws somebody. The reasons of failed screenings come from a pile, so that each of them is seen. */
export function somebody(chance: Chance, year: number, nextFailure: () => Failure): Person {
  const course = courseOf(chance, nextFailure);
  const pregnant = course.is === 'fails' && course.because === 'EX08';
  const sex: Sex = pregnant || chance.happens(0.48) ? 'female' : 'male';
  const age = pregnant ? chance.whole(20, 38) : Math.round(Math.min(78, Math.max(4, chance.normal(39, 18))));
  const heightCm = Math.round(heightOf(sex, age) + chance.normal(0, 6));
  const wrongDisorder = course.is === 'fails' && course.because === 'IN01';
  return {
    sex,
    birthYear: year - age,
    heightCm,
    weightKg: Number(((heightCm / 100) ** 2 * (age < 14 ? 16.5 : chance.between(19, 27))).toFixed(1)),
    diagnosis: wrongDisorder ? otherDisorder : chance.weighted<Diagnosis>(diagnoses),
    course,
    arm: chance.pick(['CSA', 'UCB-MSC']),
    response: chance.weighted<MarrowResponse>([
      [28, 'CR'],
      [34, 'PR'],
      [38, 'NR'],
    ]),
    fate: fateOf(chance),
    entersLate: chance.happens(0.15),
  };
}

function courseOf(chance: Chance, nextFailure: () => Failure): Course {
  const is = chance.weighted(courses);
  return is === 'fails' ? { is, because: nextFailure() } : { is };
}

/** Days after the first treatment, the earliest and the latest. */
const fateDays: Readonly<Record<Exclude<Fate['is'], 'stays'>, readonly [number, number]>> = {
  withdrawnFromTreatment: [6, 50],
  consentWithdrawn: [10, 400],
  lostToFollowUp: [20, 420],
  dies: [25, 420],
};

function fateOf(chance: Chance): Fate {
  const is = chance.weighted(fates);
  return is === 'stays' ? { is } : { is, afterDays: chance.whole(...fateDays[is]) };
}

/** Centimetres; children grow to the height of adults. */
const heightOf = (sex: Sex, age: number): number => {
  const adult = sex === 'female' ? 160 : 171;
  return age >= 16 ? adult : adult * (0.45 + 0.034 * age);
};

/** Whether somebody can become pregnant, for EX08. */
export const canBecomePregnant = ({ sex, birthYear }: Person, year: number): boolean =>
  sex === 'female' && year - birthYear >= 13 && year - birthYear <= 50;
