import type { CaseCondition, Trigger } from './rule';

/** What a trigger is asked of: each condition as it stands, `unexpected` possibly not judged yet. */
export type Conditions = Readonly<Record<Exclude<CaseCondition, 'unexpected'>, boolean>> & {
  readonly unexpected: boolean | 'notJudged';
};

/**
 * `possible`: what is not judged yet counts against the sponsor, so that a clock runs provisionally. `certain`: only
 * what was judged counts. `factual`: the judgements (related, unexpected) are left out, what remains is what somebody
 * who receives the report can read in it.
 */
export type Reading = 'possible' | 'certain' | 'factual';

/** Whether a trigger holds for a case. What follows another report, or a person's word, never follows from a case. */
export function holds(trigger: Trigger, conditions: Conditions, reading: Reading): boolean {
  if ('all' in trigger) return trigger.all.every(each => holds(each, conditions, reading));
  if ('not' in trigger) return conditions[trigger.not] !== true;
  if (!('fact' in trigger)) return false;
  const { fact } = trigger;
  if (reading === 'factual' && (fact === 'related' || fact === 'unexpected')) return true;
  const condition = conditions[fact];
  return condition === 'notJudged' ? reading === 'possible' : condition;
}

/** The conditions that a trigger names, in its order. */
export function conditionsOf(trigger: Trigger): CaseCondition[] {
  if ('all' in trigger) return [...new Set(trigger.all.flatMap(conditionsOf))];
  if ('fact' in trigger) return [trigger.fact];
  return 'not' in trigger ? [trigger.not] : [];
}

/** A trigger without its opposites: what an upgrade makes of "not fatal" alone does not say that nothing is owed. */
export const withoutOpposites = (trigger: Trigger): Trigger =>
  'all' in trigger ? { all: trigger.all.filter(each => !('not' in each)).map(withoutOpposites) } : trigger;
