import { commandRow, type Addressed, type AnyCommandRow, type Command } from '@platform/commands';
import { derivedId } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { siteOfParticipant } from '@trial/access';
import {
  fulfilObligation,
  openObligation,
  reanchorObligation,
  waiveObligation,
} from './domain/case/by-people';
import { reportingCaseDecider, reportingCaseStream } from './domain/case/case';
import { reviewCase } from './domain/case/review';
import { noteTime } from './domain/case/time-notes';
import {
  activateRuleSet,
  deactivateRuleSet,
  findEarlierCases,
  reportingRulesStream,
  ruleActivationDecider,
} from './domain/rules/activation';
import * as commands from './reporting.commands';
import {
  readEarlierCases,
  readForOpening,
  readForPeople,
  readForReview,
  readForRules,
} from './reporting.facts';

const ofRules = {
  stream: ({ target }: Addressed<Command>) => reportingRulesStream(target.trial!),
  decider: ruleActivationDecider,
  permission: 'reporting.rules' satisfies Permission,
  facts: readForRules,
};

const managing = 'reporting.manage' satisfies Permission;

const ofCase = {
  stream: ({ target }: Addressed<Command>) => reportingCaseStream(target.reportingCase!),
  decider: reportingCaseDecider,
  permission: managing,
  facts: readForPeople,
};

const ofReview = {
  permission: managing,
  stream: ({ target }: Addressed<Command>) => reportingCaseStream(target.adverseEvent!),
  decider: reportingCaseDecider,
  facts: readForReview,
  decide: reviewCase,
  subject: ({ target }: Addressed<Command>) => ({
    ...target,
    site: siteOfParticipant(target.participant!),
    reportingCase: target.adverseEvent!,
  }),
};

/** Nobody outside chooses the id of a case: whether one is taken would tell of what other sites have. */
const openedCase = ({ commandId }: Addressed<Command>): string => derivedId('reportingCase', commandId);

export const reportingCommands: readonly AnyCommandRow[] = [
  commandRow({ ...ofRules, command: commands.ActivateRuleSet, decide: activateRuleSet }),
  commandRow({ ...ofRules, command: commands.DeactivateRuleSet, decide: deactivateRuleSet }),
  commandRow({
    command: commands.FindEarlierCases,
    permission: managing,
    stream: ofRules.stream,
    decider: ruleActivationDecider,
    facts: readEarlierCases,
    decide: (command, state, { facts }) => findEarlierCases(command, state, facts),
  }),
  commandRow({ ...ofReview, command: commands.ReviewCase }),
  commandRow({ ...ofReview, command: commands.ReviewCaseUnderRules }),
  commandRow({
    command: commands.OpenObligation,
    permission: managing,
    stream: at => reportingCaseStream(openedCase(at)),
    decider: reportingCaseDecider,
    facts: readForOpening,
    decide: openObligation,
    subject: at => ({ ...at.target, reportingCase: openedCase(at) }),
    gives: (at, { events, state }) => {
      const [opened] = events;
      const made = opened?.type === 'ObligationOpened' ? opened.data.obligation : undefined;
      const obligation = made ?? state.obligations[0]?.obligation;
      return { reportingCase: openedCase(at), ...(obligation !== undefined && { obligation }) };
    },
  }),
  commandRow({ ...ofCase, command: commands.ReanchorObligation, decide: reanchorObligation }),
  commandRow({
    ...ofCase,
    command: commands.FulfilObligation,
    decide: (command, state, context) => fulfilObligation(command, state, context),
  }),
  commandRow({
    ...ofCase,
    command: commands.FulfilObligationAsInvestigator,
    permission: 'reporting.fulfil' satisfies Permission,
    decide: (command, state, context) => fulfilObligation(command, state, context, 'investigator'),
  }),
  commandRow({ ...ofCase, command: commands.WaiveObligation, decide: waiveObligation }),
  commandRow({
    command: commands.NoteObligationTime,
    permission: managing,
    stream: ({ target }) => reportingCaseStream(target.reportingCase!),
    decider: reportingCaseDecider,
    decide: noteTime,
  }),
];
