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
