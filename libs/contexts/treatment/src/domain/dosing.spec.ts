import fc from 'fast-check';
import { scenario } from '@platform/kernel/testing';
import { context, departuresOf, enrolled, stateAfter, weightOf60kg, zone } from '../testing';
import { assessDose, latestWeight, recordAdministration, recordDrugDose, type DoseTaken } from './dosing';
import type { TreatmentFacts } from './facts';
import { treatmentDecider } from './treatment';

const treatment = scenario(treatmentDecider);
const at = { at: '2024-02-10', zone };
const csa: DoseTaken = { drug: 'CSA', dose: 120, unit: 'mg', frequency: 'BID', at };
const record = (over: Partial<DoseTaken>, facts: Partial<TreatmentFacts> = {}) =>
  recordDrugDose({ ...csa, ...over }, stateAfter(), context(facts));

describe('a dose of cyclosporine', () => {
  it('is related to the latest weight, once', () => {
    treatment
      .given()
      .when(state => recordDrugDose(csa, state, context()))
      .yields({
        type: 'DrugDoseRecorded',
        data: {
          ...{ drug: 'CSA', dose: 120, unit: 'mg', frequency: 'BID', ...at },
          assessment: { dailyDose: 4, unit: 'mg/kg/d', weight: weightOf60kg },
        },
        occurredAt: at,
      })
      .when(state => recordDrugDose(csa, state, context()))
      .yieldsNothing();
  });

  test.each<[string, Partial<DoseTaken>, readonly string[]]>([
    ['3 mg/kg/d, the lower limit', { dose: 90 }, []],
    ['5 mg/kg/d, the upper limit', { dose: 150 }, []],
    ['below', { dose: 89.9 }, ['TRT-DRUG-DOSE']],
    ['above', { dose: 150.1 }, ['TRT-DRUG-DOSE']],
    ['in grams', { dose: 0.12, unit: 'g' }, []],
    ['in micrograms, too little', { dose: 120, unit: 'ug' }, ['TRT-DRUG-DOSE']],
    ['once a day, too little', { frequency: 'QD' }, ['TRT-DRUG-DOSE']],
    ['every other day', { dose: 480, frequency: 'QOD' }, []],
    ['by weight already', { dose: 2, unit: 'mg/kg' }, []],
    ['by weight already, too much', { dose: 3, unit: 'mg/kg' }, ['TRT-DRUG-DOSE']],
    [
      'before the enrollment',
      { at: { at: '2024-01-20', zone }, dose: 2, unit: 'mg/kg' },
      ['TRT-NOT-ENROLLED'],
    ],
    ['another drug', { drug: 'Folic acid', dose: 5 }, []],
  ])('%s', (_what, over, rules) => {
    expect(departuresOf(record(over))).toEqual(rules);
  });

  it('departs after a withdrawal', () => {
    const absences = [{ status: 'withdrawnFromTreatment', from: '2024-02-09', event: 'status-2' }];
    expect(departuresOf(record({}, { absences }))).toEqual(['TRT-AFTER-WITHDRAWAL']);
  });

  test.each<[string, Partial<DoseTaken>, Partial<TreatmentFacts>]>([
    ['without a weight', {}, { weights: [] }],
    ['with a later weight only', {}, { weights: [{ ...weightOf60kg, at: '2024-02-11' }] }],
    ['with a weight of that year', {}, { weights: [{ ...weightOf60kg, at: '2024' }] }],
    ['with a weight in no unit of mass', {}, { weights: [{ ...weightOf60kg, unit: 'cm' }] }],
    ['with a weight of nothing', {}, { weights: [{ ...weightOf60kg, value: 0 }] }],
    ['in a unit that is no mass', { unit: 'mL' }, {}],
    ['as needed', { frequency: 'PRN' }, {}],
  ])('cannot be judged %s, and is recorded', (_what, over, facts) => {
    const decision = record(over, facts);
    expect(departuresOf(decision)).toEqual([]);
    expect(decision).toMatchObject([{ data: { notEvaluable: [{ rule: 'TRT-DRUG-DOSE' }] } }]);
    expect(decision).not.toHaveProperty('0.data.assessment');
  });

  test.each<[string, Partial<DoseTaken>, string, string]>([
    ['no unit', { unit: 'pill' }, 'TRT-UNIT', 'unit'],
    ['less than nothing', { dose: -1 }, 'TRT-AMOUNT', 'dose'],
    ['a day that does not exist', { at: { at: '2024-02-30', zone } }, 'TRT-TIME', 'at'],
    ['a day to come', { at: { at: '2024-03-06', zone } }, 'TRT-FUTURE', 'at'],
  ])('is refused with %s', (_what, over, rule, field) => {
    expect(record(over)).toMatchObject({ rejected: 'invalid', rule, field });
  });

  it('that ended before it began is flagged', () => {
    expect(record({ until: '2024-02-09' })).toMatchObject([{ data: { flags: ['TRT-END-BEFORE-START'] } }]);
    expect(record({ until: '2024-02-10' })).not.toHaveProperty('0.data.flags');
  });

  it('is the same in whatever units dose and weight are told', () => {
    const amount = fc.double({ min: 1, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(amount, fc.double({ min: 2, max: 200, noNaN: true }), (dose, kilograms) => {
        const told = (unit: string, dosePerUnit: number, weightUnit: string, weightPerUnit: number) => {
          const weights = [{ ...weightOf60kg, value: kilograms * weightPerUnit, unit: weightUnit }];
          const taken = { ...csa, ...at, dose: dose * dosePerUnit, unit };
          return assessDose(taken, { ...enrolled, weights }).assessment?.dailyDose;
        };
        const expected = (2 * dose) / kilograms;
        expect(told('mg', 1, 'kg', 1)! / expected).toBeCloseTo(1, 9);
        expect(told('g', 0.001, 'g', 1_000)! / expected).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('the latest weight', () => {
  const weight = (day: string, event = day) => ({ value: 60, unit: 'kg', at: day, event });

  it('is the last one at or before the dose; of two on one day, the one recorded later', () => {
    const weights = [
      weight('2024-01-05'),
      weight('2024-02-01', 'a'),
      weight('2024-02-01', 'b'),
      weight('2024-03-01'),
    ];
    expect(latestWeight('2024-02-10', weights)?.event).toBe('b');
    expect(latestWeight('2024-02-01T08:00', weights)?.event).toBe('b');
    expect(latestWeight('2024-01-04', weights)).toBeUndefined();
    expect(latestWeight('2024-02-01T08:00', [weight('2024-02-01T09:00')])).toBeUndefined();
  });
});

describe('an administration', () => {
  const row = {
    ...{
      treatment: 'XANOMELINE',
      dose: 54,
      unit: 'mg',
      form: 'PATCH',
      route: 'TRANSDERMAL',
      frequency: 'QD',
    },
    ...{ start: '2024-02-02', end: '2024-02-16', zone: 'America/New_York', visit: 'BASELINE' },
    sourceRecord: { file: 'ex.csv', key: '701-1015/1' },
  };

  it('is kept as its source says it, and a second import adds nothing', () => {
    treatment
      .given()
      .when(state => recordAdministration(row, state, context()))
      .yields({
        type: 'AdministrationRecorded',
        data: row,
        occurredAt: { at: '2024-02-02', zone: 'America/New_York' },
      })
      .when(state => recordAdministration(row, state, context()))
      .yieldsNothing()
      .when(state => recordAdministration({ ...row, dose: 81 }, state, context()))
      .isRejected('IMPORT-KEY-CHANGED');
  });

  it('goes in without dose, start or end, and with partial dates', () => {
    const { sourceRecord } = row;
    const bare = (over: object) =>
      recordAdministration({ treatment: 'PLACEBO', sourceRecord, ...over }, stateAfter(), context());
    expect(bare({})).toMatchObject([{ data: { treatment: 'PLACEBO', zone } }]);
    expect(bare({ dose: 0, unit: 'mg', start: '2024-02' })).toMatchObject([
      { data: { notEvaluable: [{ rule: 'TRT-NOT-ENROLLED' }] }, occurredAt: { at: '2024-02', zone } },
    ]);
    expect(bare({ start: '2024-02-03', end: '2024-02-02' })).toMatchObject([
      { data: { flags: ['TRT-END-BEFORE-START'] } },
    ]);
  });

  it('departs before the enrollment and after a withdrawal', () => {
    const early = recordAdministration({ ...row, start: '2024-01-31' }, stateAfter(), context());
    expect(departuresOf(early)).toEqual(['TRT-NOT-ENROLLED']);
    const absences = [{ status: 'died', from: '2024-02-01', event: 'status-2' }];
    const late = recordAdministration(row, stateAfter(), context({ absences }));
    expect(departuresOf(late)).toEqual(['TRT-AFTER-WITHDRAWAL']);
  });

  test.each([
    ['no unit', { unit: 'MG/DAY' }, 'TRT-UNIT', 'unit'],
    ['a date that does not exist', { end: '2024-02-31' }, 'TRT-TIME', 'end'],
    ['a start to come', { start: '2024-04' }, 'TRT-FUTURE', 'start'],
    ['no zone', { zone: 'EST5' }, 'TRT-TIME', 'zone'],
  ])('is refused with %s', (_what, over, rule, field) => {
    expect(recordAdministration({ ...row, ...over }, stateAfter(), context())).toMatchObject({ rule, field });
  });
});
