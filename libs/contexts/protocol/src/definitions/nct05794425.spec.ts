import { isUnit } from '@platform/kernel';
import { analyteOf, measurementKindOf } from '../domain/analytes';
import { conditionsWithin, evidenceNeeded } from '../domain/conditions';
import type { Comparison, Condition } from '../domain/definition';
import { nct05794425Definition as definition, nct05794425Details as details } from './nct05794425';
import { nct05794425Collaborators, nct05794425Sites } from './nct05794425-sites';

const { criteria } = definition;
const criterion = (id: string) => criteria.find(known => known.id === id)!;

describe('NCT05794425', () => {
  it('has all eighteen criteria in the order of the registry', () => {
    const numbered = (letters: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letters}${String(index + 1).padStart(2, '0')}`);
    expect(criteria.map(({ id }) => id)).toEqual([...numbered('IN', 8), ...numbered('EX', 10)]);
    for (const { id, type, text, ruleVersion } of criteria) {
      expect([id, type]).toEqual([id, id.startsWith('IN') ? 'inclusion' : 'exclusion']);
      expect(text.length).toBeGreaterThan(10);
      expect(ruleVersion).toBe('1');
    }
  });

  it.each([
    ['IN02', /=.*≤.*strictly.*Contradiction.*ALP.*EX05/s],
    ['IN03', /=.*≤.*strictly.*without anticoagulants.*not evaluable/s],
    ['IN05', /not evaluable/],
    ['IN08', /before any screening procedure.*approved for the site/s],
    ['EX02', /grade \?\?\?.*III or IV.*configuration.*=.*≥/s],
    ['EX04', /delays/],
    ['EX05', /Contradiction.*ALP.*IN02.*ALT or AST/s],
    ['EX06', /names no test/],
    ['EX08', /pregnancy test.*man.*simply false/s],
  ])('says at %s how a damaged, contradictory or silent source was read', (id, words) => {
    expect(criterion(id).sourceNote).toMatch(words);
  });

  it('defers for an infection and for nothing else', () => {
    expect(criteria.filter(({ proposes }) => proposes === 'deferred').map(({ id }) => id)).toEqual(['EX04']);
  });

  it('asks only for what the tables of analytes and measurements know, in units that compare', () => {
    const needed = evidenceNeeded(definition);
    expect(needed.analytes.filter(code => !analyteOf(code))).toEqual([]);
    expect(needed.measurements.filter(code => !measurementKindOf(code))).toEqual([]);
    const parts = criteria.flatMap(each => conditionsWithin(each.condition).map(([part]) => part));
    const measured = parts.filter(part => part.kind === 'measurementLimit');
    expect(measured.filter(part => part.limit.unit !== measurementKindOf(part.code)?.unit)).toEqual([]);
    const limits = parts.flatMap(part => (part.kind === 'laboratoryLimit' ? [part.limit] : []));
    const units = limits.flatMap(limit => ('unit' in limit ? [limit.unit] : []));
    expect(units.map(unit => [unit, isUnit(unit)])).toEqual([['{copies}/mL', true]]);
  });

  it('asks for these statements, EX10 with a text', () => {
    const { attestations, consent, diagnosis, age } = evidenceNeeded(definition);
    expect(attestations.map(({ key, criteria: asking }) => [...asking, key].join(' '))).toEqual([
      'IN03 noAnticoagulantTherapy',
      'IN06 noTransplantationPlanned',
      'EX01 malignancyInPast5Years',
      'EX02 cardiacInsufficiencyOrHypertension',
      'EX03 severeMentalIllness',
      'EX04 clinicallySignificantInfection',
      'EX07 severeAllergy',
      'EX08 pregnantBreastfeedingOrPlanningChild',
      'EX08 canBecomePregnant',
      'EX09 receivesTransplantation',
      'EX10 otherInappropriateCondition',
    ]);
    expect(attestations.filter(({ needsText }) => needsText).map(({ key }) => key)).toEqual([
      'otherInappropriateCondition',
    ]);
    expect([consent, diagnosis, age]).toEqual([true, true, false]);
  });

  it('has eight sites, and 34 sponsors and collaborators', () => {
    expect(nct05794425Sites.map(({ site }) => site)).toEqual([
      '01',
      '02',
      '03',
      '04',
      '05',
      '06',
      '07',
      '08',
    ]);
    expect(details.locations).toHaveLength(8);
    expect(new Set([details.sponsor, ...nct05794425Collaborators]).size).toBe(34);
  });

  it('marks as configuration what the registry does not state', () => {
    const [infusion, drug] = definition.interventions;
    expect(infusion).toMatchObject({ cellsMin: 5e7, cellsMax: 8e7, plannedInfusions: 4, intervalDays: 7 });
    expect(infusion?.sourceNote).toMatch(/not stated; 4 is the sponsor's configuration.*window of 1 day/s);
    expect(drug).toMatchObject({ dailyDoseMin: 3, dailyDoseMax: 5, dailyDoseUnit: 'mg/kg/d' });
    expect(definition.arms[1]?.sourceNote).toMatch(/not stated/);
    expect(definition.sourceNotes.join(' ')).toMatch(/visit schedule is the sponsor's configuration/);
  });
});

/** What is known of one person, the laboratory's values as multiples of its upper limit, or as plain values. */
interface Evidence {
  readonly timesUln?: Readonly<Record<string, number>>;
  readonly value?: Readonly<Record<string, number>>;
  readonly finding?: Readonly<Record<string, 'negative' | 'positive' | 'belowDetectionLimit'>>;
  readonly attested?: Readonly<Record<string, boolean>>;
}

/** Kleene's logic written once more and as short as can be: `undefined` is unknown. */
function holds(condition: Condition, evidence: Evidence): boolean | undefined {
  const all = (parts: readonly (boolean | undefined)[]) =>
    parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  const any = (parts: readonly (boolean | undefined)[]) =>
    parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
  switch (condition.kind) {
    case 'allOf':
      return all(condition.of.map(part => holds(part, evidence)));
    case 'anyOf':
      return any(condition.of.map(part => holds(part, evidence)));
    case 'provided':
      return holds(condition.that, evidence) ? holds(condition.then, evidence) : undefined;
    case 'attested':
      return evidence.attested?.[condition.key];
    case 'measurementLimit':
      return compare(evidence.value?.[condition.code], condition.is, condition.limit.value);
    case 'laboratoryLimit': {
      const { limit, is, quantifier, analytes } = condition;
      const [values, against] =
        'timesUln' in limit ? [evidence.timesUln, limit.timesUln] : [evidence.value, limit.value];
      const known = analytes
        .map(code => compare(values?.[code], is, against))
        .filter(each => each !== undefined);
      if (known.length === 0) return undefined;
      return quantifier === 'every' ? known.every(Boolean) : known.some(Boolean);
    }
    case 'laboratoryFinding': {
      const found = condition.analytes.map(code => {
        if (evidence.value?.[code] !== undefined) return condition.is === 'positive';
        const finding = evidence.finding?.[code];
        return finding && finding === condition.is;
      });
      return condition.quantifier === 'every' ? all(found) : any(found);
    }
    case 'not':
    case 'diagnosis':
    case 'consent':
    case 'age':
      break;
  }
  throw new Error(`The table below does not need "${condition.kind}".`);
}

const comparisons: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  atMost: (a, b) => a <= b,
  atLeast: (a, b) => a >= b,
  above: (a, b) => a > b,
  below: (a, b) => a < b,
};

const compare = (value: number | undefined, is: Comparison, limit: number) =>
  value === undefined ? undefined : comparisons[is](value, limit);

const liver = { BILI: 1, ALT: 1, AST: 1, ALP: 1, CREAT: 1 };
const noDrug = { noAnticoagulantTherapy: true };
const negative = { HBSAG: 'negative', HBCAB: 'negative' } as const;
const carrier = { HBSAG: 'positive', HBCAB: 'negative' } as const;
const heart = { NYHA: 0, SYSBP: 120, DIABP: 80 };
const fit = { cardiacInsufficiencyOrHypertension: false };
const man = { pregnantBreastfeedingOrPlanningChild: false, canBecomePregnant: false };
const woman = { ...man, canBecomePregnant: true };

describe('a criterion that joins several answers', () => {
  it.each<[string, string, Evidence, boolean | undefined]>([
    [
      'IN02',
      'exactly at every limit',
      { timesUln: { BILI: 1.5, ALT: 2.5, AST: 2.5, ALP: 3, CREAT: 1.5 } },
      true,
    ],
    ['IN02', 'AST above, ALT within', { timesUln: { ...liver, AST: 2.6 } }, false],
    ['IN02', 'ALT alone of the two', { timesUln: { BILI: 1, ALT: 2, ALP: 1, CREAT: 1 } }, true],
    ['IN02', 'no ALP', { timesUln: { BILI: 1, ALT: 2, CREAT: 1 } }, undefined],
    ['IN02', 'ALP between 1.5 and 3', { timesUln: { ...liver, ALP: 2 } }, true],
    ['EX05', 'ALP between 1.5 and 3', { timesUln: { ...liver, ALP: 2 } }, true],
    ['IN02', 'ALT between 2.5 and 3', { timesUln: { ...liver, ALT: 2.8 } }, false],
    ['EX05', 'ALT between 2.5 and 3', { timesUln: { ...liver, ALT: 2.8 } }, false],
    [
      'EX05',
      'exactly at every limit',
      { timesUln: { BILI: 1.5, ALT: 3, AST: 3, ALP: 1.5, CREAT: 1.5 } },
      false,
    ],
    ['EX05', 'no creatinine', { timesUln: { BILI: 1, ALT: 1, ALP: 1 } }, undefined],
    ['IN03', 'INR at the limit, no anticoagulant', { attested: noDrug, timesUln: { INR: 1.5 } }, true],
    ['IN03', 'INR within, PT above', { attested: noDrug, timesUln: { INR: 1, PT: 1.6 } }, false],
    ['IN03', 'nothing measured', { attested: noDrug }, undefined],
    [
      'IN03',
      'an anticoagulant, within',
      { attested: { noAnticoagulantTherapy: false }, timesUln: { INR: 1 } },
      undefined,
    ],
    [
      'IN03',
      'an anticoagulant, above',
      { attested: { noAnticoagulantTherapy: false }, timesUln: { INR: 3 } },
      undefined,
    ],
    ['IN03', 'medication not asked', { timesUln: { INR: 1 } }, undefined],
    ['IN05', 'both negative', { finding: negative }, true],
    ['IN05', 'one negative, one missing', { finding: { HBSAG: 'negative' } }, undefined],
    ['IN05', 'serology missing, DNA low', { value: { HBVVLD: 10 } }, undefined],
    ['IN05', 'positive, DNA missing', { finding: carrier }, undefined],
    ['IN05', 'positive, DNA low', { finding: carrier, value: { HBVVLD: 999 } }, true],
    ['IN05', 'positive, DNA at the limit', { finding: carrier, value: { HBVVLD: 1_000 } }, false],
    ['IN05', 'positive, DNA not detected', { finding: { ...carrier, HBVVLD: 'belowDetectionLimit' } }, true],
    [
      'IN05',
      'positive without the other, DNA low',
      { finding: { HBCAB: 'positive' }, value: { HBVVLD: 1 } },
      true,
    ],
    ['EX02', 'nothing of it', { value: heart, attested: fit }, false],
    ['EX02', 'NYHA III', { value: { NYHA: 3 } }, true],
    ['EX02', 'NYHA II', { value: { ...heart, NYHA: 2 }, attested: fit }, false],
    ['EX02', 'systolic at the limit', { value: { ...heart, SYSBP: 160 }, attested: fit }, true],
    ['EX02', 'diastolic below the limit', { value: { ...heart, DIABP: 109 }, attested: fit }, false],
    ['EX02', 'no NYHA class', { value: { SYSBP: 120, DIABP: 80 }, attested: fit }, undefined],
    [
      'EX06',
      'all negative',
      { finding: { HIV12AB: 'negative', HCAB: 'negative', TPLAB: 'negative' } },
      false,
    ],
    ['EX06', 'one positive, others missing', { finding: { TPLAB: 'positive' } }, true],
    ['EX06', 'one missing', { finding: { HIV12AB: 'negative', HCAB: 'negative' } }, undefined],
    ['EX08', 'a man, no test', { attested: man }, false],
    ['EX08', 'a woman, no test', { attested: woman }, undefined],
    ['EX08', 'a woman, test negative', { attested: woman, finding: { HCG: 'negative' } }, false],
    ['EX08', 'a woman, test positive', { attested: woman, finding: { HCG: 'positive' } }, true],
    ['EX08', 'planning a child', { attested: { ...man, pregnantBreastfeedingOrPlanningChild: true } }, true],
  ])('%s, %s', (id, _case, evidence, expected) => {
    expect(holds(criterion(id).condition, evidence)).toBe(expected);
  });
});
