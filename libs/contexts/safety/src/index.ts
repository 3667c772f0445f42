import type { View } from '@platform/views';
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
export {
  listAdverseEvents,
  type AdverseEventFilter,
  type AdverseEventListed,
} from './views/adverse-event-log';
export const safetyViews: readonly View[] = [adverseEventLog];
