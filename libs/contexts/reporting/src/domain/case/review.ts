import { dayIn, type Decision } from '@platform/kernel';
import { appliesOn, rulesEverActive } from '../rules/activation';
import type { RuleOfSet } from '../rules/rule-sets';
import { holds, withoutOpposites } from '../rules/trigger';
import { clockOf, isOpen, isReviewed, type Obligation, type ReportingCaseState } from './case';
import { anchorIn, clockFrom, isSameClock } from './clocks';
import { draftOf, superseding, type Draft, type ReviewContext, type ReviewFacts } from './draft';
import type { ReportingCaseEvent } from './events';
import { becauseOf, type CaseFacts } from './facts';
import { followUp } from './follow-up';

/**
 * One decision for all rules: opens what the case calls for, moves what has another anchor now, supersedes what does
 * not hold any more or what another clock replaces. Nothing is ever deleted; what was fulfilled or waived stays so.
 */
export function reviewCase(
  _command: object,
  state: ReportingCaseState,
  context: ReviewContext,
): Decision<ReportingCaseEvent> {
  const { facts } = context;
  const present = facts.stages.at(-1);
  if (!present || isReviewed(state, facts.cause)) return [];
  const draft = draftOf(state, context);
  if (present.voided) {
    for (const obligation of state.obligations.filter(isOpen)) {
      draft.add(superseding(obligation, 'voided', ['the adverse event was voided'], facts.cause));
    }
    return draft.events;
  }
  for (const rule of rulesEverActive(facts.activations)) openNew(rule, draft, facts, present);
  for (const obligation of state.obligations.filter(isOpen))
    keepOrSupersede(obligation, draft, facts, present);
  followUp(draft, facts);
  return draft.events;
}

/** "The sponsor determines that it qualifies" cannot be provisional; every other clock can. */
const readingOf = ({ rule }: RuleOfSet) => (rule.anchor === 'sponsorDetermination' ? 'certain' : 'possible');

function openNew(ofSet: RuleOfSet, draft: Draft, facts: ReviewFacts, present: CaseFacts): void {
  const { rule } = ofSet;
  if (!holds(rule.trigger, present, readingOf(ofSet))) return;
  const known = draft.state.obligations;
  if (known.some(each => each.rule.id === rule.id && each.status !== 'superseded')) return;
  if (known.some(each => isSatisfiedBy(ofSet, each))) return;
  const anchored = anchorIn(rule, facts.stages, facts.zone);
  if (!anchored || !appliesOn(facts.activations, ofSet, dayIn(facts.zone, anchored.start))) return;
  const isNew =
    ofSet.ruleSet === facts.activated?.ruleSet && ofSet.ruleSetVersion === facts.activated.version;
  const { ruleSet, ruleSetVersion } = ofSet;
  const activation = isNew ? [`rule set activated: ${ruleSet}, version ${ruleSetVersion}`] : [];
  draft.open(ofSet, {
    clock: clockFrom(rule, anchored, facts.zone),
    because: [...activation, ...becauseOf(rule.trigger, present)],
    ...(isNew && { why: 'ruleSetActivated' }),
    provisional: !holds(rule.trigger, present, 'certain'),
  });
}

/** A report of the same family that was sent under a shorter limit needs no second one under a longer. */
const isSatisfiedBy = ({ rule }: RuleOfSet, sent: Obligation): boolean =>
  sent.status === 'fulfilled' &&
  rule.family !== undefined &&
  sent.rule.family === rule.family &&
  (sent.rule.limit.amount ?? 0) < (rule.limit.amount ?? 0);

function keepOrSupersede(obligation: Obligation, draft: Draft, facts: ReviewFacts, present: CaseFacts): void {
  const { rule } = obligation;
  // What follows a report, and what a person opened, does not hold by the case.
  if (['initialReport', 'newInformation', 'event'].includes(rule.anchor)) return;
  if (!holds(rule.trigger, present, readingOf(obligation))) {
    const next = draft.state.obligations.find(each => isOpen(each) && replaces(each, obligation));
    // Where nothing takes its place (the faster rule is not active any more), the slower one is better than none.
    if (!next && holds(withoutOpposites(rule.trigger), present, readingOf(obligation))) return;
    const shorter = next && (next.rule.limit.amount ?? 0) < (rule.limit.amount ?? 0);
    const why = shorter ? 'upgrade' : 'downgrade';
    draft.add(superseding(obligation, why, becauseOf(rule.trigger, present), facts.cause, next?.obligation));
    return;
  }
  if (clockOf(obligation).why === 'person') return;
  const anchored = anchorIn(rule, facts.stages, facts.zone);
  if (!anchored) {
    const gone = ['what the clock began from is not known any more'];
    draft.add(superseding(obligation, 'anchorWithdrawn', gone, facts.cause));
    return;
  }
  const clock = clockFrom(rule, anchored, facts.zone, obligation.clocks.length + 1);
  if (isSameClock(clock, clockOf(obligation))) return;
  draft.reanchor(obligation, clock, 'anchorCorrected', becauseOf(rule.trigger, present));
}

const replaces = (next: Obligation, { obligation, rule }: Obligation): boolean =>
  next.obligation !== obligation && rule.family !== undefined && next.rule.family === rule.family;
