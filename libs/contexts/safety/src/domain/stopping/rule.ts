import { atLeast, invalid, probabilityAbove, type Rejection } from '@platform/kernel';

/** Which adverse events of a treated participant count; only treatment-emergent ones that are not void. */
export interface CountedBy {
  /** CTCAE grade that is at least reached. A fatal event counts as grade 5; words of a source as none. */
  readonly minGrade?: number;
  /** Only those that count as related: what the investigator has not assessed does. */
  readonly related?: boolean;
  /** Only serious ones. */
  readonly serious?: boolean;
}

export const ruleKinds = ['countAmongFirst', 'exactBinomial', 'bayesian'] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** What the kinds need; each has its own of these. Rates, levels and thresholds lie between 0 and 1. */
export interface RuleParameters {
  /** countAmongFirst: participants with an event that are enough… */
  readonly participants?: number;
  /** … among the first so many treated. */
  readonly amongFirst?: number;
  /** exactBinomial, bayesian: the rate that is tolerated. */
  readonly toleratedRate?: number;
  /** exactBinomial: one-sided level. */
  readonly level?: number;
  /** bayesian: the prior, Beta(priorAlpha, priorBeta)… */
  readonly priorAlpha?: number;
  readonly priorBeta?: number;
  /** … and the posterior probability of a rate above the tolerated one that is too much. */
  readonly threshold?: number;
  /** exactBinomial, bayesian: no look before so many are treated. */
  readonly minTreated?: number;
}

export interface StoppingRule {
  readonly title: string;
  readonly kind: RuleKind;
  readonly counts: CountedBy;
  readonly parameters: RuleParameters;
  /** Where the rule stands: the protocol's section, a board's decision. */
  readonly source: string;
}

/** How many were treated, and how many of them had an event that counts: participants, never events. */
export interface Counts {
  readonly treated: number;
  readonly withEvents: number;
}

export interface Statistic {
  readonly name: 'participants' | 'pValue' | 'posteriorProbability';
  readonly value: number;
}

interface Kind {
  readonly needs: readonly (keyof RuleParameters)[];
  readonly may: readonly (keyof RuleParameters)[];
  statistic(counts: Counts, parameters: Required<RuleParameters>): Statistic;
  crosses(statistic: Statistic, parameters: Required<RuleParameters>): boolean;
}

const kinds: Readonly<Record<RuleKind, Kind>> = {
  countAmongFirst: {
    needs: ['participants', 'amongFirst'],
    may: [],
    statistic: ({ withEvents }) => ({ name: 'participants', value: withEvents }),
    crosses: ({ value }, { participants }) => value >= participants,
  },
  exactBinomial: {
    needs: ['toleratedRate', 'level'],
    may: ['minTreated'],
    statistic: ({ treated, withEvents }, { toleratedRate }) => ({
      name: 'pValue',
      value: atLeast(withEvents, treated, toleratedRate),
    }),
    crosses: ({ value }, { level }) => value < level,
  },
  bayesian: {
    needs: ['toleratedRate', 'priorAlpha', 'priorBeta', 'threshold'],
    may: ['minTreated'],
    statistic: ({ treated, withEvents }, { toleratedRate, priorAlpha, priorBeta }) => ({
      name: 'posteriorProbability',
      value: probabilityAbove(toleratedRate, priorAlpha + withEvents, priorBeta + treated - withEvents),
    }),
    crosses: ({ value }, { threshold }) => value > threshold,
  },
};

/** The first of a rule's parameters that is missing, that its kind does not have, or that cannot be. */
export function wrongParameters({ kind, parameters }: StoppingRule): Rejection | undefined {
  const { needs, may } = kinds[kind];
  const missing = needs.find(name => parameters[name] === undefined);
  if (missing)
    return invalid('STOPPING-PARAMETERS', `parameters.${missing}`, `A rule of this kind needs it.`);
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const foreign = given.find(([name]) => ![...needs, ...may].some(own => own === name));
  if (foreign) {
    return invalid(
      'STOPPING-PARAMETERS',
      `parameters.${foreign[0]}`,
      'A rule of this kind has no such thing.',
    );
  }
  const { participants = 0, amongFirst = 0 } = parameters;
  return participants > amongFirst
    ? invalid(
        'STOPPING-PARAMETERS',
        'parameters.participants',
        'More than the first so many cannot be reached.',
      )
    : undefined;
}

const parametersOf = ({ parameters }: StoppingRule) => parameters as Required<RuleParameters>;

export const statisticOf = (rule: StoppingRule, counts: Counts): Statistic =>
  kinds[rule.kind].statistic(counts, parametersOf(rule));

/** Whether so many are too many. Nobody with an event is never too many. */
export const isCrossed = (rule: StoppingRule, counts: Counts): boolean =>
  counts.withEvents > 0 &&
  counts.treated >= (rule.parameters.minTreated ?? 0) &&
  kinds[rule.kind].crosses(statisticOf(rule, counts), parametersOf(rule));

/** How many participants with an event would be too many among those treated; undefined when no number would. */
export function boundaryOf(rule: StoppingRule, treated: number): number | undefined {
  if (rule.kind === 'countAmongFirst') return rule.parameters.participants;
  for (let withEvents = 1; withEvents <= treated; withEvents++)
    if (isCrossed(rule, { treated, withEvents })) return withEvents;
  return undefined;
}
