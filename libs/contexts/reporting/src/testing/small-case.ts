import { derivedId, isRejection, type Decision } from '@platform/kernel';
import { decisionContext } from '@platform/kernel/testing';
import { adverseEventCourseDecider, type AdverseEventEvent } from '@trial/safety';
import * as byPeople from '../domain/case/by-people';
import {
  clockOf,
  isOpen,
  reportingCaseDecider,
  type Obligation,
  type ReportingCaseState,
} from '../domain/case/case';
import type { ReportingCaseEvent } from '../domain/case/events';
import { caseFacts } from '../domain/case/facts';
import { reviewCase } from '../domain/case/review';
import { noteTime } from '../domain/case/time-notes';
import type { Activation, RuleActivationState, RuleSetVersion } from '../domain/rules/activation';
import { ruleSets } from '../domain/rules/rule-sets';

export const trial = 'NCT05794425';
export const site = '03';
export const participant = '03-007';

export interface SmallTrial {
  /** In whose days the trial's clocks are counted; Asia/Shanghai unless given. */
  readonly zone?: string;
  /** Ids of the active sets; all of them unless given. */
  readonly sets?: readonly string[];
  readonly activations?: RuleActivationState;
  readonly cellProduct?: boolean;
}

/** The sets in their first version, each from the beginning on. */
export const activeFrom = (sets: readonly string[], from = '2000-01-01'): RuleActivationState => ({
  history: sets.map((ruleSet): Activation => ({
    ...{ ruleSet, version: '1', from, active: true, event: `activated-${ruleSet}` },
    recordedAt: '2000-01-01T00:00:00.000Z',
  })),
});

/**
 * One case with real deciders: what is learned of the adverse event is reviewed event by event, as the reaction does
 * it, and every review is made twice: the second has to find nothing.
 */
export class SmallCase {
  state: ReportingCaseState = reportingCaseDecider.initial;
  readonly written: ReportingCaseEvent[] = [];
  private course = adverseEventCourseDecider.initial;
  private position = 0;
  /** Places in the log of the adverse event's events. */
  private readonly places: number[] = [];
  private readonly zone: string;

  constructor(private trialOf: SmallTrial = {}) {
    this.zone = trialOf.zone ?? 'Asia/Shanghai';
  }

  private context(at: string) {
    const activations =
      this.trialOf.activations ?? activeFrom(this.trialOf.sets ?? ruleSets.map(({ id }) => id));
    const commandId = derivedId('command', String(this.position), at, String(this.written.length));
    const facts = { of: { trial, site, participant }, adverseEvent: 'ae-1', zone: this.zone, activations };
    return decisionContext({ commandId, recordedAt: at, facts, target: { trial, site } });
  }

  /** Records events of the adverse event at an instant, and reviews the case after each. */
  learn(at: string, ...events: readonly AdverseEventEvent[]): this {
    for (const event of events) {
      const id = `ae-event-${this.position}`;
      this.course = adverseEventCourseDecider.evolve(this.course, event, { id, revision: 0, recordedAt: at });
      this.places.push(this.position);
      this.review(at, id);
    }
    return this;
  }

  private review(at: string, event: string, activated?: RuleSetVersion): void {
    const cause = { event, position: String(this.position++) };
    this.accept(at, this.reviewed(at, cause, activated));
    expect(this.reviewed(at, cause, activated)).toEqual([]);
  }

  /** Activates a set in its first version, from a day on, and reviews the case by its rules. */
  activate(at: string, ruleSet: string, from: string): this {
    const { history } = this.trialOf.activations ?? activeFrom(this.trialOf.sets ?? []);
    const more = activeFrom([ruleSet], from).history;
    this.trialOf = { ...this.trialOf, activations: { history: [...history, ...more] } };
    this.review(at, `activated-${ruleSet}`, { ruleSet, version: '1' });
    return this;
  }

  /** What a review decides now because of an event at a position, by what was known of the adverse event there. */
  reviewed(
    at: string,
    cause: { readonly event: string; readonly position: string },
    activated?: RuleSetVersion,
  ) {
    const context = this.context(at);
    const { zone, trialOf } = this;
    const known = this.course.steps.filter((_, index) => this.places[index]! <= Number(cause.position));
    const stages = caseFacts(known, { zone, cellProduct: trialOf.cellProduct ?? true });
    return reviewCase({}, this.state, { ...context, facts: { ...context.facts, cause, stages, activated } });
  }

  accept(at: string, decision: Decision<ReportingCaseEvent>): readonly ReportingCaseEvent[] {
    if (isRejection(decision)) throw new Error(`${decision.rule}: ${decision.reason}`);
    for (const [index, event] of decision.entries()) {
      const id = `event-${this.written.length}`;
      this.state = reportingCaseDecider.evolve(this.state, event, { id, revision: index, recordedAt: at });
      this.written.push(event);
    }
    return decision;
  }

  /** The latest obligation under a rule. */
  of(rule: string): Obligation {
    const found = this.state.obligations.findLast(each => each.rule.id === rule);
    if (!found) throw new Error(`There is no obligation under ${rule}.`);
    return found;
  }

  private target(at: string, rule: string) {
    const context = this.context(at);
    return { ...context, target: { ...context.target, obligation: this.of(rule).obligation } };
  }

  fulfil(at: string, rule: string, sentAt: string, reference = 'R-1'): this {
    const sent = { reference, sentAt: { at: sentAt, zone: this.zone } };
    this.accept(at, byPeople.fulfilObligation(sent, this.state, this.target(at, rule)));
    this.review(at, `fulfilled-${this.position}`);
    return this;
  }

  waive(at: string, rule: string): this {
    const reason = { code: 'agreed', text: 'Agreed with the authority' };
    this.accept(at, byPeople.waiveObligation({ reason }, this.state, this.target(at, rule)));
    this.review(at, `waived-${this.position}`);
    return this;
  }

  reanchor(at: string, rule: string, anchor: string): this {
    const command = {
      anchor: { at: anchor, zone: this.zone },
      reason: { code: 'knownEarlier', text: 'A telephone note says so' },
    };
    this.accept(at, byPeople.reanchorObligation(command, this.state, this.target(at, rule)));
    this.review(at, `reanchored-${this.position}`);
    return this;
  }

  openByHand(at: string, rule: string, anchor: string): this {
    const command = { rule, anchor: { at: anchor, zone: this.zone }, description: 'The bag leaked' };
    const { facts, ...context } = this.context(at);
    const about = { ...context, facts: { ...facts, adverseEvent: undefined } };
    this.accept(at, byPeople.openObligation(command, this.state, about));
    return this;
  }

  /** Looks at the time of every open obligation, as the watch does. */
  passes(at: string): this {
    for (const { obligation } of this.state.obligations.filter(isOpen)) {
      this.accept(at, noteTime({ obligation }, this.state, { recordedAt: at }));
      expect(noteTime({ obligation }, this.state, { recordedAt: at })).toEqual([]);
    }
    return this;
  }

  /** `open: 2024-03-12T23:59:59 > 2024-03-10T23:59:59 missed` for each obligation under a rule. */
  outline(rule: string): string[] {
    return this.state.obligations
      .filter(each => each.rule.id === rule)
      .map(({ status, superseded, clocks, missed, obligation }) => {
        const by = this.state.obligations.find(each => each.obligation === superseded?.by);
        const why =
          superseded && status === 'superseded' ? ` (${[superseded.why, by?.rule.id].join(' ').trim()})` : '';
        const dues = clocks.map(({ dueLocal }) => dueLocal).join(' > ');
        expect(obligation).toMatch(/^[0-9a-f-]{36}$/);
        return `${status}${why}: ${dues}${missed ? ' missed' : ''}`;
      });
  }

  /** Rules with an open obligation. */
  open(): string[] {
    return this.state.obligations.filter(isOpen).map(({ rule }) => rule.id);
  }

  dueOf(rule: string): string {
    return clockOf(this.of(rule)).due;
  }
}
