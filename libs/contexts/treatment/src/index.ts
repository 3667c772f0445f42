import type { Reaction } from '@platform/commands';
import type { View } from '@platform/views';
import { flagExposures, traceRecalls } from './recall/reactions';
import { exposureLog } from './views/exposure-log';
import { infusionLog } from './views/infusion-log';

export { firstDoseOf, type FirstDose } from './domain/first-dose';
export { latestWeight, timesPerDay } from './domain/dosing';
export type * from './domain/events';
export { infusionIdOf } from './domain/infusion/preparation';
export { reactionIdOf, vitalSignGaps, vitalSignsEveryMinutes } from './domain/infusion/observations';
export {
  endOf,
  standingOf,
  startOf,
  treatmentDecider,
  treatmentStream,
  type Infusion,
  type InfusionStatus,
  type Standing,
  type TreatmentEntry,
  type TreatmentState,
} from './domain/treatment';
export {
  recallDecider,
  recallStream,
  type KnownRecall,
  type RecallEvent,
  type RecallState,
  type TracedProduct,
} from './domain/recall/recall';
export { recallOf, type FoundInfusion } from './domain/recall/recalling';
export { CorrectProductRecallValue, LiftProductRecall, RecallProduct } from './recall/recall.commands';
export { ListProductRecalls, TraceProductRecall } from './recall/recall.queries';
export { traceOf, tracingViews } from './recall/tracing';
export { CorrectTreatmentValue, RecordAdministration, RecordDrugDose } from './treatment.commands';
export {
  CancelInfusion,
  ChangeInfusionPlan,
  EndInfusion,
  PauseInfusion,
  PlanInfusion,
  ProductUnitInput,
  RecordInfusionReaction,
  RecordInfusionVitalSigns,
  RecordPremedication,
  RecordThaw,
  ResolveInfusionReaction,
  ResumeInfusion,
  StartInfusion,
  StartInfusionDespiteGates,
  StopInfusion,
  VerifyInfusionIdentity,
  VitalSignInput,
} from './infusions.commands';
export { TreatmentModule } from './treatment.module';
export { ListInfusions, ReadTreatment } from './treatment.queries';
export { exposureLog, listExposed, type Exposed } from './views/exposure-log';
export { listInfusions, type InfusionFilter, type InfusionListed } from './views/infusion-log';
export const treatmentViews: readonly View[] = [infusionLog, exposureLog];

/** What a recall means for those who hold its units, and for those who received them. */
export const treatmentReactions: readonly Reaction[] = [traceRecalls, flagExposures];
