import type { PartialDate } from '@platform/kernel';
import type { ReportingRule, RuleSet } from './rule';
import { chinaDrug, chinaStemCell } from './shipped-china';
import { euCtr, ichE2a, usInd } from './shipped-international';

/**
 * Every version of every set that this software brings along. A version is never changed: one that reads otherwise is
 * another version, beside. How far its text was verified, and by what, may come to be known better without one.
 */
export const ruleSets: readonly RuleSet[] = [chinaStemCell, chinaDrug, ichE2a, usInd, euCtr];

export const ruleSetOf = (id: string, version: string): RuleSet | undefined =>
  ruleSets.find(set => set.id === id && set.version === version);

/** A rule as the version of a set has it. */
export interface RuleOfSet {
  readonly ruleSet: string;
  readonly ruleSetVersion: string;
  readonly rule: ReportingRule;
}

export const isInEffect = (
  { effectiveFrom, effectiveUntil }: Pick<ReportingRule, 'effectiveFrom' | 'effectiveUntil'>,
  day: PartialDate,
): boolean => effectiveFrom <= day && (effectiveUntil === undefined || day < effectiveUntil);
