/** A small protocol: two criteria, one product, one visit. The built-in trial's has all there is. */
const definition = {
  version: '1.0',
  title: 'Cells and a drug for aplastic anemia',
  purpose: 'treatment',
  studyType: 'interventional',
  phase: '1/2',
  zone: 'Asia/Shanghai',
  enrollmentTarget: 100,
  arms: [{ code: 'A', name: 'Cells and drug', interventions: ['MSC', 'CSA'] }],
  interventions: [
    {
      kind: 'infusion',
      code: 'MSC',
      product: 'Mesenchymal stem cells',
      cellsMin: 50_000_000,
      cellsMax: 100_000_000,
      plannedInfusions: 4,
      intervalDays: 7,
      intervalWindowDays: 1,
    },
    {
      kind: 'drug',
      code: 'CSA',
      product: 'Cyclosporine',
      dailyDoseMin: 3,
      dailyDoseMax: 5,
      dailyDoseUnit: 'mg/kg/d',
      schedule: 'twice a day',
    },
  ],
  criteria: [
    {
      id: 'IN01',
      type: 'inclusion',
      text: 'Diagnosed with aplastic anemia.',
      ruleVersion: '1',
      condition: { kind: 'diagnosis', oneOf: ['AA'] },
    },
    {
      id: 'EX01',
      type: 'exclusion',
      text: 'ALT above three times the upper limit of normal.',
      ruleVersion: '1',
      condition: {
        kind: 'laboratoryLimit',
        analytes: ['ALT'],
        quantifier: 'any',
        is: 'above',
        limit: { timesUln: 3 },
      },
    },
  ],
  visits: [{ code: 'V1', name: 'First infusion', studyDay: 1, windowDays: 0 }],
  outcomes: [{ type: 'primary', measure: 'Overall response', timeFrame: 'six months' }],
  sourceNotes: [],
};

const details = {
  registryNumber: 'NCT05794425',
  otherIds: ['2022-045'],
  title: 'Cells and a drug for aplastic anemia',
  sponsor: 'A university hospital',
  collaborators: ["Tai'an Central Hospital"],
  locations: [{ name: 'Department of Hematology', city: 'Jinan' }],
  country: 'CHN',
  zone: 'Asia/Shanghai',
  plannedDates: { start: '2023-04', primaryCompletion: '2025-12-31', completion: '2026' },
};

/** Bodies of the requests about the trial itself. */
export const protocolExamples = {
  DefineTrial: details,
  ChangeTrialDetails: {
    ...details,
    plannedDates: { ...details.plannedDates, completion: '2027' },
    reason: { code: 'registryUpdate', text: 'The registry entry was updated.' },
  },
  PublishProtocolVersion: { definition, effectiveFrom: '2023-04-01' },
  ChangeTrialStatus: { status: 'recruiting', effectiveOn: '2023-08-01' },
  CorrectTrialStatus: {
    original: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21',
    effectiveOn: '2023-08-02',
    reason: { code: 'typingError', text: 'Recruitment began a day later.' },
  },
};
