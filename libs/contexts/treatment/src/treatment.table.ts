import {
  commandRow,
  type Addressed,
  type AnyCommandRow,
  type Command,
  type Target,
} from '@platform/commands';
import type { DecisionContext } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { subjectOfParticipant } from '@trial/participants';
import { correctTreatment } from './domain/corrections';
import { recordAdministration, recordDrugDose } from './domain/dosing';
import type { OfInfusion } from './domain/events';
import type { TreatmentFacts } from './domain/facts';
import * as infusion from './domain/infusion/infusion';
import * as observations from './domain/infusion/observations';
import * as preparation from './domain/infusion/preparation';
import { treatmentDecider, treatmentStream, type TreatmentState } from './domain/treatment';
import * as infusions from './infusions.commands';
import * as commands from './treatment.commands';
import { readTreatmentFacts } from './treatment.facts';

export const ofTreatment = {
  stream: ({ target }: Addressed<Command>) => treatmentStream(target.trial!, target.participant!),
  decider: treatmentDecider,
  subject: ({ target }: Addressed<Command>) => subjectOfParticipant(target),
  facts: readTreatmentFacts,
  protocolVersion: ({ protocolVersion }: TreatmentFacts) => protocolVersion,
};
const recording = { ...ofTreatment, permission: 'treatment.record' satisfies Permission };
/** Overriding a gate is an investigator's decision about the participant. */
const deciding = { ...ofTreatment, permission: 'participant.decide' satisfies Permission };

type Context = DecisionContext<TreatmentFacts> & { readonly target: Target };

/** Hands a decision the infusion that the request's path names. */
const onInfusion =
  <C extends OfInfusion, Decided>(decide: (command: C, state: TreatmentState, context: Context) => Decided) =>
  (command: Omit<C, 'infusion'>, state: TreatmentState, context: Context): Decided =>
    decide({ ...command, infusion: context.target.infusion! } as C, state, context);

export const treatmentCommands: readonly AnyCommandRow[] = [
  commandRow({
    ...recording,
    command: infusions.PlanInfusion,
    decide: preparation.planInfusion,
    gives: ({ commandId }) => ({ infusion: preparation.infusionIdOf(commandId) }),
  }),
  commandRow({
    ...recording,
    command: infusions.ChangeInfusionPlan,
    decide: onInfusion(preparation.changeInfusionPlan),
  }),
  commandRow({
    ...recording,
    command: infusions.CancelInfusion,
    decide: onInfusion(preparation.cancelInfusion),
  }),
  commandRow({ ...recording, command: infusions.RecordThaw, decide: onInfusion(preparation.recordThaw) }),
  commandRow({
    ...recording,
    command: infusions.VerifyInfusionIdentity,
    decide: onInfusion(preparation.verifyIdentity),
  }),
  commandRow({
    ...recording,
    command: infusions.RecordPremedication,
    decide: onInfusion(preparation.recordPremedication),
  }),
  commandRow({ ...recording, command: infusions.StartInfusion, decide: onInfusion(infusion.startInfusion) }),
  commandRow({
    ...deciding,
    command: infusions.StartInfusionDespiteGates,
    decide: onInfusion(infusion.startDespiteGates),
  }),
  commandRow({ ...recording, command: infusions.PauseInfusion, decide: onInfusion(infusion.pauseInfusion) }),
  commandRow({
    ...recording,
    command: infusions.ResumeInfusion,
    decide: onInfusion(infusion.resumeInfusion),
  }),
  commandRow({ ...recording, command: infusions.StopInfusion, decide: onInfusion(infusion.stopInfusion) }),
  commandRow({ ...recording, command: infusions.EndInfusion, decide: onInfusion(infusion.endInfusion) }),
  commandRow({
    ...recording,
    command: infusions.RecordInfusionVitalSigns,
    decide: onInfusion(observations.recordVitalSigns),
  }),
  commandRow({
    ...recording,
    command: infusions.RecordInfusionReaction,
    decide: onInfusion(observations.recordReaction),
    gives: ({ commandId }) => ({ reaction: observations.reactionIdOf(commandId) }),
  }),
  commandRow({
    ...recording,
    command: infusions.ResolveInfusionReaction,
    decide: ({ at, recordedAfterwards }, state, context) => {
      const { infusion: of, reaction } = context.target;
      const resolved = { at, recordedAfterwards, infusion: of!, reaction: reaction! };
      return observations.resolveReaction(resolved, state, context);
    },
  }),
  commandRow({ ...recording, command: commands.RecordDrugDose, decide: recordDrugDose }),
  commandRow({ ...recording, command: commands.RecordAdministration, decide: recordAdministration }),
  commandRow({
    ...ofTreatment,
    command: commands.CorrectTreatmentValue,
    permission: 'data.correct' satisfies Permission,
    decide: correctTreatment,
  }),
];
