import { commandRow, type Addressed, type AnyCommandRow, type Command } from '@platform/commands';
import type { Permission } from '@trial/access';
import { subjectOfParticipant } from '@trial/participants';
import {
  adverseEventDecider,
  adverseEventIdOf,
  adverseEventStream,
  type AdverseEventState,
} from './domain/adverse-event';
import * as assessments from './domain/assessments';
import { correctAdverseEvent } from './domain/corrections';
import { amendAdverseEvent, reportAdverseEvent, voidAdverseEvent } from './domain/reporting';
import * as judging from './assessments.commands';
import * as commands from './safety.commands';
import { readForReport } from './safety.facts';

const reportedId = ({ command, target, commandId }: Addressed<commands.ReportAdverseEvent>): string =>
  adverseEventIdOf(
    { trial: target.trial!, participant: target.participant! },
    commandId,
    command.sourceRecord,
  );

const ofEvent = {
  stream: ({ target }: Addressed<Command>) => adverseEventStream(target.adverseEvent!),
  decider: adverseEventDecider,
  subject: ({ target }: Addressed<Command>) => subjectOfParticipant(target),
  protocolVersion: (_: unknown, { of }: AdverseEventState) => of?.protocolVersion,
};
const assessing = { ...ofEvent, permission: 'safety.assess' satisfies Permission };
const forSponsor = { ...ofEvent, permission: 'safety.assessAsSponsor' satisfies Permission };

export const safetyCommands: readonly AnyCommandRow[] = [
  commandRow({
    command: commands.ReportAdverseEvent,
    permission: 'safety.report' satisfies Permission,
    stream: at => adverseEventStream(reportedId(at)),
    decider: adverseEventDecider,
    facts: readForReport,
    decide: reportAdverseEvent,
    subject: at => ({ ...subjectOfParticipant(at.target), adverseEvent: reportedId(at) }),
    gives: at => ({ adverseEvent: reportedId(at) }),
    protocolVersion: ({ protocolVersion }) => protocolVersion,
  }),
  commandRow({
    ...ofEvent,
    command: commands.AmendAdverseEvent,
    permission: 'safety.report' satisfies Permission,
    facts: readForReport,
    decide: amendAdverseEvent,
  }),
  commandRow({ ...assessing, command: judging.AssessSeverity, decide: assessments.assessSeverity }),
  commandRow({ ...assessing, command: judging.AssessSeriousness, decide: assessments.assessSeriousness }),
  commandRow({
    ...assessing,
    command: judging.AssessCausality,
    decide: (command, state, context) => assessments.assessCausality('investigator', command, state, context),
  }),
  commandRow({
    ...forSponsor,
    command: judging.AssessCausalityAsSponsor,
    decide: (command, state, context) => assessments.assessCausality('sponsor', command, state, context),
  }),
  commandRow({ ...forSponsor, command: judging.AssessExpectedness, decide: assessments.assessExpectedness }),
  commandRow({
    ...assessing,
    command: judging.RecordAdverseEventOutcome,
    decide: assessments.recordOutcome,
  }),
  commandRow({ ...assessing, command: judging.RecordActionTaken, decide: assessments.recordActionTaken }),
  commandRow({
    ...ofEvent,
    command: commands.VoidAdverseEvent,
    permission: 'safety.void' satisfies Permission,
    decide: voidAdverseEvent,
  }),
  commandRow({
    ...ofEvent,
    command: commands.CorrectAdverseEventValue,
    permission: 'data.correct' satisfies Permission,
    decide: correctAdverseEvent,
  }),
];
