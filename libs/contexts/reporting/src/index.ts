import type { Reaction } from '@platform/commands';
import type { View } from '@platform/views';
import { reviewCases } from './reactions/review-cases';
import { reviewEarlierCases } from './reactions/review-earlier-cases';
import { obligationList } from './views/obligation-list';

export {
  clockOf,
  obligationStatuses,
  reportingCaseDecider,
  reportingCaseStream,
  type ClockRun,
  type Obligation,
  type ObligationStatus,
  type ReportingCaseState,
} from './domain/case/case';
export type * from './domain/case/events';
export { ranOn, type RanOn } from './domain/case/history';
export {
  activationOn,
  reportingRulesStream,
  ruleActivationDecider,
  type Activation,
  type RuleActivationEvent,
  type RuleActivationState,
} from './domain/rules/activation';
export type * from './domain/rules/rule';
export { ruleSetOf, ruleSets } from './domain/rules/rule-sets';
export { validateRuleSet, type RuleFailure } from './domain/rules/validate-rule';
export { initialRuleSets } from './initial-rule-sets';
export { ObligationWatch, type WatchStatus } from './obligation-watch';
export {
  ActivateRuleSet,
  DeactivateRuleSet,
  FulfilObligation,
  FulfilObligationAsInvestigator,
  OpenObligation,
  ReanchorObligation,
  WaiveObligation,
} from './reporting.commands';
export { ReportingModule } from './reporting.module';
export { ListObligations, ListReportingRules, ReadClocks } from './reporting.queries';
export {
  listObligations,
  obligationsToCheck,
  type ObligationFilter,
  type ObligationListed,
} from './views/obligation-list';

export const reportingViews: readonly View[] = [obligationList];
export const reportingReactions: readonly Reaction[] = [reviewCases, reviewEarlierCases];
