import { convert, type Quantity } from '@platform/kernel';
import {
  changed,
  criterionOf,
  evaluate,
  eventsOf,
  passing,
  type ScreeningChanges,
} from '../../testing/screening';

const q = (value: number, unit: string): Quantity => ({ value, unit });
const uL = (value: number): Quantity => q(value, 'U/L');
const results = (of: ScreeningChanges['results']): ScreeningChanges => ({ results: of });
const measured = (of: ScreeningChanges['measurements']): ScreeningChanges => ({ measurements: of });
const stated = (of: ScreeningChanges['statements']): ScreeningChanges => ({ statements: of });

describe('the criteria together propose', () => {
  const proposalAfter = (changes: ScreeningChanges) => evaluate(eventsOf(changed(changes))).proposal;

  test.each<[string, ScreeningChanges, string]>([
    ['eligible when everything passes', {}, 'eligible'],
    ['not eligible for one failed inclusion', measured({ ECOG: q(3, '1') }), 'notEligible'],
    ['not eligible for one met exclusion', stated({ severeMentalIllness: true }), 'notEligible'],
    ['a deferral for an infection alone', stated({ clinicallySignificantInfection: true }), 'deferred'],
    [
      'not eligible for an infection and something that excludes',
      stated({ clinicallySignificantInfection: true, severeAllergy: true }),
      'notEligible',
    ],
    ['nothing while something is missing', results({ HCG: null }), 'incomplete'],
    [
      'a deferral although something is missing',
      { ...results({ HCG: null }), ...stated({ clinicallySignificantInfection: true }) },
      'deferred',
    ],
    [
      'not eligible although something is missing',
      { ...results({ HCG: null }), diagnosis: 'AML' },
      'notEligible',
    ],
  ])('%s', (_what, changes, proposal) => {
    expect(proposalAfter(changes)).toBe(proposal);
  });
});

describe('what an evaluation shows', () => {
  test('is the evidence behind each outcome, with the limit that was applied', () => {
    const { evidence } = criterionOf(
      evaluate(eventsOf(changed(results({ CREAT: q(1.2, 'mg/dL') })))),
      'IN02',
    );
    expect(evidence.find(({ what }) => what === 'CREAT')).toEqual({
      event: expect.stringMatching(/^event-\d+$/),
      what: 'CREAT',
      value: 1.2,
      unit: 'mg/dL',
      at: '2024-03-04',
      comparison: 'at most',
      limit: 150,
      limitUnit: 'umol/L',
      converted: convert(q(1.2, 'mg/dL'), 'umol/L', 113.12),
      truth: 'true',
    });
  });

  test('is who attested what, and what is missing', () => {
    const evaluation = evaluate(eventsOf(changed(stated({ severeAllergy: null }))));
    expect(criterionOf(evaluation, 'EX03').attestedBy).toEqual([
      { user: 'investigator-03', printedName: 'Investigator 03', role: 'investigator' },
    ]);
    expect(criterionOf(evaluation, 'EX07').evidence).toMatchObject([
      { truth: 'unknown', missing: 'nobody has attested it' },
    ]);
  });

  test('is the rule version, the source note and the ranges in force', () => {
    const evaluation = evaluate(eventsOf(passing));
    expect(criterionOf(evaluation, 'IN02')).toMatchObject({ ruleVersion: '1' });
    expect(criterionOf(evaluation, 'IN02').sourceNote).toContain('Contradiction');
    expect(evaluation.ranges.map(({ analyte }) => analyte).toSorted()).toEqual([
      'ALP',
      'ALT',
      'APTT',
      'AST',
      'BILI',
      'CREAT',
      'INR',
      'PT',
    ]);
  });
});

describe('the contradictions of the registry', () => {
  const contradictionsAfter = (changes: ScreeningChanges) =>
    evaluate(eventsOf(changed(changes))).contradictions;

  test('none where the criteria agree', () => {
    expect(contradictionsAfter({})).toEqual([]);
    expect(contradictionsAfter(results({ ALP: uL(150), ALT: uL(100) }))).toEqual([]);
    expect(contradictionsAfter(results({ ALP: uL(301), ALT: uL(121), AST: uL(121) }))).toEqual([]);
  });

  test.each([150.5, 200, 300])('ALP %d: between 1.5 and 3 × ULN it satisfies IN02 and triggers EX05', alp => {
    const evaluation = evaluate(eventsOf(changed(results({ ALP: uL(alp) }))));
    expect(criterionOf(evaluation, 'IN02').outcome).toBe('met');
    expect(criterionOf(evaluation, 'EX05').outcome).toBe('met');
    expect(evaluation.proposal).toBe('notEligible');
    expect(evaluation.contradictions).toEqual([
      {
        criteria: ['IN02', 'EX05'],
        what: 'ALP',
        event: expect.any(String),
        description: `ALP ${alp} U/L satisfies IN02 (at most 300 U/L) and triggers EX05 (above 150 U/L).`,
      },
    ]);
  });

  test.each(['ALT', 'AST'])('%s between 2.5 and 3 × ULN fails IN02 and does not trigger EX05', analyte => {
    for (const value of [100.5, 110, 120]) {
      const evaluation = evaluate(eventsOf(changed(results({ [analyte]: uL(value) }))));
      expect(criterionOf(evaluation, 'IN02').outcome).toBe('notMet');
      expect(criterionOf(evaluation, 'EX05').outcome).toBe('notMet');
      expect(evaluation.proposal).toBe('notEligible');
      expect(evaluation.contradictions).toMatchObject([{ criteria: ['IN02', 'EX05'], what: analyte }]);
    }
  });
});
