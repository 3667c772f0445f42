import type { StoppingRule } from './rule';

const source = 'example, not from the protocol';

/**
 * Rules to start from, one of each kind. None is any trial's own: the registry entry of NCT05794425 states no stopping
 * rule, so a trial has none until somebody defines it with its source.
 */
export const ruleTemplates: readonly StoppingRule[] = [
  {
    title: 'Two related events of grade 4 or 5 among the first ten treated',
    kind: 'countAmongFirst',
    counts: { minGrade: 4, related: true },
    parameters: { participants: 2, amongFirst: 10 },
    source,
  },
  {
    title: 'Rate of related serious events above 10 %, exact test at 5 %',
    kind: 'exactBinomial',
    counts: { related: true, serious: true },
    parameters: { toleratedRate: 0.1, level: 0.05, minTreated: 3 },
    source,
  },
  {
    title: 'Probability above 90 % that more than 20 % have a related event of grade 3 or more',
    kind: 'bayesian',
    counts: { minGrade: 3, related: true },
    parameters: { toleratedRate: 0.2, priorAlpha: 0.4, priorBeta: 1.6, threshold: 0.9, minTreated: 5 },
    source,
  },
];
