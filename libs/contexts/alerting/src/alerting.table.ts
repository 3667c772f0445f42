import { commandRow, type Addressed, type AnyCommandRow, type Command } from '@platform/commands';
import type { Subject } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { reachableAt, readForEscalation, readForLag, readForRaising } from './alerting.facts';
import * as commands from './alerting.commands';
import { alertDecider, alertStream } from './domain/alert';
import * as contact from './domain/contact';
import { acknowledgeAlert, closeAlert, escalateAlert, recordDelivery } from './domain/delivering';
import { policyDecider, policyStream, setAlertPolicy } from './domain/policy';
import { considerAlert, raiseLag } from './domain/raising';

/** Trial and, as far as there are any, site and participant. */
const placeOf = ({ target }: Addressed<Command>): Subject => {
  const { trial, site, participant, alert } = target;
  return {
    trial,
    ...(site !== undefined && { site }),
    ...(participant !== undefined && { participant }),
    alert,
  };
};

const ofAlert = {
  stream: ({ target }: Addressed<Command>) => alertStream(target.alert!),
  decider: alertDecider,
  subject: placeOf,
};
const sending = { ...ofAlert, permission: 'alert.send' satisfies Permission };
const handling = { ...ofAlert, permission: 'alert.acknowledge' satisfies Permission };

const ofContact = {
  stream: ({ target }: Addressed<Command>) => contact.contactStream(target.user!),
  decider: contact.contactDecider,
  permission: 'account.own' satisfies Permission,
};

export const alertingCommands: readonly AnyCommandRow[] = [
  commandRow({
    ...sending,
    command: commands.ConsiderAlert,
    facts: readForRaising,
    decide: (command, state, { facts: { rule, facts, people }, target, recordedAt }) => {
      const { trial, site, participant } = target;
      const reach = people && reachableAt(people, target, recordedAt);
      const whose = { trial: trial!, site, participant };
      return considerAlert(command, rule, state, { facts, whose, recordedAt, reach });
    },
  }),
  commandRow({
    ...sending,
    command: commands.RaiseLagAlert,
    facts: readForLag,
    decide: (command, state, { facts: { policy, people }, target, recordedAt }) => {
      const reach = people && reachableAt(people, target, recordedAt);
      return raiseLag(command, state, { policy, trial: target.trial!, recordedAt, reach });
    },
  }),
  commandRow({
    ...sending,
    command: commands.EscalateAlert,
    facts: readForEscalation,
    decide: (command, state, { facts: people, target, recordedAt }) =>
      escalateAlert(command, state, { recordedAt, facts: reachableAt(people, target, recordedAt) }),
  }),
  commandRow({ ...sending, command: commands.RecordAlertDelivery, decide: recordDelivery }),
  commandRow({ ...handling, command: commands.AcknowledgeAlert, decide: acknowledgeAlert }),
  commandRow({ ...handling, command: commands.CloseAlert, decide: closeAlert }),
  commandRow({
    command: commands.SetAlertPolicy,
    permission: 'alert.configure' satisfies Permission,
    stream: ({ target }) => policyStream(target.trial!),
    decider: policyDecider,
    decide: ({ kinds, onCall = [] }, state) => setAlertPolicy({ kinds, onCall }, state),
  }),
  commandRow({
    ...ofContact,
    command: commands.AddContactPoint,
    decide: contact.addContactPoint,
    gives: ({ commandId }) => ({ point: contact.pointIdOf(commandId) }),
  }),
  commandRow({ ...ofContact, command: commands.RemoveContactPoint, decide: contact.removeContactPoint }),
  commandRow({ ...ofContact, command: commands.SetQuietHours, decide: contact.setQuietHours }),
  commandRow({ ...ofContact, command: commands.ClearQuietHours, decide: contact.clearQuietHours }),
];
