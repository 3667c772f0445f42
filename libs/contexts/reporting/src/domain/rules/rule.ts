import type { PartialDate } from '@platform/kernel';

/*
 * A reporting rule is data: who owes a report to whom, what brings that about, from when the time counts, and how long
 * it is. Obligations carry a copy of the rule that they were opened under, so every shape here is a storage format.
 */

export const parties = [
  'investigator',
  'sponsor',
  'institution',
  'ethicsCommittee',
  'healthAuthority',
  'drugAuthority',
  'investigators',
  'regulator',
  'fda',
  'eudraVigilance',
] as const;
export type Party = (typeof parties)[number];

/** What is known or judged of a case. `unexpected`: for a product that the case counts as related to. */
export const caseConditions = [
  'serious',
  'related',
  'unexpected',
  'fatal',
  'fatalOrLifeThreatening',
  /** It turned fatal after it may have been a SUSAR that was not. */
  'turnedFatal',
  /** The same, and it was not life-threatening in between either. */
  'turnedFatalAtOnce',
  /** The protocol gives a cell product. */
  'cellProduct',
] as const;
export type CaseCondition = (typeof caseConditions)[number];

/** What opens an obligation: a small closed language. */
export type Trigger =
  | { readonly fact: CaseCondition }
  | { readonly not: CaseCondition }
  | { readonly all: readonly Trigger[] }
  /** The report under another rule, which this one completes. */
  | { readonly followsUp: string }
  /** Information that came in after a report under one of these rules was sent. */
  | { readonly newsAfter: readonly string[] }
  /** Only a person tells whether it is so. */
  | { readonly manual: string };

/** Day 0, or the moment from which hours count. */
export const anchorKinds = [
  'investigatorAwareness',
  'sponsorFirstKnowledge',
  'sponsorInitialReceipt',
  'minimumInformation',
  'sponsorDetermination',
  'awarenessOfDeath',
  'endOfTreatment',
  'event',
  'newInformation',
  /** Its due date or its sending: the text leaves it open, and both are kept. */
  'initialReport',
] as const;
export type AnchorKind = (typeof anchorKinds)[number];

export interface Limit {
  readonly unit: 'immediately' | 'hours' | 'days';
  /** Absent for `immediately`. */
  readonly amount?: number;
  /** Days: whether the last one still counts. */
  readonly inclusive: boolean;
  /** What those who act by a text that says `immediately` take it to mean. The text itself is kept beside. */
  readonly operational?: { readonly hours: number; readonly source: string };
}

/** How far the text was verified: read in a document, in its draft, quoted by another document, or second hand. */
export const verificationMarks = ['doc', 'docDraft', 'quoted', 'unverified'] as const;

export interface Verification {
  readonly mark: (typeof verificationMarks)[number];
  /** In a sentence: what was read, and what was not. */
  readonly says: string;
}

export interface ReportingRule {
  readonly id: string;
  readonly version: string;
  readonly jurisdiction: string;
  readonly citation: string;
  readonly verification: Verification;
  readonly effectiveFrom: PartialDate;
  /** First day on which it was no longer in effect. */
  readonly effectiveUntil?: PartialDate;
  readonly title: string;
  readonly from: Party;
  readonly to: readonly Party[];
  /** Those to whom the receivers pass it on. */
  readonly passedOnTo?: readonly Party[];
  readonly trigger: Trigger;
  readonly anchor: AnchorKind;
  readonly limit: Limit;
  /** Rules of one family ask for the same report at different speed: one supersedes another. */
  readonly family?: string;
}

export interface RuleSet {
  readonly id: string;
  readonly version: string;
  readonly jurisdiction: string;
  readonly title: string;
  readonly rules: readonly ReportingRule[];
}
