import type { Reaction } from '@platform/commands';
import type { View } from '@platform/views';
import { lookAtStoppingRules } from './stopping/look-at-stopping-rules';
import { adverseEventLog } from './views/adverse-event-log';

export {
  adverseEventDecider,
  adverseEventIdOf,
  adverseEventStream,
  type AdverseEventEntry,
  type AdverseEventState,
} from './domain/adverse-event';
export {
  causalityScales,
  defaultScale,
  relatedBy,
  scaleOf,
  type CausalityScale,
} from './domain/causality-scales';
export {
  awaitsExpectedness,
  awareFrom,
  combinedCausality,
  expectedFor,
  isFatal,
  isFatalOrLifeThreatening,
  isMinimumValidCase,
  isRelated,
  isSerious,
  isSeriousOrMeets,
  isSusar,
  meetsSeriousness,
  unexpectednessOf,
  type CombinedCausality,
  type Unexpectedness,
} from './domain/conclusions';
export { contradictionIds, contradictionsOf, type ContradictionId } from './domain/contradictions';
export { adverseEventCourseDecider, type AdverseEventCourse, type CourseStep } from './domain/course';
export * from './domain/events';
export {
  AssessCausality,
  AssessCausalityAsSponsor,
  AssessExpectedness,
  AssessSeriousness,
  AssessSeverity,
  RecordActionTaken,
  RecordAdverseEventOutcome,
} from './assessments.commands';
export {
  AmendAdverseEvent,
  CodedTermInput,
  CorrectAdverseEventValue,
  ReportAdverseEvent,
  VoidAdverseEvent,
} from './safety.commands';
export { SafetyModule } from './safety.module';
export { ListAdverseEvents, ReadAdverseEvent } from './safety.queries';
export { lookAt, treatedOf, type Look, type Treated } from './domain/stopping/look';
export { boundaryOf, isCrossed, statisticOf, type RuleKind, type StoppingRule } from './domain/stopping/rule';
export {
  activeRules,
  stoppingDecider,
  stoppingStream,
  type RaisedSignal,
  type ReviewDecision,
  type StoppingEvent,
  type StoppingState,
} from './domain/stopping/stopping';
export { ruleTemplates } from './domain/stopping/templates';
export { DefineStoppingRule, RetireStoppingRule, ReviewStoppingSignal } from './stopping/stopping.commands';
export { ListStoppingRules, type StoppingRules } from './stopping/stopping.queries';
export { emergenceConvention, isEmergent } from './domain/tabulation/emergence';
export type { TabulatedEvent, TabulatedParticipant } from './domain/tabulation/rows';
export type * from './domain/tabulation/table';
export { tabulate } from './domain/tabulation/tabulate';
export { ReadSafetyTabulation, type SafetyTabulation } from './tabulation/tabulation.queries';
export { tabulatedEvents, tabulatedParticipants } from './views/tabulated-rows';
export {
  listAdverseEvents,
  type AdverseEventFilter,
  type AdverseEventListed,
} from './views/adverse-event-log';
export const safetyViews: readonly View[] = [adverseEventLog];

/** What follows from events, of this context and of others, to stopping rules. */
export const safetyReactions: readonly Reaction[] = [lookAtStoppingRules];
