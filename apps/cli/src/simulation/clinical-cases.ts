import type { Chance } from './clockwork/chance';

/** An adverse event as it will turn out, before anybody has seen it. */
export interface ClinicalCase {
  readonly term: string;
  readonly coded: { readonly preferredTerm: string; readonly systemOrganClass: string };
  /** CTCAE v5. */
  readonly grade: number;
  /** Grade of the same term before treatment; cytopenia is there from the start. */
  readonly baselineGrade?: number;
  readonly serious: boolean;
  readonly infectious: boolean;
  readonly causality: Causality;
  /** Whether the investigator's brochure names it. */
  readonly expected: boolean;
  readonly action: 'doseNotChanged' | 'interrupted' | 'doseReduced';
  readonly lastsDays: number;
  readonly sequelae: boolean;
}

type Causality = 'related' | 'probable' | 'possible' | 'unlikely' | 'notRelated';
type Arm = 'CSA' | 'UCB-MSC';

/**
 * What may happen, how often, in which grades, for how many days at most. Infectious where stem-cell rules
 * count it.
 */
interface Kind {
  readonly weight: number;
  readonly term: string;
  readonly organs: string;
  readonly grades: readonly number[];
  readonly lastsDays: number;
  readonly arm?: Arm;
  readonly infectious?: boolean;
  readonly baselineGrade?: number;
  readonly expected?: boolean;
}

const blood = 'Blood and lymphatic system disorders';
const infections = 'Infections and infestations';
const general = 'General disorders and administration site conditions';
const gut = 'Gastrointestinal disorders';
const nerves = 'Nervous system disorders';
const tests = 'Investigations';
const skin = 'Skin and subcutaneous tissue disorders';

const kinds: readonly Kind[] = [
  { weight: 9, term: 'Pyrexia', organs: general, grades: [1, 1, 2], lastsDays: 4, expected: true },
  { weight: 7, term: 'Upper respiratory tract infection', organs: infections, grades: [1, 2], lastsDays: 9 },
  {
    weight: 5,
    term: 'Pneumonia',
    organs: infections,
    grades: [2, 3, 3, 4],
    lastsDays: 21,
    infectious: true,
  },
  { weight: 5, term: 'Febrile neutropenia', organs: blood, grades: [3, 3, 4], lastsDays: 10 },
  {
    weight: 6,
    term: 'Platelet count decreased',
    organs: tests,
    grades: [2, 3, 4],
    lastsDays: 20,
    baselineGrade: 4,
  },
  { weight: 4, term: 'Anaemia', organs: blood, grades: [2, 3], lastsDays: 25, baselineGrade: 3 },
  { weight: 5, term: 'Headache', organs: nerves, grades: [1, 1, 2], lastsDays: 3, expected: true },
  { weight: 6, term: 'Nausea', organs: gut, grades: [1, 1, 2], lastsDays: 4, expected: true },
  { weight: 4, term: 'Diarrhoea', organs: gut, grades: [1, 2, 3], lastsDays: 6 },
  { weight: 5, term: 'Fatigue', organs: general, grades: [1, 2], lastsDays: 14 },
  { weight: 4, term: 'Epistaxis', organs: 'Respiratory disorders', grades: [1, 2, 3], lastsDays: 2 },
  { weight: 3, term: 'Rash', organs: skin, grades: [1, 2], lastsDays: 8, expected: true },
  { weight: 3, term: 'Sepsis', organs: infections, grades: [3, 4], lastsDays: 18, infectious: true },
  {
    weight: 6,
    term: 'Hypertension',
    organs: 'Vascular disorders',
    grades: [1, 2, 3],
    lastsDays: 40,
    arm: 'CSA',
    expected: true,
  },
  {
    weight: 6,
    term: 'Blood creatinine increased',
    organs: tests,
    grades: [1, 2],
    lastsDays: 30,
    arm: 'CSA',
    expected: true,
  },
  {
    weight: 5,
    term: 'Gingival hyperplasia',
    organs: gut,
    grades: [1, 2],
    lastsDays: 90,
    arm: 'CSA',
    expected: true,
  },
  { weight: 4, term: 'Tremor', organs: nerves, grades: [1, 1, 2], lastsDays: 30, arm: 'CSA', expected: true },
  {
    weight: 3,
    term: 'Catheter site haemorrhage',
    organs: general,
    grades: [1, 2],
    lastsDays: 2,
    arm: 'UCB-MSC',
  },
];

const fatal: readonly Kind[] = [
  { weight: 4, term: 'Septic shock', organs: infections, grades: [4], lastsDays: 6, infectious: true },
  { weight: 3, term: 'Cerebral haemorrhage', organs: nerves, grades: [4], lastsDays: 3 },
  { weight: 2, term: 'Invasive fungal infection', organs: infections, grades: [4], lastsDays: 14 },
];

/**
 * Reactions while a product runs in. Grade 1 needs no interruption, grade 2 one, grade 3 ends the infusion.
 */
const reactions: readonly Kind[] = [
  { weight: 4, term: 'Chills', organs: general, grades: [1, 2], lastsDays: 0, expected: true },
  { weight: 3, term: 'Urticaria', organs: skin, grades: [1, 2], lastsDays: 1, expected: true },
  { weight: 2, term: 'Hypotension', organs: 'Vascular disorders', grades: [2, 3], lastsDays: 1 },
  { weight: 1, term: 'Infusion related reaction', organs: general, grades: [2, 3], lastsDays: 9 },
];

const draw = (list: readonly Kind[], chance: Chance): Kind =>
  chance.weighted(list.map(kind => [kind.weight, kind] as const));

export const clinicalCase = (arm: Arm, chance: Chance): ClinicalCase =>
  caseOf(
    draw(
      kinds.filter(kind => kind.arm === undefined || kind.arm === arm),
      chance,
    ),
    chance,
  );

export const fatalCase = (chance: Chance): ClinicalCase => ({
  ...caseOf(draw(fatal, chance), chance),
  serious: true,
});

export const infusionReaction = (chance: Chance): ClinicalCase => ({
  ...caseOf(draw(reactions, chance), chance),
  causality: chance.pick(['related', 'probable']),
});

function caseOf(kind: Kind, chance: Chance): ClinicalCase {
  const { term, organs, lastsDays, baselineGrade, infectious = false, expected = false } = kind;
  const grade = chance.pick(kind.grades);
  const serious = grade >= 4 || (grade === 3 && chance.happens(0.3)) || (infectious && grade >= 3);
  return {
    term,
    coded: { preferredTerm: term, systemOrganClass: organs },
    grade,
    baselineGrade,
    serious,
    infectious,
    causality: chance.weighted<Causality>([
      [kind.arm || expected ? 6 : 1, 'probable'],
      [4, 'possible'],
      [5, 'unlikely'],
      [3, 'notRelated'],
    ]),
    expected,
    action: grade >= 3 ? chance.pick(['interrupted', 'doseReduced', 'doseNotChanged']) : 'doseNotChanged',
    lastsDays: lastsDays === 0 ? 0 : chance.whole(1, lastsDays),
    sequelae: grade >= 3 && chance.happens(0.08),
  };
}

/** Every criterion answered with yes or no, as the form asks for it; serious when one holds. */
export function seriousnessOf({ serious, grade, infectious }: ClinicalCase, chance: Chance) {
  const lifeThreatening = serious && grade >= 4;
  const hospitalisation = serious && (!lifeThreatening || chance.happens(0.8));
  return {
    death: false,
    lifeThreatening,
    hospitalisation,
    disability: false,
    congenitalAnomaly: false,
    otherMedicallyImportant: serious && chance.happens(0.1),
    infectiousDisease: serious && infectious,
    medicalRescue: lifeThreatening && chance.happens(0.5),
  };
}
