import type { Addressed, FactReader } from '@platform/commands';
import { isRejection, parsePosition, toPosition, type Decider, type DomainEvent } from '@platform/kernel';
import type { Position, Rejection, StreamName } from '@platform/kernel';
import {
  accountDecider,
  accountList,
  accountStream,
  rolesHeldAt,
  usersHolding,
  type AccountState,
} from '@trial/access';
import { enrollmentDecider, enrollmentStream } from '@trial/participants';
import { trialDecider, trialStream } from '@trial/protocol';
import { adverseEventDecider, adverseEventStream } from '@trial/safety';
import { treatmentDecider, treatmentStream } from '@trial/treatment';
import type { ConsiderAlert, EscalateAlert, RaiseLagAlert } from './alerting.commands';
import { beginsAtOnce } from './domain/alert';
import { contactDecider, contactStream, type ContactState } from './domain/contact';
import type { EscalationFacts } from './domain/delivering';
import type { AlertKind } from './domain/kinds';
import { policyDecider, policyOf, policyStream, type AlertPolicy, type LadderStep } from './domain/policy';
import { isAlert, ruleOf, type RaisingFacts } from './domain/raising';
import type { AlertFact, AlertFacts, AlertRule, Change } from './domain/rule';

/* What the decisions of this context know of other streams. Every reading is cited in the events' envelope. */

export interface ConsideredFacts {
  readonly rule: AlertRule;
  readonly facts: RaisingFacts;
  readonly people?: People;
}

/**
 * The policy as it stands now, and the streams that the rule asks for as they stood at the event. Where that makes an
 * alert whose first step begins at once, those whom it may reach too.
 */
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
  const read = Object.assign({}, ...facts) as AlertFacts;
  const people = isAlert(rule, read, command.about)
    ? await readForFirstStep(rule.kind, policy, target, reader)
    : undefined;
  return { rule, facts: { policy, ...read }, people };
}

export interface LagFacts {
  readonly policy: AlertPolicy;
  readonly people?: People;
}

export async function readForLag(
  { target }: Addressed<RaiseLagAlert>,
  reader: FactReader,
): Promise<LagFacts> {
  const policy = await reader.read(policyStream(target.trial!), policyDecider);
  return { policy, people: await readForFirstStep('lag', policy, target, reader) };
}

/** Undefined when the first step has its time, or in a process that knows nobody: it is begun by its job then. */
async function readForFirstStep(
  kind: AlertKind,
  policy: AlertPolicy,
  place: Target,
  reader: FactReader,
): Promise<People | undefined> {
  const { ladder } = policyOf(policy, kind);
  return beginsAtOnce({ ladder }) ? readPeople(ladder[0]!, place, policy, reader) : undefined;
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

/** Those whom a step may reach: accounts as they stand now, with their ways to be reached. */
export interface People {
  readonly accounts: readonly {
    readonly user: string;
    readonly account: AccountState;
    readonly contact: ContactState;
  }[];
  readonly onCall: readonly string[];
}

export async function readForEscalation(
  { command, target }: Addressed<EscalateAlert>,
  reader: FactReader,
): Promise<People> {
  const policy = await reader.read(policyStream(target.trial!), policyDecider);
  const people = await readPeople(command, target, policy, reader);
  if (!people) throw new Error('This process knows nobody whom an alert could reach.');
  return people;
}

async function readPeople(
  { roles, users = [] }: Pick<LadderStep, 'roles' | 'users'>,
  { trial = '', site }: Target,
  { onCall }: AlertPolicy,
  reader: FactReader,
): Promise<People | undefined> {
  const views = await reader.latestViews([accountList.name]);
  if (!views) return undefined;
  const wanted = roles.map(role => (role === 'sponsorOnCall' ? 'safetyOfficer' : role));
  const holding = await usersHolding(views, wanted, { trial, site });
  // The list may lag; who is named is asked about in any case, and the account itself decides.
  const accounts: People['accounts'][number][] = [];
  for (const user of new Set([...holding, ...users, ...onCall])) {
    const account = await reader.read(accountStream(user), accountDecider);
    accounts.push({ user, account, contact: await reader.read(contactStream(user), contactDecider) });
  }
  return { accounts, onCall };
}

/** Who counts at a moment, at the place of an alert. */
export const reachableAt = (
  { accounts, onCall }: People,
  place: Target,
  instant: string,
): EscalationFacts => ({
  people: accounts
    .map(({ user, account, contact }) => {
      return {
        user,
        roles: rolesHeldAt(account, { trial: place.trial!, site: place.site }, instant),
        contact,
      };
    })
    .filter(({ roles }) => roles.length > 0),
  onCall,
});
