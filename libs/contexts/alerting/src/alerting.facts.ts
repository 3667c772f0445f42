import type { Addressed, FactReader } from '@platform/commands';
import { isRejection, parsePosition, toPosition, type Decider, type DomainEvent } from '@platform/kernel';
import type { Position, Rejection, StreamName } from '@platform/kernel';
import { accountDecider, accountStream, rolesHeldAt } from '@trial/access';
import { enrollmentDecider, enrollmentStream } from '@trial/participants';
import { trialDecider, trialStream } from '@trial/protocol';
import { adverseEventDecider, adverseEventStream } from '@trial/safety';
import { treatmentDecider, treatmentStream } from '@trial/treatment';
import type { ConsiderAlert, EscalateAlert } from './alerting.commands';
import { contactDecider, contactStream } from './domain/contact';
import type { EscalationFacts, Reachable } from './domain/delivering';
import { policyDecider, policyStream } from './domain/policy';
import { ruleOf, type RaisingFacts } from './domain/raising';
import type { AlertFact, AlertFacts, AlertRule, Change } from './domain/rule';

/* What the decisions of this context know of other streams. Every reading is cited in the events' envelope. */

export interface ConsideredFacts {
  readonly rule: AlertRule;
  readonly facts: RaisingFacts;
}

/** The policy as it stands now, and the streams that the rule asks for as they stood at the event. */
export async function readForRaising(
  { command, target }: Addressed<ConsiderAlert>,
  reader: FactReader,
): Promise<ConsideredFacts | Rejection> {
  const rule = ruleOf(command.rule);
  if (isRejection(rule)) return rule;
  const at = parsePosition(command.position)!;
  const facts: AlertFacts[] = [];
  for (const need of rule.needs) facts.push(await readers[need](target, at, reader));
  const policy = await reader.read(policyStream(target.trial!), policyDecider);
  return { rule, facts: Object.assign({ policy }, ...facts) as RaisingFacts };
}

type Target = Readonly<Record<string, string>>;

const readers: Readonly<
  Record<AlertFact, (target: Target, at: Position, reader: FactReader) => Promise<AlertFacts>>
> = {
  async adverseEvent({ adverseEvent }, at, reader) {
    return { adverseEvent: await around(adverseEventStream(adverseEvent!), adverseEventDecider, at, reader) };
  },
  async treatment({ trial, participant }, at, reader) {
    const stream = treatmentStream(trial!, participant!);
    return { treatment: await around(stream, treatmentDecider, at, reader) };
  },
  async enrollment({ trial }, at, reader) {
    const enrollment = await around(enrollmentStream(trial!), enrollmentDecider, at, reader);
    const { versions } = await reader.readAsOf(trialStream(trial!), trialDecider, at);
    // The last version that was published then plans for the places that are still to be taken.
    return { enrollment, enrollmentTarget: versions.at(-1)?.definition.enrollmentTarget };
  },
};

/** Right before the event and right after it; cited as after it. */
async function around<State, Event extends DomainEvent>(
  stream: StreamName,
  decider: Decider<State, Event>,
  at: Position,
  reader: FactReader,
): Promise<Change<State>> {
  const before = await reader.readAsOf(stream, decider, toPosition(at - 1n));
  return { before, after: await reader.readAsOf(stream, decider, at) };
}

/** The accounts that may be meant, as they stand now, with their ways to be reached. */
export async function readForEscalation(
  { command, target }: Addressed<EscalateAlert>,
  reader: FactReader,
): Promise<EscalationFacts> {
  const { trial, site } = target;
  const { onCall } = await reader.read(policyStream(trial!), policyDecider);
  const people: Reachable[] = [];
  for (const user of command.candidates) {
    const account = await reader.read(accountStream(user), accountDecider);
    const roles = rolesHeldAt(account, { trial: trial!, site }, command.now);
    if (roles.length === 0) continue;
    people.push({ user, roles, contact: await reader.read(contactStream(user), contactDecider) });
  }
  return { people, onCall };
}
