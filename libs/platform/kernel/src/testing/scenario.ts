import { isRejection, type Decision, type DecisionContext, type Rejection } from '../decision';
import type { Decider, DomainEvent } from '../event';

/** What came before. The events are folded as if the log had answered with them: `event-0`, `event-1` … */
export interface Scenario<State, Event extends DomainEvent> {
  readonly state: State;
  given(...events: readonly Event[]): Scenario<State, Event>;
  when(decide: (state: State) => Decision<Event>): Outcome<State, Event>;
}

/** What a decision led to. Each expectation returns something to go on with, so that a test reads as a story. */
export interface Outcome<State, Event extends DomainEvent> {
  /** The accepted events. @throws Error when the decision was a rejection. */
  readonly events: readonly Event[];
  /** The state after the accepted events; after a rejection, the state before. */
  readonly state: State;
  /** Exactly these events, in this order. Members that are `undefined` count as absent, as they do in the log. */
  yields(...events: readonly Event[]): Outcome<State, Event>;
  /** Accepted, and there was nothing to add: what the second of two equal commands ought to do. */
  yieldsNothing(): Outcome<State, Event>;
  /** Rejected under this rule, blaming this field when one is given. The rejection is for looking at its evidence. */
  isRejected(rule: string, field?: string): Rejection;
  /** The next decision, on the state after this one. */
  when(decide: (state: State) => Decision<Event>): Outcome<State, Event>;
}

/** Given / when / then for real deciders: `scenario(site).given(opened).when(s => close(s)).yields(closed)`. */
export const scenario = <State, Event extends DomainEvent>(
  decider: Decider<State, Event>,
): Scenario<State, Event> => after(decider, decider.initial, 0);

function after<State, Event extends DomainEvent>(
  decider: Decider<State, Event>,
  state: State,
  revision: number,
): Scenario<State, Event> {
  const fold = (events: readonly Event[]): State =>
    events.reduce((before, event, index) => decider.evolve(before, event, refOf(revision + index)), state);
  return {
    state,
    given: (...events) => after(decider, fold(events), revision + events.length),
    when: decide => {
      const decision = decide(state);
      const accepted = isRejection(decision) ? [] : decision;
      return outcome(decision, after(decider, fold(accepted), revision + accepted.length));
    },
  };
}

function outcome<State, Event extends DomainEvent>(
  decision: Decision<Event>,
  next: Scenario<State, Event>,
): Outcome<State, Event> {
  const self: Outcome<State, Event> = {
    get events() {
      if (!isRejection(decision)) return decision;
      throw new Error(`The decision was a rejection, ${decision.rule}: ${decision.reason}`);
    },
    state: next.state,
    yields(...events) {
      expect(decision).toEqual(events);
      return self;
    },
    yieldsNothing() {
      expect(decision).toEqual([]);
      return self;
    },
    isRejected(rule, field) {
      expect(decision).toMatchObject(field === undefined ? { rule } : { rule, field });
      if (isRejection(decision)) return decision;
      throw new Error('The decision was accepted.');
    },
    when: next.when,
  };
  return self;
}

const refOf = (revision: number) => ({
  id: `event-${revision}`,
  revision,
  recordedAt: '2024-03-05T07:00:00.000Z',
});

/**
 * A plausible context for a decision: an investigator of site 01, on 5 March 2024 at 08:00 UTC, an hour after the
 * given events were recorded. Members that are handed in replace these or, like `target` and `facts`, are added.
 */
export function decisionContext<Facts = undefined, More extends object = object>(
  overrides?: Partial<DecisionContext<Facts>> & More,
): DecisionContext<Facts> & More {
  const plausible: DecisionContext = {
    recordedAt: '2024-03-05T08:00:00.000Z',
    actor: { user: 'investigator-01', printedName: 'Investigator 01', role: 'investigator', site: '01' },
    commandId: '018e0dab-6c00-7000-8000-000000000001',
    facts: undefined,
  };
  return { ...plausible, ...overrides } as DecisionContext<Facts> & More;
}
