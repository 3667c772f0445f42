import type { Limit, ReportingRule, RuleSet, Trigger } from './rule';

const serious: Trigger = { fact: 'serious' };
const susar: readonly Trigger[] = [serious, { fact: 'related' }, { fact: 'unexpected' }];
const lethal: Trigger = { fact: 'fatalOrLifeThreatening' };
const others: Trigger = { all: [...susar, { not: 'fatalOrLifeThreatening' }] };
const days = (amount: number): Limit => ({ unit: 'days', amount, inclusive: true });

const e2a = {
  version: '1',
  jurisdiction: 'ICH',
  citation:
    'ICH E2A, Clinical safety data management: definitions and standards for expedited reporting, 1994',
  effectiveFrom: '1994-10-27',
  verification: {
    mark: 'quoted',
    says:
      'Other documents quote Section III.B: 7 and 8 additional days, and 15 days, from first knowledge that ' +
      'the case qualifies. The date is that of step 4.',
  },
  from: 'sponsor',
  to: ['regulator'],
} as const satisfies Partial<ReportingRule>;

export const ichE2a: RuleSet = {
  id: 'ICH-E2A',
  version: '1',
  jurisdiction: 'ICH',
  title: 'ICH E2A',
  rules: [
    {
      ...e2a,
      id: 'ICH-E2A-7',
      title: 'Fatal or life-threatening unexpected reaction',
      trigger: { all: [...susar, lethal] },
      anchor: 'sponsorFirstKnowledge',
      limit: days(7),
      family: 'ICH-E2A',
    },
    {
      ...e2a,
      id: 'ICH-E2A-8',
      title: 'Report as complete as possible, within 8 additional days',
      trigger: { followsUp: 'ICH-E2A-7' },
      anchor: 'initialReport',
      limit: days(8),
    },
    {
      ...e2a,
      id: 'ICH-E2A-15',
      title: 'Other serious unexpected reaction',
      trigger: others,
      anchor: 'sponsorFirstKnowledge',
      limit: days(15),
      family: 'ICH-E2A',
    },
  ],
};

const ind = {
  version: '1',
  jurisdiction: 'US',
  citation: '21 CFR 312.32(c)',
  effectiveFrom: '2011-03-28',
  verification: {
    mark: 'quoted',
    says:
      'Another document quotes (c)(1) and (c)(2). Guides of universities count the 15 days from the initial receipt, ' +
      'which is earlier: who wants to be safe re-anchors. The first day in effect is known second hand.',
  },
  from: 'sponsor',
  family: 'US-IND',
} as const satisfies Partial<ReportingRule>;

export const usInd: RuleSet = {
  id: 'US-IND',
  version: '1',
  jurisdiction: 'US',
  title: 'IND safety reports in the United States',
  rules: [
    {
      ...ind,
      id: 'US-7',
      title: 'Unexpected fatal or life-threatening suspected adverse reaction',
      to: ['fda'],
      trigger: { all: [...susar, lethal] },
      anchor: 'sponsorInitialReceipt',
      limit: days(7),
    },
    {
      ...ind,
      id: 'US-15',
      title: 'Other suspected adverse reaction that qualifies',
      to: ['fda', 'investigators'],
      trigger: others,
      anchor: 'sponsorDetermination',
      limit: days(15),
    },
  ],
};

const eu = {
  version: '1',
  jurisdiction: 'EU',
  effectiveFrom: '2022-01-31',
} as const;
const ctr42 = {
  ...eu,
  citation: 'Regulation (EU) No 536/2014, Article 42',
  verification: {
    mark: 'unverified',
    says:
      'The limits are known second hand. Of the text, Annex III was read in parts: what a report has to hold ' +
      '(2.3), and that the sponsor does not downgrade the investigator’s causality (2.1).',
  },
  from: 'sponsor',
  to: ['eudraVigilance'],
} as const satisfies Partial<ReportingRule>;

export const euCtr: RuleSet = {
  id: 'EU-CTR',
  version: '1',
  jurisdiction: 'EU',
  title: 'Clinical trials in the European Union',
  rules: [
    {
      ...eu,
      id: 'EU-INV-24',
      title: 'Serious adverse event',
      citation: 'Regulation (EU) No 536/2014, Article 41',
      verification: {
        mark: 'doc',
        says: 'The 24 hours were read in a document; the first day of application is known second hand.',
      },
      from: 'investigator',
      to: ['sponsor'],
      trigger: serious,
      anchor: 'investigatorAwareness',
      limit: { unit: 'hours', amount: 24, inclusive: true },
    },
    {
      ...ctr42,
      id: 'EU-SUSAR-7',
      title: 'Fatal or life-threatening SUSAR',
      trigger: { all: [...susar, lethal, { not: 'turnedFatalAtOnce' }] },
      anchor: 'minimumInformation',
      limit: days(7),
      family: 'EU-SUSAR',
    },
    {
      ...ctr42,
      id: 'EU-SUSAR-7F',
      title: 'Completed report of the fatal or life-threatening SUSAR, within 8 additional days',
      trigger: { followsUp: 'EU-SUSAR-7' },
      anchor: 'initialReport',
      limit: days(8),
    },
    {
      ...ctr42,
      id: 'EU-SUSAR-15',
      title: 'Other SUSAR',
      trigger: others,
      anchor: 'minimumInformation',
      limit: days(15),
      family: 'EU-SUSAR',
    },
    {
      ...ctr42,
      id: 'EU-UPGRADE-7',
      title: 'SUSAR that was not fatal turns fatal',
      trigger: { all: [...susar, { fact: 'turnedFatal' }] },
      anchor: 'awarenessOfDeath',
      limit: days(7),
      family: 'EU-SUSAR',
    },
  ],
};
