const zone = 'Asia/Shanghai';
const reason = { code: 'authority', text: 'The authority has asked for it.' };
const event = '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';

const sent = {
  reference: 'CDE-2024-000193',
  sentAt: { at: '2024-03-11T16:20', zone },
  sentBy: 'safety-officer-00',
  sentTo: ['drugAuthority', 'ethicsCommittee'],
};

/** Bodies of the requests about rules of reporting and what follows from them. */
export const reportingExamples = {
  ActivateRuleSet: { ruleSet: 'ICH-E2A', version: '1', from: '2024-06-01', reason },
  DeactivateRuleSet: { ruleSet: 'ICH-E2A', from: '2024-09-01', reason },
  OpenObligation: {
    rule: 'CN-SC-ERROR',
    anchor: { at: '2024-03-12T09:15', zone },
    description: 'The bag of the second unit leaked while it was thawed.',
  },
  ReanchorObligation: { anchor: { at: '2024-03-11T08:00', zone }, reason },
  FulfilObligation: sent,
  FulfilObligationAsInvestigator: { ...sent, sentBy: 'investigator-03', sentTo: ['sponsor'] },
  WaiveObligation: { reason },
  ReviewCase: { event, position: '4711' },
  ReviewCaseUnderRules: { event, position: '4711', ruleSet: 'ICH-E2A', version: '1' },
  FindEarlierCases: { event, position: '4711', ruleSet: 'ICH-E2A', version: '1' },
  NoteObligationTime: { obligation: event },
};
