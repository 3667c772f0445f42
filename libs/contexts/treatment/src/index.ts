import type { View } from '@platform/views';
import { infusionLog } from './views/infusion-log';

export { latestWeight, timesPerDay } from './domain/dosing';
export type * from './domain/events';
export { infusionIdOf } from './domain/preparation';
export { reactionIdOf, vitalSignGaps, vitalSignsEveryMinutes } from './domain/observations';
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
export * from './treatment.commands';
export { TreatmentModule } from './treatment.module';
export { listInfusions, type InfusionFilter, type InfusionListed } from './views/infusion-log';
export const treatmentViews: readonly View[] = [infusionLog];
