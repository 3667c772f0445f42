import { invalid, type Decision, type DecisionContext, type Rejection } from '@platform/kernel';
import { beginsAtOnce, type AlertEvent, type AlertState, type RaisedAlert } from './alert';
import { beginStep, type EscalationFacts } from './delivering';
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

/**
 * Who may be reached at this moment. Absent where nothing knows them, as in a process that makes up a history: then
 * whoever runs the steps of ladders begins the first one too.
 */
type Reach = Pick<DecisionContext, 'recordedAt'> & { readonly reach?: EscalationFacts };

export function ruleOf(id: string): AlertRule | Rejection {
  return (
    alertRules.find(rule => rule.id === id) ??
    invalid('ALERT-RULE', 'rule', 'There is no alert rule under this id.')
  );
}

/** Whether a rule holds on the facts as they stood right after the event. */
export const isAlert = (rule: AlertRule, facts: AlertFacts, about: Candidate['about']): boolean =>
  rule.holds?.(facts, about) ?? true;

/**
 * Raises an alert where its rule holds. The same event under the same rule is the same alert.
 */
export function considerAlert(
  { about, event, eventType, position }: AlertToConsider,
  rule: AlertRule,
  state: AlertState,
  {
    facts: { policy, ...facts },
    whose,
    ...reach
  }: Reach & { readonly facts: RaisingFacts; readonly whose: Whose },
): Decision<AlertEvent> {
  if (state.raised || !isAlert(rule, facts, about)) return [];
  const cause = { event, type: eventType, position };
  const data: RaisedAlert = {
    kind: rule.kind,
    rule: rule.id,
    ...policyOf(policy, rule.kind),
    ...whose,
    about,
    cause,
  };
  return [{ type: 'AlertRaised', data, about: ids(whose, about) }, ...begunWith(data, reach)];
}

export const lagRule = 'ALERT-LAG';

/** A view or reaction stands still. No event tells of it; the place where it stands makes the alert the same one. */
export function raiseLag(
  { component, position }: { readonly component: string; readonly position: string },
  state: AlertState,
  { policy, trial, ...reach }: Reach & { readonly policy: AlertPolicy; readonly trial: string },
): Decision<AlertEvent> {
  if (state.raised) return [];
  const about = { component, position };
  const data: RaisedAlert = { kind: 'lag', rule: lagRule, ...policyOf(policy, 'lag'), trial, about };
  return [{ type: 'AlertRaised', data }, ...begunWith(data, reach)];
}

/** A first step that waits for nothing begins in the same append: somebody is told a round trip earlier. */
function begunWith(raised: RaisedAlert, { reach, recordedAt }: Reach): AlertEvent[] {
  if (!reach || !beginsAtOnce(raised)) return [];
  return [beginStep(0, raised, { deliveries: [] }, { recordedAt, facts: reach })];
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
