import type { Reaction } from '@platform/commands';
import type { View } from '@platform/views';
import { completeEnrollment, confirmPlace } from './reactions/enrollment';
import { followTreatment } from './reactions/follow-treatment';
import { raiseDeviations } from './reactions/raise-deviations';
import { deviationLog } from './views/deviation-log';
import { screeningLog } from './views/screening-log';

export {
  departureCategories,
  departureSeverities,
  withDepartures,
  type Departure,
  type DepartureCategory,
  type DepartureSeverity,
} from './domain/departure';
export {
  deviationDecider,
  deviationStream,
  type DeviationEvent,
  type DeviationState,
} from './domain/deviation';
export {
  enrollmentDecider,
  enrollmentStream,
  type EnrollmentEvent,
  type EnrollmentState,
} from './domain/enrollment';
export { consentAt, type ConsentStanding } from './domain/participant/consent';
export { isImport } from './domain/participant/importing';
export {
  enrollmentOf,
  entriesOf,
  firstTreatmentAt,
  latestOf,
  participantDecider,
  participantStream,
  profileOf,
  subjectOfParticipant,
  type CurrentStatus,
  type EntryType,
  type EntryTypes,
  type ParticipantEntry,
  type ParticipantEvent,
  type ParticipantState,
} from './domain/participant/participant';
export type * from './domain/participant/recorded';
export {
  participantStatuses,
  treatableStatuses,
  type ParticipantStatus,
} from './domain/participant/statuses';
export { studyDay } from './domain/participant/visits';
export { AllocateParticipantNumber, EnrollParticipant } from './enrollment.commands';
export * from './participants.commands';
export {
  AssessedValueInput,
  CharacteristicInput,
  LaboratoryResultInput,
  MeasurementInput,
  MedicalHistoryInput,
  SourceRecordInput,
  StatementInput,
  VisitInput,
} from './participants.inputs';
export { readTrial, trialFacts } from './participants.facts';
export { AssessDeviation, CloseDeviation, RaiseDeviation } from './deviations.commands';
export { ParticipantsModule } from './participants.module';
export {
  EvaluateScreening,
  ListDeviations,
  ListScreeningLog,
  ReadParticipant,
  type CurrentEvaluation,
  type ParticipantRecord,
} from './participants.queries';
export { deviationIdOf } from './reactions/raise-deviations';
export type { DeviationListed } from './views/deviation-log';
export { listScreening, screeningLog, type ScreeningListed } from './views/screening-log';

export const participantsViews: readonly View[] = [screeningLog, deviationLog];

/** What follows from events, of this context and of others, to participants, places and deviations. */
export const participantsReactions: readonly Reaction[] = [
  raiseDeviations,
  completeEnrollment,
  confirmPlace,
  followTreatment,
];
