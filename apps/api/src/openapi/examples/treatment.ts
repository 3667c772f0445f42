const at = { at: '2024-03-12T09:40', zone: 'Asia/Shanghai' };
const units = [
  {
    din: 'W0000 24 123456',
    lot: 'L-0412',
    batch: 'MSC-24-03',
    kind: 'S1234',
    expiresAt: '2026-02',
    thawedAt: '2024-03-12T09:10',
  },
];
const reason = { code: 'clinical', text: 'The participant felt dizzy.' };

/** Bodies of the requests about infusions and drugs. */
export const treatmentExamples = {
  PlanInfusion: { product: 'MSC', plannedOn: '2024-03-12', units, zone: 'Asia/Shanghai' },
  ChangeInfusionPlan: {
    plannedOn: '2024-03-13',
    units,
    reason: { code: 'logistics', text: 'The courier is late.' },
  },
  CancelInfusion: { reason: { code: 'clinical', text: 'Fever in the morning.' } },
  RecordThaw: { din: 'W0000 24 123456', expiresAt: '2024-03-12T13:10', at },
  VerifyInfusionIdentity: { secondPerson: 'pharmacist-03', units: ['W0000 24 123456'], at },
  RecordPremedication: { drug: 'DEXAMETHASONE', dose: 5, unit: 'mg', route: 'IV', at },
  StartInfusion: { at, recordedAfterwards: true },
  StartInfusionDespiteGates: { gates: ['TRT-INTERVAL'], at, reason },
  PauseInfusion: { at, reason },
  ResumeInfusion: { at },
  StopInfusion: { at, reason },
  EndInfusion: { cellsGiven: 60_000_000, volumeMl: 100, at },
  RecordInfusionVitalSigns: {
    phase: 'during',
    values: [
      { code: 'PULSE', value: 84, unit: '/min' },
      { code: 'TEMP', value: 36.8, unit: 'Cel' },
    ],
    at,
  },
  RecordInfusionReaction: {
    term: 'Chills',
    grade: 1,
    adverseEvent: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21',
    at,
  },
  ResolveInfusionReaction: { at },
  RecordDrugDose: {
    drug: 'CSA',
    dose: 100,
    unit: 'mg',
    frequency: 'BID',
    at: { at: '2024-03-06', zone: 'Asia/Shanghai' },
    until: '2024-06-06',
  },
  RecordAdministration: {
    treatment: 'PLACEBO',
    dose: 0,
    unit: 'mg',
    form: 'PATCH',
    route: 'TRANSDERMAL',
    frequency: 'QD',
    start: '2014-01-02',
    end: '2014-01-16',
    zone: 'America/New_York',
    visit: 'BASELINE',
    sourceRecord: { file: 'ex.xpt', key: '701-1015/EX/1' },
  },
  CorrectTreatmentValue: {
    event: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21',
    field: 'cellsGiven',
    value: 65_000_000,
    reason: { code: 'transcriptionError', text: 'Read off the wrong line.' },
  },
  RecallProduct: {
    by: 'lot',
    numbers: ['L-0412'],
    kind: 'S1234',
    at: { at: '2024-03-14', zone: 'Asia/Shanghai' },
    issuedBy: 'The cord blood bank',
    reference: 'R-2024-7',
    reason: { code: 'sterility', text: 'Growth in the sample kept back.' },
  },
  LiftProductRecall: {
    at: { at: '2024-03-20', zone: 'Asia/Shanghai' },
    reason: { code: 'cleared', text: 'The second sample is sterile.' },
  },
  CorrectProductRecallValue: {
    event: '018e3f0a-1c00-7000-8000-000000000001',
    field: 'numbers',
    value: ['L-0412', 'L-0413'],
    reason: { code: 'supplier', text: 'The letter of 15 March names another lot.' },
  },
  TraceRecalledProduct: { position: '812' },
  FlagRecalledProduct: { recall: '018e3f0a-1c00-7000-8000-000000000002' },
};
