import {
  absent,
  canonicalJson,
  derivedId,
  invalid,
  isRejection,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type EventRef,
  type Reason,
  type Rejection,
  type StreamName,
} from '@platform/kernel';
import { lookAt, type Look, type Treated } from './look';
import { wrongParameters, type RuleKind, type StoppingRule } from './rule';

// Stream

/** The stopping rules of one trial, and what came of them: `stopping-{trial}`. */
export const stoppingStream = (trial: string): StreamName => streamName('stopping', trial);

// Events. These names are the storage format.

export type StoppingEvent =
  | DomainEvent<'StoppingRuleDefined', StoppingRule & RuleVersion>
  | DomainEvent<'StoppingRuleRetired', RuleVersion>
  | DomainEvent<'StoppingSignalRaised', RaisedSignal>
  | DomainEvent<'StoppingSignalReviewed', { readonly signal: string; readonly decision: ReviewDecision }>;

export interface RuleVersion {
  readonly rule: string;
  /** 1 for the first definition under this id. */
  readonly version: number;
}

/** Everything that a recount needs: fold the log up to `standsAt`, count by the rule's version, and compare. */
export interface RaisedSignal
  extends RuleVersion, Pick<Look, 'counts' | 'statistic' | 'boundary' | 'counted'> {
  readonly signal: string;
  readonly kind: RuleKind;
  /** Position of the log as of which it was counted, decimal text. */
  readonly standsAt: string;
}

export const reviewDecisions = ['continue', 'pauseEnrollment', 'stop'] as const;
export type ReviewDecision = (typeof reviewDecisions)[number];

// State

export interface KnownRule extends StoppingRule, RuleVersion {
  readonly status: 'active' | 'replaced' | 'retired';
  /** Server's instant, UTC. */
  readonly definedAt: string;
  readonly reason?: Reason;
}

export interface KnownSignal extends RaisedSignal {
  readonly raisedAt: string;
  readonly reviews: readonly {
    readonly event: string;
    readonly decision: ReviewDecision;
    readonly reviewedAt: string;
    readonly reason?: Reason;
  }[];
}

export interface StoppingState {
  /** Every version of every rule, in the order of definition. */
  readonly rules: readonly KnownRule[];
  readonly signals: readonly KnownSignal[];
}

const initial: StoppingState = { rules: [], signals: [] };

// Evolve

function evolve(state: StoppingState, event: StoppingEvent, { id, recordedAt }: EventRef): StoppingState {
  const { rules, signals } = state;
  switch (event.type) {
    case 'StoppingRuleDefined': {
      const { rule } = event.data;
      const before = rules.map(each => (isActive(each, rule) ? withStatus(each, 'replaced') : each));
      const { reason } = event;
      return {
        ...state,
        rules: [...before, { ...event.data, status: 'active', definedAt: recordedAt, reason }],
      };
    }
    case 'StoppingRuleRetired':
      return {
        ...state,
        rules: rules.map(each => (isActive(each, event.data.rule) ? withStatus(each, 'retired') : each)),
      };
    case 'StoppingSignalRaised':
      return { ...state, signals: [...signals, { ...event.data, raisedAt: recordedAt, reviews: [] }] };
    case 'StoppingSignalReviewed': {
      const { signal, decision } = event.data;
      const review = { event: id, decision, reviewedAt: recordedAt, reason: event.reason };
      return {
        ...state,
        signals: signals.map(each =>
          each.signal === signal ? { ...each, reviews: [...each.reviews, review] } : each,
        ),
      };
    }
    default:
      return unknownEvent(event);
  }
}

export const stoppingDecider: Decider<StoppingState, StoppingEvent> = { initial, evolve };

const isActive = ({ status, ...each }: KnownRule, rule: string): boolean =>
  status === 'active' && each.rule === rule;
const withStatus = (rule: KnownRule, status: KnownRule['status']): KnownRule => ({ ...rule, status });

export const activeRules = ({ rules }: StoppingState): KnownRule[] =>
  rules.filter(({ status }) => status === 'active');

// Decisions

type Context<Facts = unknown> = Pick<DecisionContext<Facts>, 'facts'> & {
  readonly target: Readonly<Record<string, string>>;
};

/** Defines a rule, or the next version of one: signals keep the version that they were raised under. */
export function defineStoppingRule(
  command: StoppingRule & { readonly rule: string; readonly reason?: Reason },
  state: StoppingState,
): Decision<StoppingEvent> {
  const { rule, reason, title, kind, counts, parameters, source } = command;
  const wrong = wrongParameters(command);
  if (wrong) return wrong;
  const said = { title, kind, counts: withoutAbsent(counts), parameters: withoutAbsent(parameters), source };
  const versions = state.rules.filter(each => each.rule === rule);
  const last = versions.at(-1);
  if (last?.status === 'active' && canonicalJson(contentOf(last)) === canonicalJson(said)) return [];
  if (last && !reason) {
    return invalid(
      'STOPPING-REASON',
      'reason',
      'There was a rule under this id. Say why it is another one now.',
    );
  }
  const data = { rule, version: versions.length + 1, ...said };
  return [{ type: 'StoppingRuleDefined', data, ...(reason && { reason }) }];
}

export function retireStoppingRule(
  { reason }: { readonly reason: Reason },
  state: StoppingState,
  { target: { rule } }: Context,
): Decision<StoppingEvent> {
  const versions = state.rules.filter(each => each.rule === rule);
  const last = versions.at(-1);
  if (!last) return absent('STOPPING-RULE-UNKNOWN', 'This trial has no stopping rule of that id.');
  if (last.status === 'retired') return [];
  return [{ type: 'StoppingRuleRetired', data: { rule: last.rule, version: last.version }, reason }];
}

/** What was known of everybody who was treated, as of a position. */
export interface LookFacts {
  readonly standsAt: string;
  readonly treated: Treated;
}

/**
 * Looks at every rule that had been defined by then, and raises a signal for each that is crossed. A number of
 * participants is signalled once for a version of a rule: the same number again, after a void and another event, is
 * no news, and one more is.
 */
export function lookAtRules(
  { knownAt }: { readonly knownAt: string },
  state: StoppingState,
  { facts: { standsAt, treated }, target: { trial } }: Context<LookFacts>,
): Decision<StoppingEvent> {
  return rulesInForce(state, knownAt).flatMap((known): StoppingEvent[] => {
    const { rule, version, kind } = known;
    const { crossed, ...look } = lookAt(known, treated);
    const number = look.counts.withEvents;
    const signalled = state.signals.some(
      each => each.rule === rule && each.version === version && each.counts.withEvents === number,
    );
    if (!crossed || signalled) return [];
    const signal = derivedId('stopping', trial!, rule, String(version), String(number));
    return [{ type: 'StoppingSignalRaised', data: { signal, rule, version, kind, standsAt, ...look } }];
  });
}

/**
 * The rules that a look goes by. An event that is looked at once more, because the place of a reaction was lost, is no
 * occasion for a rule that came later: that one had its own look when it was defined.
 */
export const rulesInForce = (state: StoppingState, knownAt: string): KnownRule[] =>
  activeRules(state).filter(({ definedAt }) => definedAt <= knownAt);

export interface Review {
  readonly decision: ReviewDecision;
  readonly reason: Reason;
}

const unknownSignal = absent('STOPPING-SIGNAL-UNKNOWN', 'This trial has no stopping signal of that id.');

export const signalOf = ({ signals }: StoppingState, signal: string): KnownSignal | Rejection =>
  signals.find(each => each.signal === signal) ?? unknownSignal;

/** Whether that was decided last, so that deciding it again does nothing. */
export const isReviewed = ({ reviews }: KnownSignal, decision: ReviewDecision): boolean =>
  reviews.at(-1)?.decision === decision;

/** A person decides. A later decision stands beside the earlier one; the same again says nothing. */
export function reviewSignal(
  { decision, reason }: Review,
  state: StoppingState,
  { target }: Context,
): Decision<StoppingEvent> {
  const known = signalOf(state, target.signal!);
  if (isRejection(known)) return known;
  if (isReviewed(known, decision)) return [];
  return [{ type: 'StoppingSignalReviewed', data: { signal: known.signal, decision }, reason }];
}

const contentOf = ({ title, kind, counts, parameters, source }: StoppingRule): StoppingRule => ({
  ...{ title, kind, counts, parameters, source },
});

const withoutAbsent = <Data extends object>(data: Data): Data =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Data;
