import { derivedId, eventIdOf, type JsonObject } from '@platform/kernel';
import type { RuleActivationState, RuleSetVersion } from '../rules/activation';
import type { RuleOfSet } from '../rules/rule-sets';
import { aboutOf, clockOf, reportingCaseDecider, type Obligation, type ReportingCaseState } from './case';
import type {
  Cause,
  OpenedObligation,
  Reanchoring,
  ReportingCaseEvent,
  ReportingClock,
  Superseding,
} from './events';
import type { CaseFacts } from './facts';

/** The events of one decision, and the state that they lead to: later steps of it stand on earlier ones. */
export interface Draft {
  readonly events: readonly ReportingCaseEvent[];
  readonly state: ReportingCaseState;
  add(event: ReportingCaseEvent): void;
  open(ofSet: RuleOfSet, more: Opening): void;
  reanchor(
    obligation: Obligation,
    clock: ReportingClock,
    why: Reanchoring['why'],
    because: readonly string[],
  ): void;
}

type Opening = Pick<OpenedObligation, 'clock' | 'because' | 'provisional' | 'parent' | 'description' | 'why'>;

export interface DraftContext {
  readonly commandId: string;
  readonly recordedAt: string;
  readonly facts: {
    /** Absent when a person decides. */
    readonly cause?: Cause;
    readonly of: { readonly trial: string; readonly site: string; readonly participant?: string };
    readonly adverseEvent?: string;
  };
}

/** What a review of a case stands on: everything as of the event that caused it. */
export interface ReviewFacts {
  readonly cause: Cause;
  readonly of: { readonly trial: string; readonly site: string; readonly participant?: string };
  readonly adverseEvent: string;
  /** IANA zone in whose days the trial's clocks are counted. */
  readonly zone: string;
  readonly activations: RuleActivationState;
  /** The set whose activation calls for the review; absent where the case does. */
  readonly activated?: RuleSetVersion;
  /** The case after each of the adverse event's events. */
  readonly stages: readonly CaseFacts[];
}

export interface ReviewContext extends DraftContext {
  readonly facts: ReviewFacts;
}

export function draftOf(before: ReportingCaseState, { commandId, recordedAt, facts }: DraftContext): Draft {
  const events: ReportingCaseEvent[] = [];
  let state = before;
  const add = (event: ReportingCaseEvent): void => {
    const id = eventIdOf(commandId, events.length);
    events.push(event);
    state = reportingCaseDecider.evolve(state, event, { id, revision: -1, recordedAt });
  };
  const { cause, of, adverseEvent } = facts;
  return {
    events,
    get state() {
      return state;
    },
    add,
    open({ ruleSet, ruleSetVersion, rule }, opening) {
      const count = state.obligations.filter(each => each.rule.id === rule.id).length;
      const obligation = derivedId('obligation', adverseEvent ?? commandId, rule.id, String(count));
      const data = { obligation, ...of, adverseEvent, ruleSet, ruleSetVersion, rule, ...opening, cause };
      add({ type: 'ObligationOpened', data, occurredAt: opening.clock.anchorAt, about: aboutOf(data) });
    },
    reanchor(known, clock, why, because) {
      const { obligation } = known;
      const { number, anchor, anchorAt, start, readings, due, dueLocal, zone } = clockOf(known);
      const replaced = { number, anchor, anchorAt, start, readings, due, dueLocal, zone };
      add({
        type: 'ObligationReanchored',
        data: { obligation, clock, why, because, cause },
        previous: { clock: replaced as unknown as JsonObject },
        occurredAt: clock.anchorAt,
        about: aboutOf(known),
      });
    },
  };
}

export const superseding = (
  known: Obligation,
  why: Superseding['why'],
  because: readonly string[],
  cause: Cause,
  by?: string,
): ReportingCaseEvent => ({
  type: 'ObligationSuperseded',
  data: { obligation: known.obligation, by, why, because, cause },
  about: aboutOf(known),
});
