const at = { at: '2024-03-14T10:00', zone: 'Asia/Shanghai' };
const coded = {
  preferredTerm: 'Pyrexia',
  systemOrganClass: 'General disorders and administration site conditions',
  lowestLevelTerm: 'Fever',
  dictionary: 'MedDRA 26.1',
};
const reason = { code: 'newInformation', text: 'The hospital’s letter has arrived.' };

/** Bodies of the requests about adverse events. */
export const safetyExamples = {
  ReportAdverseEvent: {
    term: 'Fever after the second infusion',
    coded,
    onset: '2024-03-13T20:15',
    end: '2024-03-15',
    zone: 'Asia/Shanghai',
    reporter: 'coordinator-03',
    awareAt: at,
    description: 'Up to 38.9 degrees, paracetamol twice.',
    relatedInfusions: ['0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21'],
    suspectProducts: ['MSC'],
  },
  AmendAdverseEvent: { onset: '2024-03-13', end: null, reason },
  AssessSeverity: { grade: 2, baselineGrade: 0, at },
  AssessSeriousness: { serious: true, hospitalisation: true, death: false, at, reason },
  AssessCausality: { product: 'MSC', term: 'possible', at },
  AssessCausalityAsSponsor: { product: 'MSC', term: 'unlikely', at, reason },
  AssessExpectedness: { product: 'MSC', expected: true, rsiVersion: 'IB 4.0', rsiFrom: '2023-10-01', at },
  RecordAdverseEventOutcome: { outcome: 'recovered', end: '2024-03-15', at },
  RecordActionTaken: {
    product: 'MSC',
    action: 'doseNotChanged',
    detail: 'The third infusion as planned.',
    at,
  },
  VoidAdverseEvent: { reason: { code: 'enteredTwice', text: 'The same fever as in the other report.' } },
  CorrectAdverseEventValue: {
    event: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21',
    field: 'term',
    value: 'Fever after the first infusion',
    reason: { code: 'typingError', text: 'It was the first one.' },
  },
  DefineStoppingRule: {
    rule: 'SR-01',
    title: 'Two related events of grade 4 or 5 among the first ten treated',
    kind: 'countAmongFirst',
    counts: { minGrade: 4, related: true },
    parameters: { participants: 2, amongFirst: 10 },
    source: 'Safety monitoring plan 1.0, section 7.2',
    reason: { code: 'boardDecision', text: 'The board lowered the number from three.' },
  },
  RetireStoppingRule: { reason: { code: 'boardDecision', text: 'The first ten have been treated.' } },
  LookAtStoppingRules: { position: '1207', knownAt: '2024-03-14T02:00:00.000Z' },
  ReviewStoppingSignal: {
    decision: 'pauseEnrollment',
    reason: { code: 'boardDecision', text: 'Until both cases have been reviewed in full.' },
  },
};
