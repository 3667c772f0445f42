import {
  absent,
  conflict,
  invalid,
  isPartialDate,
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type EventRef,
  type PartialDate,
  type Reason,
  type Rejection,
  type StreamName,
} from '@platform/kernel';
import { isInEffect, ruleSetOf, type RuleOfSet } from './rule-sets';

// Stream

/** What a trial has activated of the rule sets: `reportingRules-{trial}`. */
export const reportingRulesStream = (trial: string): StreamName => streamName('reportingRules', trial);

// Events. These names are the storage format.

export type RuleActivationEvent =
  | DomainEvent<'RuleSetActivated', RuleSetVersion & From>
  | DomainEvent<'RuleSetDeactivated', RuleSetVersion & From>
  | DomainEvent<'EarlierCasesFound', EarlierCases>;

export interface RuleSetVersion {
  readonly ruleSet: string;
  readonly version: string;
}

interface From {
  /** First day, in the trial's zone, of anchors that it applies to, or no longer applies to. */
  readonly from: PartialDate;
}

/** Adverse events that had been reported when a set was activated: each is reviewed by its rules. */
export interface EarlierCases extends RuleSetVersion {
  /** The activation: id of its event, and its place in the log as decimal text. */
  readonly activation: { readonly event: string; readonly position: string };
  readonly cases: readonly EarlierCase[];
}

export interface EarlierCase {
  readonly participant: string;
  readonly adverseEvent: string;
}

// State

export interface Activation extends RuleSetVersion, From {
  readonly active: boolean;
  readonly event: string;
  /** Server's instant, UTC. */
  readonly recordedAt: string;
}

export interface RuleActivationState {
  /** In the order of recording, in which the days never go back for one set. */
  readonly history: readonly Activation[];
  /** Ids of the activations for which earlier cases were found. */
  readonly searched?: readonly string[];
}

// Evolve

function evolve(
  state: RuleActivationState,
  event: RuleActivationEvent,
  { id, recordedAt }: EventRef,
): RuleActivationState {
  const { history } = state;
  switch (event.type) {
    case 'RuleSetActivated':
      return { ...state, history: [...history, { ...event.data, active: true, event: id, recordedAt }] };
    case 'RuleSetDeactivated':
      return { ...state, history: [...history, { ...event.data, active: false, event: id, recordedAt }] };
    case 'EarlierCasesFound':
      return { ...state, searched: [...(state.searched ?? []), event.data.activation.event] };
    default:
      return unknownEvent(event);
  }
}

export const ruleActivationDecider: Decider<RuleActivationState, RuleActivationEvent> = {
  initial: { history: [] },
  evolve,
};

/** What stands for a set on a day; undefined when it was never activated by then. */
export const activationOn = (
  { history }: RuleActivationState,
  ruleSet: string,
  day: PartialDate,
): Activation | undefined => history.findLast(each => each.ruleSet === ruleSet && each.from <= day);

/** Every rule of every version that was ever activated, each once. */
export function rulesEverActive({ history }: RuleActivationState): RuleOfSet[] {
  const versions = new Map(history.map(each => [`${each.ruleSet} ${each.version}`, each]));
  return [...versions.values()].flatMap(({ ruleSet, version }) => {
    const rules = ruleSetOf(ruleSet, version)?.rules ?? [];
    return rules.map(rule => ({ ruleSet, ruleSetVersion: version, rule }));
  });
}

/** Whether a rule applies to what is anchored on a day: its set is active in this version, and it is in effect. */
export function appliesOn(
  state: RuleActivationState,
  { ruleSet, ruleSetVersion, rule }: RuleOfSet,
  day: PartialDate,
) {
  const activation = activationOn(state, ruleSet, day);
  return activation?.active === true && activation.version === ruleSetVersion && isInEffect(rule, day);
}

// Decisions

type Facts = { readonly trialIsDefined: boolean };
type Context = Pick<DecisionContext<Facts>, 'facts'>;

/** Another version applies to what is anchored from its day on; obligations that are open keep theirs. */
export function activateRuleSet(
  { ruleSet, version, from, reason }: RuleSetVersion & From & { readonly reason?: Reason },
  state: RuleActivationState,
  { facts }: Context,
): Decision<RuleActivationEvent> {
  if (!facts.trialIsDefined) return unknownTrial;
  if (!ruleSetOf(ruleSet, version)) {
    return absent('RULE-SET-UNKNOWN', 'This software brings no such rule set in this version.');
  }
  const last = state.history.findLast(each => each.ruleSet === ruleSet);
  if (last?.active && last.version === version && last.from === from) return [];
  const wrong = wrongDay(from, last) ?? withoutReason(reason, last !== undefined);
  if (wrong) return wrong;
  if (last?.active && last.version === version) {
    return conflict('RULE-SET-ACTIVE', `Version ${version} is active already, from ${last.from} on.`);
  }
  const previous = last?.active ? { version: last.version, from: last.from } : undefined;
  return [{ type: 'RuleSetActivated', data: { ruleSet, version, from }, previous, reason }];
}

/** What is anchored from a day on opens nothing under the set any more. */
export function deactivateRuleSet(
  { ruleSet, from, reason }: { readonly ruleSet: string; readonly reason: Reason } & From,
  state: RuleActivationState,
  { facts }: Context,
): Decision<RuleActivationEvent> {
  if (!facts.trialIsDefined) return unknownTrial;
  const last = state.history.findLast(each => each.ruleSet === ruleSet);
  if (last && !last.active && last.from === from) return [];
  if (!last?.active) return absent('RULE-SET-INACTIVE', 'This rule set is not active in this trial.');
  const wrong = wrongDay(from, last);
  if (wrong) return wrong;
  return [{ type: 'RuleSetDeactivated', data: { ruleSet, version: last.version, from }, reason }];
}

/** As many as one event names: the reviews of one page are sent before the next one is read. */
const casesPerEvent = 200;

/**
 * Names the adverse events that had been reported when a set was activated. Which of them it concerns is for the review
 * of each to say: its rules apply to what is anchored from the activation's day on, as if it had been active by then.
 */
export function findEarlierCases(
  {
    event,
    position,
    ruleSet,
    version,
  }: RuleSetVersion & { readonly event: string; readonly position: string },
  { searched = [] }: RuleActivationState,
  cases: readonly EarlierCase[],
): Decision<RuleActivationEvent> {
  if (searched.includes(event)) return [];
  const of = { ruleSet, version, activation: { event, position } };
  const pages = Array.from({ length: Math.ceil(cases.length / casesPerEvent) }, (_, page) =>
    cases.slice(page * casesPerEvent, (page + 1) * casesPerEvent),
  );
  return pages.map(page => ({ type: 'EarlierCasesFound', data: { ...of, cases: page } }));
}

const unknownTrial = absent('TRIAL-UNKNOWN', 'This trial has not been defined.');

function wrongDay(from: PartialDate, last: Activation | undefined): Rejection | undefined {
  if (from.length !== 10 || !isPartialDate(from)) {
    return invalid('RULE-SET-DAY', 'from', 'This is no day: write 2024-03-05.');
  }
  return last && from < last.from
    ? refuse('RULE-SET-FORWARD', `What stands since ${last.from} is not changed backwards.`, {
        field: 'from',
      })
    : undefined;
}

const withoutReason = (reason: Reason | undefined, changes: boolean): Rejection | undefined =>
  changes && !reason
    ? invalid('RULE-SET-REASON', 'reason', 'Say why other rules apply from now on.')
    : undefined;
