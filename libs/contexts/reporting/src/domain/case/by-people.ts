import {
  absent,
  canonicalJson,
  conflict,
  dayIn,
  earliestOf,
  invalid,
  isAfterInstant,
  isPartialDate,
  isZone,
  latestOf,
  refuse,
  type ClinicalTime,
  type Decision,
  type DecisionContext,
  type Reason,
  type Rejection,
} from '@platform/kernel';
import { appliesOn, rulesEverActive, type RuleActivationState } from '../rules/activation';
import type { Party } from '../rules/rule';
import { aboutOf, clockOf, isOpen, type Obligation, type ReportingCaseState } from './case';
import { clockFrom } from './clocks';
import { draftOf } from './draft';
import type { Fulfilment, ReportingCaseEvent } from './events';

/** What people decide of obligations. */
export interface PeopleFacts {
  readonly of: { readonly trial: string; readonly site: string; readonly participant?: string };
  /** IANA zone in whose days the trial's clocks are counted. */
  readonly zone: string;
  readonly activations: RuleActivationState;
}

type Context<Facts = PeopleFacts> = Pick<
  DecisionContext<Facts>,
  'recordedAt' | 'actor' | 'commandId' | 'facts'
> & { readonly target: Readonly<Record<string, string>> };

export interface ToOpen {
  readonly rule: string;
  /** What happened, and when: day 0. */
  readonly anchor: ClinicalTime;
  readonly description: string;
}

/** Opens an obligation that no adverse event brings about. */
export function openObligation(
  { rule: id, anchor, description }: ToOpen,
  state: ReportingCaseState,
  context: Context,
): Decision<ReportingCaseEvent> {
  if (state.obligations.length > 0) return [];
  const { facts, recordedAt } = context;
  const wrong = wrongTime('anchor', anchor, recordedAt);
  if (wrong) return wrong;
  const start = earliestOf(anchor);
  const day = dayIn(facts.zone, start);
  const ofSet = rulesEverActive(facts.activations).find(
    each => each.rule.id === id && appliesOn(facts.activations, each, day),
  );
  if (!ofSet) return absent('OBLIGATION-RULE', 'No rule with this id is in force in this trial on that day.');
  if (!('manual' in ofSet.rule.trigger)) {
    const follows =
      'Obligations under this rule follow from adverse events. Report or assess the event instead.';
    return refuse('OBLIGATION-BY-HAND', follows, { field: 'rule' });
  }
  const draft = draftOf(state, context);
  draft.open(ofSet, {
    clock: clockFrom(ofSet.rule, { at: anchor, start }, facts.zone),
    because: [ofSet.rule.trigger.manual],
    provisional: false,
    description,
  });
  return draft.events;
}

/** A person knows better from when the time counts. The old clock stays visible; a review leaves the new one alone. */
export function reanchorObligation(
  { anchor, reason }: { readonly anchor: ClinicalTime; readonly reason: Reason },
  state: ReportingCaseState,
  context: Context,
): Decision<ReportingCaseEvent> {
  const obligation = obligationIn(state, context);
  if (!obligation) return unknown;
  const wrong = notOpen(obligation) ?? wrongTime('anchor', anchor, context.recordedAt);
  if (wrong) return wrong;
  const { at, zone } = clockOf(obligation).anchorAt;
  if (at === anchor.at && zone === anchor.zone) return [];
  const draft = draftOf(state, context);
  const number = obligation.clocks.length + 1;
  const anchored = { at: { at: anchor.at, zone: anchor.zone }, start: earliestOf(anchor) };
  const clock = clockFrom(obligation.rule, anchored, clockOf(obligation).zone, number);
  draft.reanchor(obligation, clock, 'person', ['a person set what it counts from']);
  return draft.events.map(event => ({ ...event, reason }));
}

export interface ToFulfil {
  readonly reference: string;
  readonly sentAt: ClinicalTime;
  /** The one who records it unless given. */
  readonly sentBy?: string;
  /** Everybody whom the rule names unless given. */
  readonly sentTo?: readonly Party[];
}

/**
 * Records that the report was sent. It has happened, so it is recorded also where it was not owed any more. One that
 * came late and was not noticed as missed yet is both.
 */
export function fulfilObligation(
  { reference, sentAt, sentBy, sentTo }: ToFulfil,
  state: ReportingCaseState,
  context: Context,
  /** Who may fulfil only what is theirs. */
  onlyFrom?: Party,
): Decision<ReportingCaseEvent> {
  const obligation = obligationIn(state, context);
  if (!obligation) return unknown;
  const wrong = wrongTime('sentAt', sentAt, context.recordedAt);
  if (wrong) return wrong;
  const { rule, fulfilled } = obligation;
  if (onlyFrom !== undefined && rule.from !== onlyFrom) {
    const theirs = `This report is owed by the ${rule.from}. A safety officer records that it was sent.`;
    return refuse('OBLIGATION-NOT-YOURS', theirs);
  }
  const { due, number } = clockOf(obligation);
  const data: Fulfilment = {
    ...{ obligation: obligation.obligation, reference, sentAt: { at: sentAt.at, zone: sentAt.zone } },
    ...{ sentBy: sentBy ?? context.actor.user, sentTo: sentTo ?? rule.to },
    inTime: latestOf(sentAt) <= due,
  };
  if (fulfilled) {
    const { event: _, recordedAt: __, ...known } = fulfilled;
    const same = canonicalJson({ obligation: data.obligation, ...known }) === canonicalJson({ ...data });
    return same ? [] : closed(obligation);
  }
  const about = aboutOf(obligation);
  const sending: ReportingCaseEvent = { type: 'ObligationFulfilled', data, occurredAt: sentAt, about };
  const unnoticed = isOpen(obligation) && !obligation.missed && earliestOf(sentAt) > due;
  const missed = { obligation: data.obligation, clock: number, due, notedAt: context.recordedAt };
  return unnoticed ? [{ type: 'ObligationMissed', data: missed, about }, sending] : [sending];
}

/** Nothing has to be sent after all, as somebody decides and answers for. */
export function waiveObligation(
  { reason }: { readonly reason: Reason },
  state: ReportingCaseState,
  context: Context,
): Decision<ReportingCaseEvent> {
  const obligation = obligationIn(state, context);
  if (!obligation) return unknown;
  if (obligation.status === 'waived') return [];
  const data = { obligation: obligation.obligation };
  return notOpen(obligation) ?? [{ type: 'ObligationWaived', data, reason, about: aboutOf(obligation) }];
}

const unknown = absent('OBLIGATION-UNKNOWN', 'This site has no such reporting obligation.');

/** One of another trial or site is as good as none. */
const obligationIn = (
  { obligations }: ReportingCaseState,
  { facts: { of }, target }: Context,
): Obligation | undefined =>
  obligations.find(
    ({ obligation, trial, site }) =>
      obligation === target.obligation && trial === of.trial && site === of.site,
  );

const notOpen = (obligation: Obligation): Rejection | undefined =>
  isOpen(obligation) ? undefined : closed(obligation);

const closed = ({ status, superseded }: Obligation): Rejection =>
  conflict('OBLIGATION-CLOSED', `This obligation is ${status}; nothing is changed of it any more.`, {
    evidence: { status, by: superseded?.by },
  });

function wrongTime(field: string, time: ClinicalTime, recordedAt: string): Rejection | undefined {
  if (!isPartialDate(time.at) || !isZone(time.zone)) {
    return invalid('OBLIGATION-DATE', field, 'This is no date and zone.');
  }
  return isAfterInstant(time, recordedAt)
    ? invalid('OBLIGATION-FUTURE', field, `${time.at} has not come yet. What is recorded has happened.`)
    : undefined;
}
