import { invalid, type Decision, type Rejection } from '@platform/kernel';
import type { AlertEvent, AlertState, RaisedAlert } from './alert';
import { policyOf, type AlertPolicy } from './policy';
import type { AlertFacts, AlertRule, Candidate } from './rule';
import { alertRules } from './rules';

/** Where an alert comes from: an event, as the reaction saw it, and the rule that took it up. */
export interface AlertToConsider extends Candidate {
  readonly rule: string;
  readonly event: string;
  readonly eventType: string;
  /** Decimal text. */
  readonly position: string;
}

export interface RaisingFacts extends AlertFacts {
  readonly policy: AlertPolicy;
}

/** Whom the alert is about: the ids of the command's target. */
export type Whose = Pick<RaisedAlert, 'trial' | 'site' | 'participant'>;

export function ruleOf(id: string): AlertRule | Rejection {
  return (
    alertRules.find(rule => rule.id === id) ??
    invalid('ALERT-RULE', 'rule', 'There is no alert rule under this id.')
  );
}

/**
 * Raises an alert where its rule holds on the facts as they stood right after the event. The same event under the same
 * rule is the same alert.
 */
export function considerAlert(
  { about, event, eventType, position }: AlertToConsider,
  rule: AlertRule,
  state: AlertState,
  { facts: { policy, ...facts }, whose }: { readonly facts: RaisingFacts; readonly whose: Whose },
): Decision<AlertEvent> {
  if (state.raised || !(rule.holds?.(facts, about) ?? true)) return [];
  const cause = { event, type: eventType, position };
  const data: RaisedAlert = {
    kind: rule.kind,
    rule: rule.id,
    ...policyOf(policy, rule.kind),
    ...whose,
    about,
    cause,
  };
  return [{ type: 'AlertRaised', data, about: ids(whose, about) }];
}

export const lagRule = 'ALERT-LAG';

/** A view or reaction stands still. No event tells of it; the place where it stands makes the alert the same one. */
export function raiseLag(
  { component, position }: { readonly component: string; readonly position: string },
  state: AlertState,
  { policy, trial }: { readonly policy: AlertPolicy; readonly trial: string },
): Decision<AlertEvent> {
  if (state.raised) return [];
  const about = { component, position };
  return [
    { type: 'AlertRaised', data: { kind: 'lag', rule: lagRule, ...policyOf(policy, 'lag'), trial, about } },
  ];
}

const ids = (
  { site, participant }: Whose,
  about: Readonly<Record<string, string>>,
): Record<string, string> => {
  const { adverseEvent, deviation, infusion } = about;
  const named = { site, participant, adverseEvent, deviation, infusion };
  return Object.fromEntries(
    Object.entries(named).filter((each): each is [string, string] => each[1] !== undefined),
  );
};
