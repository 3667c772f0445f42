export { initialTrial, initialTrials, type InitialTrial } from './definitions/initial-trial';
export { nct05794425Definition, nct05794425Details } from './definitions/nct05794425';
export {
  nct05794425Collaborators,
  nct05794425Sites,
  type BuiltInSite,
} from './definitions/nct05794425-sites';
export {
  analyteOf,
  analytes,
  isPossibleUnit,
  isPossibleUnitOfMeasurement,
  measurementKindOf,
  measurementKinds,
  type Analyte,
  type MeasurementKind,
} from './domain/analytes';
export { conditionsWithin, evidenceNeeded, type EvidenceNeeded } from './domain/conditions';
export type * from './domain/definition';
export {
  deriveFromSdtm,
  type DerivedTrial,
  type NotMapped,
  type SdtmRow,
  type SdtmTrialDesign,
} from './domain/from-sdtm';
export {
  protocolOf,
  trialDecider,
  trialStream,
  versionInForce,
  type Publication,
  type PublishedVersion,
  type TrialEvent,
  type TrialState,
} from './domain/trial';
export type { PlannedDates, TrialDetails } from './domain/trial-details';
export { trialStatuses, type DatedStatus, type TrialStatus } from './domain/trial-status';
export { validateDefinition, type DefinitionFailure } from './domain/validate-definition';
export {
  ChangeTrialDetails,
  ChangeTrialStatus,
  CorrectTrialStatus,
  DefineTrial,
  PublishProtocolVersion,
} from './protocol.commands';
export { ProtocolModule } from './protocol.module';
