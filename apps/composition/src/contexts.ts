import type { Reaction } from '@platform/commands';
import type { View } from '@platform/views';
import { AccessModule, accessViews } from '@trial/access';
import { AlertingModule, alertingReactions, alertingViews } from '@trial/alerting';
import { AuditModule, auditViews } from '@trial/audit';
import { InspectionModule } from '@trial/inspection';
import { participantsReactions, ParticipantsModule, participantsViews } from '@trial/participants';
import { ProtocolModule } from '@trial/protocol';
import { reportingReactions, ReportingModule, reportingViews } from '@trial/reporting';
import { SafetyModule, safetyReactions, safetyViews } from '@trial/safety';
import { SigningModule, signingViews } from '@trial/signing';
import { SitesModule, sitesViews } from '@trial/sites';
import { TreatmentModule, treatmentReactions, treatmentViews } from '@trial/treatment';

/** All contexts, in the order in which they may know each other. */
export const contextModules = [
  AccessModule,
  ProtocolModule,
  SitesModule,
  ParticipantsModule,
  TreatmentModule,
  SafetyModule,
  ReportingModule,
  AlertingModule,
  SigningModule,
  AuditModule,
  InspectionModule,
];

export const allViews: readonly View[] = [
  ...accessViews,
  ...sitesViews,
  ...participantsViews,
  ...treatmentViews,
  ...safetyViews,
  ...reportingViews,
  ...alertingViews,
  ...signingViews,
  ...auditViews,
];

export const allReactions: readonly Reaction[] = [
  ...participantsReactions,
  ...treatmentReactions,
  ...safetyReactions,
  ...reportingReactions,
  ...alertingReactions,
];
