import type { Limit, ReportingRule, RuleSet, Trigger } from './rule';

const serious: Trigger = { fact: 'serious' };
const susar: readonly Trigger[] = [serious, { fact: 'related' }, { fact: 'unexpected' }];
const cellStudySae: Trigger = { all: [serious, { fact: 'cellProduct' }] };
const days = (amount: number): Limit => ({ unit: 'days', amount, inclusive: true });

const finalTextUnseen =
  'The final text was not seen. Its date is that of the notice, 20 July 2015, known second hand; public since August.';

const stemCell = {
  version: '1',
  jurisdiction: 'CN',
  citation: 'Administrative measures for stem cell clinical research (trial), 2015',
  effectiveFrom: '2015-07-20',
  from: 'investigator',
  to: ['institution', 'ethicsCommittee'],
  passedOnTo: ['healthAuthority', 'drugAuthority'],
} as const;

/** Clinical research with stem cells. */
export const chinaStemCell: RuleSet = {
  id: 'CN-STEM-CELL',
  version: '1',
  jurisdiction: 'CN',
  title: 'Stem cell clinical research in China',
  rules: [
    {
      ...stemCell,
      id: 'CN-SC-24H',
      title: "Serious adverse event in a stem cell study; the participant's study treatment stops",
      verification: {
        mark: 'docDraft',
        says:
          'Read in the draft for comments, Article 23 (1), which names ethics committee and authorities only. ' +
          finalTextUnseen,
      },
      trigger: cellStudySae,
      anchor: 'investigatorAwareness',
      limit: { unit: 'hours', amount: 24, inclusive: true },
    },
    {
      ...stemCell,
      id: 'CN-SC-15D',
      title: 'Cause of the serious adverse event, and the measures taken',
      verification: {
        mark: 'docDraft',
        says: `Read in the draft for comments, Article 23 (2): 15 days from the treatment’s end. ${finalTextUnseen}`,
      },
      trigger: cellStudySae,
      anchor: 'endOfTreatment',
      limit: days(15),
    },
    {
      ...stemCell,
      id: 'CN-SC-ERROR',
      title: 'Error that may spread disease or contaminate the product',
      verification: {
        mark: 'docDraft',
        says:
          'Read in the draft for comments, Article 24 (1), which names no hours: the 24 are an operational reading. ' +
          finalTextUnseen,
      },
      trigger: { manual: 'Somebody notices an error that may spread disease or contaminate the product.' },
      anchor: 'event',
      limit: {
        unit: 'immediately',
        inclusive: true,
        operational: { hours: 24, source: 'As sites read "immediately" for serious adverse events' },
      },
    },
  ],
};

const expedited = {
  version: '1',
  jurisdiction: 'CN',
  citation:
    'Standards and procedures for expedited reporting of safety data during drug clinical trials, 2018',
  effectiveFrom: '2018-05-01',
  verification: {
    mark: 'doc',
    says:
      '7, 8 and 15 days and day 0 as the day of first knowledge were read in a document that gives the standards, ' +
      'and again in the rules of a hospital’s trial office (2023). The first day in effect is known second hand.',
  },
  from: 'sponsor',
  to: ['drugAuthority', 'investigators', 'institution', 'ethicsCommittee', 'healthAuthority'],
} as const satisfies Partial<ReportingRule>;

/** Drug trials under good clinical practice: from the investigator to the sponsor, and expedited reports. */
export const chinaDrug: RuleSet = {
  id: 'CN-DRUG',
  version: '1',
  jurisdiction: 'CN',
  title: 'Drug clinical trials in China',
  rules: [
    {
      id: 'CN-GCP-INV',
      version: '1',
      jurisdiction: 'CN',
      title: 'Serious adverse event that the protocol does not exempt',
      citation: 'Good clinical practice for drug clinical trials, 2020',
      effectiveFrom: '2020-07-01',
      verification: {
        mark: 'unverified',
        says:
          'That the text (Article 26) says "immediately", in effect since 1 July 2020, is known second hand; ' +
          'the 24 hours stand in procedures of sites, which were read.',
      },
      from: 'investigator',
      to: ['sponsor'],
      trigger: serious,
      anchor: 'investigatorAwareness',
      limit: {
        unit: 'immediately',
        inclusive: true,
        operational: { hours: 24, source: 'Standard operating procedures of sites' },
      },
    },
    {
      ...expedited,
      id: 'CN-SUSAR-7',
      title: 'Fatal or life-threatening SUSAR',
      trigger: { all: [...susar, { fact: 'fatalOrLifeThreatening' }] },
      anchor: 'sponsorFirstKnowledge',
      limit: days(7),
      family: 'CN-SUSAR',
    },
    {
      ...expedited,
      id: 'CN-SUSAR-7F',
      title: 'Complete follow-up of the fatal or life-threatening SUSAR, in the following 8 days',
      trigger: { followsUp: 'CN-SUSAR-7' },
      anchor: 'initialReport',
      limit: days(8),
    },
    {
      ...expedited,
      id: 'CN-SUSAR-15',
      title: 'Other SUSAR',
      trigger: { all: [...susar, { not: 'fatalOrLifeThreatening' }] },
      anchor: 'sponsorFirstKnowledge',
      limit: days(15),
      family: 'CN-SUSAR',
    },
    {
      ...expedited,
      id: 'CN-SUSAR-FU',
      title: 'New information on a reported case',
      trigger: { newsAfter: ['CN-SUSAR-7', 'CN-SUSAR-15', 'CN-SUSAR-7F', 'CN-SUSAR-FU'] },
      anchor: 'newInformation',
      limit: days(15),
    },
  ],
};
