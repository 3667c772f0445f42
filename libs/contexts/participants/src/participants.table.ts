import { commandRow, type Addressed, type AnyCommandRow, type Command } from '@platform/commands';
import type { Permission } from '@trial/access';
import { recordAssessment, recordResponse } from './domain/response/assessment';
import * as consent from './domain/participant/consent';
import { correct } from './domain/participant/corrections';
import {
  participantDecider,
  participantStream,
  subjectOfParticipant,
  type ParticipantState,
} from './domain/participant/participant';
import * as records from './domain/participant/records';
import { changeStatus, noteTreatment } from './domain/participant/status';
import { recordVisits } from './domain/participant/visits';
import { recordScreeningDecision } from './domain/screening/screening-decision';
import { allocateRow, completeRow, enrollRow, releaseRow, reserveRow } from './enrollment.table';
import * as commands from './participants.commands';
import { readForPrescreening, readTrial } from './participants.facts';

const ofParticipant = {
  stream: ({ target }: Addressed<Command>) => participantStream(target.trial!, target.participant!),
  decider: participantDecider,
  subject: ({ target }: Addressed<Command>) => subjectOfParticipant(target),
  facts: readTrial,
  protocolVersion: (_: never, { protocolVersion }: ParticipantState) => protocolVersion,
};
const recording = { ...ofParticipant, permission: 'participant.record' satisfies Permission };
const following = { ...ofParticipant, permission: 'participant.status' satisfies Permission };
const assessing = { ...ofParticipant, permission: 'participant.assess' satisfies Permission };
const prescreening = 'participant.prescreen' satisfies Permission;

/** Every command of this context that concerns a participant. Rows without a route are for reactions. */
export const participantCommands: readonly AnyCommandRow[] = [
  allocateRow,
  commandRow({
    ...ofParticipant,
    command: commands.PrescreenParticipant,
    permission: prescreening,
    facts: readForPrescreening,
    decide: consent.prescreen,
  }),
  commandRow({ ...recording, command: commands.SignConsent, decide: consent.signConsent }),
  commandRow({ ...following, command: commands.WithdrawConsent, decide: consent.withdrawConsent }),
  commandRow({ ...recording, command: commands.RecordDiagnosis, decide: records.recordDiagnosis }),
  commandRow({
    ...recording,
    command: commands.RecordLaboratoryResults,
    decide: records.recordLaboratoryResults,
  }),
  commandRow({ ...recording, command: commands.RecordMeasurements, decide: records.recordMeasurements }),
  commandRow({ ...recording, command: commands.AttestStatements, decide: records.attestStatements }),
  commandRow({ ...recording, command: commands.RecordMedicalHistory, decide: records.recordMedicalHistory }),
  commandRow({ ...recording, command: commands.RecordVisits, decide: recordVisits }),
  commandRow({ ...following, command: commands.ChangeParticipantStatus, decide: changeStatus }),
  commandRow({ ...following, command: commands.NoteTreatment, decide: noteTreatment }),
  commandRow({
    ...ofParticipant,
    command: commands.RecordScreeningDecision,
    permission: 'participant.decide' satisfies Permission,
    decide: recordScreeningDecision,
  }),
  reserveRow,
  releaseRow,
  enrollRow,
  completeRow,
  commandRow({ ...assessing, command: commands.RecordAssessment, decide: recordAssessment }),
  commandRow({ ...assessing, command: commands.RecordResponse, decide: recordResponse }),
  commandRow({
    ...ofParticipant,
    command: commands.CorrectParticipantValue,
    permission: 'data.correct' satisfies Permission,
    decide: correct,
  }),
];
