import { convert, type Quantity } from '@platform/kernel';
import { nct05794425Definition } from '@trial/protocol';
import { changed, criterionOf, evaluate, eventsOf, type ScreeningChanges } from '../../testing/screening';
import type { CriterionOutcome } from './evaluation';

type Case = readonly [what: string, changes: ScreeningChanges, outcome: CriterionOutcome];

const q = (value: number, unit: string): Quantity => ({ value, unit });
const results = (of: ScreeningChanges['results']): ScreeningChanges => ({ results: of });
const measured = (of: ScreeningChanges['measurements']): ScreeningChanges => ({ measurements: of });
const stated = (of: ScreeningChanges['statements']): ScreeningChanges => ({ statements: of });
const uL = (value: number): Quantity => q(value, 'U/L');
const positive = 'positive';

/** A quantity in another unit, as another laboratory would report it. */
const as = (unit: string, quantity: Quantity, molarMass?: number): Quantity =>
  q(convert(quantity, unit, molarMass)!, unit);
const [creatinine, bilirubin] = [113.12, 584.66];

/** A result of the laboratory that reports in mg/dL, and whose upper limit of normal is 1 mg/dL. */
const village = (quantity: Quantity) => ({ quantity, laboratory: 'village' });

const attested = (key: string, whenItHolds: CriterionOutcome): readonly Case[] => [
  ['attested to hold', stated({ [key]: true }), whenItHolds],
  ['attested not to hold', stated({ [key]: false }), whenItHolds === 'met' ? 'notMet' : 'met'],
  ['not attested', stated({ [key]: null }), 'notEvaluable'],
];

const cases: Readonly<Record<string, readonly Case[]>> = {
  IN01: [
    ['aplastic anaemia', {}, 'met'],
    ['the last code of the list', { diagnosis: 'CUS' }, 'met'],
    ['another disorder', { diagnosis: 'AML' }, 'notMet'],
    ['a code in other letters', { diagnosis: 'aa' }, 'notMet'],
    ['no diagnosis', { diagnosis: null }, 'notEvaluable'],
  ],
  IN02: [
    ['all within', {}, 'met'],
    [
      'all exactly at their limits',
      results({ BILI: q(30, 'umol/L'), ALT: uL(100), AST: uL(100), ALP: uL(300), CREAT: q(150, 'umol/L') }),
      'met',
    ],
    [
      'bilirubin exactly at the limit, in mg/dL',
      results({ BILI: as('mg/dL', q(30, 'umol/L'), bilirubin) }),
      'met',
    ],
    [
      'bilirubin just above, in mg/dL',
      results({ BILI: as('mg/dL', q(30.001, 'umol/L'), bilirubin) }),
      'notMet',
    ],
    [
      'creatinine exactly at the limit, in mg/dL',
      results({ CREAT: as('mg/dL', q(150, 'umol/L'), creatinine) }),
      'met',
    ],
    [
      'creatinine just above, in mg/dL',
      results({ CREAT: as('mg/dL', q(150.001, 'umol/L'), creatinine) }),
      'notMet',
    ],
    ['1.5 mg/dL where 1 mg/dL is normal', results({ CREAT: village(q(1.5, 'mg/dL')) }), 'met'],
    ['1.51 mg/dL where 1 mg/dL is normal', results({ CREAT: village(q(1.51, 'mg/dL')) }), 'notMet'],
    [
      'umol/L exactly at a limit in mg/dL',
      results({ CREAT: village(as('umol/L', q(1.5, 'mg/dL'), creatinine)) }),
      'met',
    ],
    ['ALT exactly at the limit, in ukat/L', results({ ALT: as('ukat/L', uL(100)) }), 'met'],
    ['bilirubin above', results({ BILI: q(30.1, 'umol/L') }), 'notMet'],
    ['ALT above', results({ ALT: uL(100.1) }), 'notMet'],
    ['AST above although ALT is within', results({ AST: uL(101) }), 'notMet'],
    ['ALP above', results({ ALP: uL(300.5) }), 'notMet'],
    ['creatinine above', results({ CREAT: q(151, 'umol/L') }), 'notMet'],
    ['AST alone was measured', results({ ALT: null }), 'met'],
    ['neither ALT nor AST was measured', results({ ALT: null, AST: null }), 'notEvaluable'],
    ['no creatinine', results({ CREAT: null }), 'notEvaluable'],
    ['no creatinine, but ALT fails anyway', results({ CREAT: null, ALT: uL(101) }), 'notMet'],
    ['a unit that does not convert', results({ ALP: q(80, 'mg/dL') }), 'notEvaluable'],
    [
      'no limit of normal at that laboratory',
      results({ ALP: { quantity: uL(80), laboratory: 'other' } }),
      'notEvaluable',
    ],
    [
      'a sample of before the limits began',
      results({ ALP: { quantity: uL(80), collectedAt: '2023-07-31' } }),
      'notEvaluable',
    ],
    [
      'a sample of an unknown day',
      results({ ALP: { quantity: uL(80), collectedAt: '2024-03' } }),
      'notEvaluable',
    ],
    [
      'reported as below a value within',
      results({ BILI: { quantity: q(3, 'umol/L'), bound: 'below' } }),
      'met',
    ],
    [
      'reported as above a value within',
      results({ BILI: { quantity: q(3, 'umol/L'), bound: 'above' } }),
      'notEvaluable',
    ],
    ['words instead of a number', results({ BILI: { text: 'haemolysed' } }), 'notEvaluable'],
  ],
  IN03: [
    ['all within, no anticoagulant', {}, 'met'],
    ['all exactly at their limits', results({ PT: q(21, 's'), APTT: q(60, 's'), INR: q(1.8, '1') }), 'met'],
    ['PT exactly at the limit, in minutes', results({ PT: q(0.35, 'min') }), 'met'],
    ['PT above', results({ PT: q(21.1, 's') }), 'notMet'],
    ['APTT above', results({ APTT: q(60.1, 's') }), 'notMet'],
    ['INR above', results({ INR: q(1.81, '1') }), 'notMet'],
    ['INR alone was measured', results({ PT: null, APTT: null }), 'met'],
    ['none was measured', results({ PT: null, APTT: null, INR: null }), 'notEvaluable'],
    ['takes an anticoagulant', stated({ noAnticoagulantTherapy: false }), 'notEvaluable'],
    ['anticoagulants not attested', stated({ noAnticoagulantTherapy: null }), 'notEvaluable'],
  ],
  IN04: [
    ['60 %', {}, 'met'],
    ['exactly 50 %', measured({ LVEF: q(50, '%') }), 'met'],
    ['exactly a half, as a ratio', measured({ LVEF: q(0.5, '1') }), 'met'],
    ['49.9 %', measured({ LVEF: q(49.9, '%') }), 'notMet'],
    ['not measured', measured({ LVEF: null }), 'notEvaluable'],
  ],
  IN05: [
    ['both negative', {}, 'met'],
    [
      'HBsAg positive, DNA below detection',
      results({ HBSAG: positive, HBVVLD: 'belowDetectionLimit' }),
      'met',
    ],
    ['HBcAb positive, DNA not detected', results({ HBCAB: positive, HBVVLD: 'negative' }), 'met'],
    ['HBsAg positive, 999 copies', results({ HBSAG: positive, HBVVLD: q(999, '{copies}/mL') }), 'met'],
    [
      'exactly 1000 copies: not below',
      results({ HBSAG: positive, HBVVLD: q(1000, '{copies}/mL') }),
      'notMet',
    ],
    ['exactly 1 copy/uL: not below', results({ HBSAG: positive, HBVVLD: q(1, '{copies}/uL') }), 'notMet'],
    ['0.999 copies/uL', results({ HBSAG: positive, HBVVLD: q(0.999, '{copies}/uL') }), 'met'],
    ['HBcAb positive, 5000 copies', results({ HBCAB: positive, HBVVLD: q(5000, '{copies}/mL') }), 'notMet'],
    [
      'both positive, below 20 copies',
      results({
        HBSAG: positive,
        HBCAB: positive,
        HBVVLD: { quantity: q(20, '{copies}/mL'), bound: 'below' },
      }),
      'met',
    ],
    ['positive, no DNA', results({ HBSAG: positive }), 'notEvaluable'],
    [
      'positive, DNA in international units',
      results({ HBSAG: positive, HBVVLD: q(100, '[IU]/mL') }),
      'notEvaluable',
    ],
    ['no HBcAb', results({ HBCAB: null }), 'notEvaluable'],
    [
      'neither, but a low DNA',
      results({ HBSAG: null, HBCAB: null, HBVVLD: q(10, '{copies}/mL') }),
      'notEvaluable',
    ],
  ],
  IN06: attested('noTransplantationPlanned', 'met'),
  IN07: [
    ['1', {}, 'met'],
    ['0', measured({ ECOG: q(0, '1') }), 'met'],
    ['exactly 2', measured({ ECOG: q(2, '1') }), 'met'],
    ['exactly 2, as a score', measured({ ECOG: q(2, '{score}') }), 'met'],
    ['3', measured({ ECOG: q(3, '1') }), 'notMet'],
    ['not measured', measured({ ECOG: null }), 'notEvaluable'],
  ],
  IN08: [
    ['signed before the procedures, on an approved version', {}, 'met'],
    ['signed on the day of the first procedure', { consent: { signedAt: '2024-03-04' } }, 'met'],
    ['signed a day after it', { consent: { signedAt: '2024-03-05' } }, 'notMet'],
    ['on a version that was not approved', { consent: { version: '1.0' } }, 'notMet'],
    ['before the version was approved', { consent: { signedAt: '2023-06-30' } }, 'notMet'],
    ['on the day of the approval', { consent: { signedAt: '2023-07-01' } }, 'met'],
    ['in a month that may be after the procedures', { consent: { signedAt: '2024-03' } }, 'notEvaluable'],
    ['no consent', { consent: null }, 'notEvaluable'],
  ],
  EX01: attested('malignancyInPast5Years', 'met'),
  EX02: [
    ['none of it', {}, 'notMet'],
    ['NYHA exactly 3', measured({ NYHA: q(3, '1') }), 'met'],
    ['NYHA 2', measured({ NYHA: q(2, '1') }), 'notMet'],
    ['systolic exactly 160', measured({ SYSBP: q(160, 'mm[Hg]') }), 'met'],
    ['systolic exactly 160 mmHg, in kPa', measured({ SYSBP: as('kPa', q(160, 'mm[Hg]')) }), 'met'],
    ['systolic 159', measured({ SYSBP: q(159, 'mm[Hg]') }), 'notMet'],
    ['diastolic exactly 110', measured({ DIABP: q(110, 'mm[Hg]') }), 'met'],
    ['diastolic 109.9', measured({ DIABP: q(109.9, 'mm[Hg]') }), 'notMet'],
    ['in the judgement of the investigator', stated({ cardiacInsufficiencyOrHypertension: true }), 'met'],
    ['no blood pressure', measured({ SYSBP: null }), 'notEvaluable'],
    ['no blood pressure, but NYHA 4', measured({ SYSBP: null, NYHA: q(4, '1') }), 'met'],
    [
      'nothing at all',
      {
        ...measured({ SYSBP: null, DIABP: null, NYHA: null }),
        ...stated({ cardiacInsufficiencyOrHypertension: null }),
      },
      'notEvaluable',
    ],
  ],
  EX03: attested('severeMentalIllness', 'met'),
  EX04: attested('clinicallySignificantInfection', 'met'),
  EX05: [
    ['all within', {}, 'notMet'],
    [
      'all exactly at their limits',
      results({ ALT: uL(120), AST: uL(120), CREAT: q(150, 'umol/L'), BILI: q(30, 'umol/L'), ALP: uL(150) }),
      'notMet',
    ],
    [
      'creatinine exactly at the limit, in mg/dL',
      results({ CREAT: as('mg/dL', q(150, 'umol/L'), creatinine) }),
      'notMet',
    ],
    [
      'creatinine just above, in mg/dL',
      results({ CREAT: as('mg/dL', q(150.001, 'umol/L'), creatinine) }),
      'met',
    ],
    ['AST above', results({ AST: uL(120.1) }), 'met'],
    ['ALT above', results({ ALT: uL(121) }), 'met'],
    ['creatinine above', results({ CREAT: q(150.1, 'umol/L') }), 'met'],
    ['bilirubin above', results({ BILI: q(30.1, 'umol/L') }), 'met'],
    ['ALP above', results({ ALP: uL(151) }), 'met'],
    ['no ALP', results({ ALP: null }), 'notEvaluable'],
    ['no ALP, but AST is above', results({ ALP: null, AST: uL(121) }), 'met'],
    ['neither ALT nor AST', results({ ALT: null, AST: null }), 'notEvaluable'],
  ],
  EX06: [
    ['all negative', {}, 'notMet'],
    ['HIV positive', results({ HIV12AB: positive }), 'met'],
    ['HCV positive', results({ HCAB: positive }), 'met'],
    ['syphilis positive', results({ TPLAB: positive }), 'met'],
    ['HIV indeterminate', results({ HIV12AB: 'indeterminate' }), 'notEvaluable'],
    ['no syphilis test', results({ TPLAB: null }), 'notEvaluable'],
    ['no syphilis test, but HIV positive', results({ TPLAB: null, HIV12AB: positive }), 'met'],
  ],
  EX07: attested('severeAllergy', 'met'),
  EX08: [
    ['none of it, with a negative test', {}, 'notMet'],
    ['pregnant, breastfeeding or planning', stated({ pregnantBreastfeedingOrPlanningChild: true }), 'met'],
    ['a positive test', results({ HCG: positive }), 'met'],
    [
      'cannot become pregnant: no test is asked',
      { ...results({ HCG: null }), ...stated({ canBecomePregnant: false }) },
      'notMet',
    ],
    ['can become pregnant, no test', results({ HCG: null }), 'notEvaluable'],
    ['not attested', stated({ pregnantBreastfeedingOrPlanningChild: null }), 'notEvaluable'],
  ],
  EX09: attested('receivesTransplantation', 'met'),
  EX10: attested('otherInappropriateCondition', 'met'),
};

describe('the criteria of NCT05794425', () => {
  test('are all in this table', () => {
    expect(Object.keys(cases).toSorted()).toEqual(
      nct05794425Definition.criteria.map(({ id }) => id).toSorted(),
    );
  });

  describe.each(Object.entries(cases))('%s', (id, of) => {
    test.each(of)('%s', (_what, changes, outcome) => {
      expect(criterionOf(evaluate(eventsOf(changed(changes))), id).outcome).toBe(outcome);
    });
  });
});
