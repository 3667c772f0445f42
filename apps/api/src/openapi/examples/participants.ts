const zone = 'Asia/Shanghai';
const event = '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';
const sourceRecord = { file: 'lb.xpt', key: '03-007/LB/12' };

/** Bodies of the requests about participants, from the first contact to the response. */
export const participantExamples = {
  AllocateParticipantNumber: {},
  PrescreenParticipant: {
    prescreenedAt: '2024-03-01',
    sex: 'female',
    birthYear: 1980,
    characteristics: [{ code: 'COUNTRY', value: 'CHN' }],
    sourceId: 'S-0193',
  },
  SignConsent: { version: '2.0', signedAt: '2024-03-02T09:30' },
  WithdrawConsent: {
    withdrawnAt: '2024-06-11',
    dataUse: 'useCollected',
    detail: 'By telephone, confirmed in writing.',
    reason: { code: 'ownWish', text: 'The way to the hospital is too far.' },
  },
  RecordDiagnosis: { code: 'AA', name: 'Aplastic anemia', diagnosedAt: '2024-01', detail: 'Non-severe.' },
  RecordLaboratoryResults: {
    results: [
      {
        analyte: 'ALT',
        quantity: { value: 31, unit: 'U/L' },
        collectedAt: '2024-03-04T07:45',
        laboratory: 'central',
        reported: { low: 7, high: 40, indicator: 'NORMAL' },
        visit: 'SCR',
        sourceRecord,
      },
      { analyte: 'HBVDNA', finding: 'belowDetectionLimit', collectedAt: '2024-03-04' },
      { analyte: 'CREAT', notDone: true, text: 'The sample was hemolyzed.', collectedAt: '2024-03-04' },
    ],
  },
  RecordMeasurements: {
    measurements: [
      { code: 'WEIGHT', quantity: { value: 61.5, unit: 'kg' }, takenAt: '2024-03-04' },
      {
        code: 'SYSBP',
        quantity: { value: 128, unit: 'mm[Hg]' },
        takenAt: '2024-03-04T08:00',
        position: 'SITTING',
      },
    ],
  },
  AttestStatements: {
    statements: [
      { key: 'noTransplantationPlanned', holds: true, attestedAt: '2024-03-05' },
      { key: 'otherReason', holds: false, text: 'None known.', attestedAt: '2024-03-05T10:00' },
    ],
  },
  RecordMedicalHistory: {
    history: [
      { term: 'Hypertension', code: '10020772', codeSystem: 'MedDRA 26.1', startedAt: '2013', ongoing: true },
    ],
  },
  RecordVisits: { visits: [{ visit: 'V1', name: 'First infusion', startedAt: '2024-03-12' }] },
  RecordScreeningDecision: { decision: 'eligible', decidedAt: '2024-03-05' },
  EnrollParticipant: { enrolledAt: '2024-03-06', arm: 'A', actualArm: 'A' },
  ReservePlace: { enrolledAt: '2024-03-06', imported: false, happened: true },
  ReleasePlace: {},
  CompleteEnrollment: { enrolledAt: '2024-03-06', imported: false },
  ChangeParticipantStatus: {
    status: 'lostToFollowUp',
    since: '2024-09-30',
    detail: 'Three letters came back.',
    reason: { code: 'noContact', text: 'No contact for ninety days.' },
  },
  NoteTreatment: { since: '2024-03-12' },
  RecordAssessment: {
    assessment: 'BONEMARROW',
    assessedAt: '2024-06-10',
    visit: 'M3',
    values: [{ code: 'CELLULARITY', quantity: { value: 35, unit: '%' } }],
    conclusion: 'Cellularity has risen.',
  },
  RecordResponse: { definition: 'AA', response: 'partial', assessedAt: '2024-06-12' },
  CorrectParticipantValue: {
    event,
    field: 'quantity',
    value: { value: 13, unit: 'U/L' },
    reason: { code: 'typingError', text: 'The digits were turned round.' },
  },
  RaiseDeviation: {
    rule: 'VISIT-WINDOW',
    category: 'protocolImplementation',
    severity: 'minor',
    description: 'The visit took place two days after its window.',
    causes: [event],
    occurredAt: { at: '2024-04-14', zone },
    identifiedAt: { at: '2024-04-20T11:00', zone },
  },
  AssessDeviation: {
    category: 'protocolImplementation',
    severity: 'minor',
    assessment: 'No influence on safety or on the primary outcome.',
    correctiveAction: 'The calendar is checked every week.',
    reportable: false,
    assessedAt: '2024-04-22',
    reason: { code: 'newInformation', text: 'The laboratory has answered.' },
  },
  CloseDeviation: { closedAt: '2024-05-02', conclusion: 'The corrective action works.' },
};
