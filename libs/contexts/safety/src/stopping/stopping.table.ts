import {
  commandRow,
  commandRowOf,
  filled,
  type Addressed,
  type AnyCommandRow,
  type Command,
  type FactReader,
} from '@platform/commands';
import { absent, isRejection, parsePosition, type Rejection } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { ChangeTrialStatus, trialDecider, trialStream } from '@trial/protocol';
import {
  defineStoppingRule,
  isReviewed,
  lookAtRules,
  retireStoppingRule,
  reviewSignal,
  rulesInForce,
  signalOf,
  stoppingDecider,
  stoppingStream,
  type LookFacts,
} from '../domain/stopping/stopping';
import { countedViews } from '../views/tabulated-rows';
import {
  DefineStoppingRule,
  LookAtStoppingRules,
  RetireStoppingRule,
  ReviewStoppingSignal,
} from './stopping.commands';
import { treatedAt } from './treated';

const monitoring = {
  stream: ({ target }: Addressed<Command>) => stoppingStream(target.trial!),
  decider: stoppingDecider,
  permission: 'safety.monitor' satisfies Permission,
};

async function readTrial({ target }: Addressed<Command>, reader: FactReader): Promise<undefined | Rejection> {
  const { details } = await reader.read(trialStream(target.trial!), trialDecider);
  return details ? undefined : absent('TRIAL-UNKNOWN', 'This trial has not been defined.');
}

/**
 * What was known at the position of the event that caused the look, from views that have reached it. A trial without
 * rules asks nothing of them.
 */
async function readTreated(
  { command, target }: Addressed<LookAtStoppingRules>,
  reader: FactReader,
): Promise<LookFacts> {
  const { position: standsAt, knownAt } = command;
  const trial = target.trial!;
  const state = await reader.read(stoppingStream(trial), stoppingDecider);
  if (rulesInForce(state, knownAt).length === 0) return { standsAt, treated: [] };
  const at = parsePosition(standsAt)!;
  const views = await reader.viewsAt(at, countedViews);
  return { standsAt, treated: await treatedAt(views, { trial, sites: 'all' }, at) };
}

/**
 * The decision to pause or to stop suspends the trial first, in the name of who decides. If we die in between, the
 * trial is suspended and the review is not written: the safe side. The same request again completes it.
 */
async function suspendFirst(
  { command, target }: Addressed<ReviewStoppingSignal>,
  reader: FactReader,
): Promise<undefined | Rejection> {
  const { decision, reason } = command;
  const state = await reader.read(stoppingStream(target.trial!), stoppingDecider);
  const signal = signalOf(state, target.signal!);
  if (isRejection(signal)) return signal;
  if (decision === 'continue' || isReviewed(signal, decision)) return undefined;
  const suspend = filled(ChangeTrialStatus, { status: 'suspended', reason });
  const suspended = await reader.runFirst(commandRowOf(suspend), suspend, { trial: target.trial! });
  return isRejection(suspended) ? suspended : undefined;
}

export const stoppingCommands: readonly AnyCommandRow[] = [
  commandRow({
    ...monitoring,
    command: DefineStoppingRule,
    facts: readTrial,
    decide: defineStoppingRule,
    subject: ({ command, target }) => ({ ...target, rule: command.rule }),
  }),
  commandRow({ ...monitoring, command: RetireStoppingRule, decide: retireStoppingRule }),
  commandRow({
    ...monitoring,
    command: LookAtStoppingRules,
    facts: readTreated,
    decide: lookAtRules,
  }),
  commandRow({
    ...monitoring,
    command: ReviewStoppingSignal,
    facts: suspendFirst,
    decide: reviewSignal,
  }),
];
