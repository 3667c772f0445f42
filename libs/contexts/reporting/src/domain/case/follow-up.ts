import { dayIn, earliestOf } from '@platform/kernel';
import { appliesOn, rulesEverActive } from '../rules/activation';
import type { RuleOfSet } from '../rules/rule-sets';
import { clockOf, isOpen, type Obligation } from './case';
import { clockAfter, clockFromNews, isSameClock } from './clocks';
import { superseding, type Draft, type ReviewFacts } from './draft';

/** What is owed after a report: its completion, and whatever came to be known since it was sent. */
export function followUp(draft: Draft, facts: ReviewFacts): void {
  for (const child of draft.state.obligations.filter(isOpen)) followParent(child, draft, facts);
  for (const ofSet of rulesEverActive(facts.activations)) {
    const { trigger } = ofSet.rule;
    if ('followsUp' in trigger) openAfter(ofSet, trigger.followsUp, draft, facts);
    if ('newsAfter' in trigger) openForNews(ofSet, trigger.newsAfter, draft, facts);
  }
}

/** A follow-up goes where its initial report goes. */
function followParent(child: Obligation, draft: Draft, facts: ReviewFacts): void {
  const parent = draft.state.obligations.find(({ obligation }) => obligation === child.parent);
  if (!parent) return;
  if (parent.status === 'superseded' || parent.status === 'waived') {
    const why = parent.status === 'waived' ? 'initialWaived' : 'initialSuperseded';
    draft.add(superseding(child, why, [`${parent.rule.id} was ${parent.status}`], facts.cause));
    return;
  }
  if (clockOf(child).why === 'person') return;
  const clock = clockAfter(child.rule.limit, parent, facts.zone, child.clocks.length + 1);
  if (!isSameClock(clock, clockOf(child))) draft.reanchor(child, clock, 'initialReport', afterReport(parent));
}

function openAfter(ofSet: RuleOfSet, initial: string, draft: Draft, facts: ReviewFacts): void {
  const { obligations } = draft.state;
  const due = obligations.filter(
    ({ rule, status, obligation }) =>
      rule.id === initial &&
      (status === 'open' || status === 'fulfilled') &&
      !obligations.some(({ parent }) => parent === obligation),
  );
  for (const parent of due) {
    if (!appliesOn(facts.activations, ofSet, dayIn(facts.zone, clockOf(parent).start))) continue;
    draft.open(ofSet, {
      clock: clockAfter(ofSet.rule.limit, parent, facts.zone),
      because: afterReport(parent),
      provisional: parent.provisional,
      parent: parent.obligation,
    });
  }
}

const afterReport = ({ rule, fulfilled }: Obligation): string[] => [
  fulfilled
    ? `the report under ${rule.id} was sent: ${fulfilled.reference}`
    : `a report under ${rule.id} is due`,
];

/**
 * One open obligation for all that came in since the last report: it counts from the first news, and whoever sends it
 * tells all that is known by then.
 */
function openForNews(ofSet: RuleOfSet, reports: readonly string[], draft: Draft, facts: ReviewFacts): void {
  const known = draft.state.obligations.filter(({ rule }) => reports.includes(rule.id));
  const sent = known.flatMap(({ fulfilled }) => (fulfilled ? [earliestOf(fulfilled.sentAt)] : []));
  const own = known.filter(({ rule }) => rule.id === ofSet.rule.id);
  if (sent.length === 0 || own.some(isOpen)) return;
  const waived = own.flatMap(each => (each.waived ? [each.waived.recordedAt] : []));
  const covered = [...sent, ...waived].reduce((a, b) => (a > b ? a : b));
  const news = facts.stages.find(({ at }) => at > covered);
  if (!news || !appliesOn(facts.activations, ofSet, dayIn(facts.zone, news.at))) return;
  draft.open(ofSet, {
    clock: clockFromNews(ofSet.rule.limit, news.at, facts.zone),
    because: [`new information (event ${news.event}) after the report of ${covered}`],
    provisional: false,
  });
}
