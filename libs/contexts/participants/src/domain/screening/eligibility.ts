import type { Criterion, ProtocolDefinition } from '@trial/protocol';
import { evaluateCondition, type Leaf, type Looked } from './conditions';
import type {
  Contradiction,
  CriterionEvaluation,
  CriterionOutcome,
  Evidence,
  ProposedOutcome,
  ScreeningEvaluation,
} from './evaluation';
import type { EvidenceSource } from './evidence';

/**
 * Evaluates every criterion of a protocol version by itself, and says what follows from them together.
 * Nothing is decided here: an investigator does that, and may decide otherwise with a reason.
 */
export function evaluateScreening(
  definition: ProtocolDefinition,
  source: EvidenceSource,
): ScreeningEvaluation {
  const looked = definition.criteria.map(criterion => ({
    criterion,
    looked: evaluateCondition(criterion.condition, source),
  }));
  const criteria = looked.map(each => evaluated(each.criterion, each.looked));
  return {
    protocolVersion: definition.version,
    evaluatedAt: source.evaluatedAt,
    proposal: proposed(criteria),
    criteria,
    contradictions: contradictionsOf(looked),
    ranges: distinct(looked.flatMap(each => each.looked.ranges)),
  };
}

const outcomes: Readonly<Record<Looked['truth'], CriterionOutcome>> = {
  true: 'met',
  false: 'notMet',
  unknown: 'notEvaluable',
};

function evaluated(criterion: Criterion, { truth, leaves }: Looked): CriterionEvaluation {
  const { id, type, ruleVersion, sourceNote } = criterion;
  const evidence = leaves.map(leaf => leaf.evidence);
  const outcome = outcomes[truth];
  return {
    criterion: id,
    type,
    ruleVersion,
    outcome,
    verdict: verdictOf(criterion, outcome),
    evidence,
    attestedBy: distinct(evidence.flatMap(({ attestedBy }) => (attestedBy ? [attestedBy] : []))),
    ...(sourceNote !== undefined && { sourceNote }),
  };
}

function verdictOf({ type, proposes }: Criterion, outcome: CriterionOutcome): CriterionEvaluation['verdict'] {
  if (outcome === 'notEvaluable') return 'open';
  if ((outcome === 'met') === (type === 'inclusion')) return 'passes';
  return type === 'exclusion' && proposes === 'deferred' ? 'defers' : 'fails';
}

/**
 * One failed criterion is enough, whatever is still open; a deferral alone defers; then everything must be
 * known.
 */
export function proposed(criteria: readonly Pick<CriterionEvaluation, 'verdict'>[]): ProposedOutcome {
  const says = (verdict: CriterionEvaluation['verdict']) => criteria.some(each => each.verdict === verdict);
  if (says('fails')) return 'notEligible';
  if (says('defers')) return 'deferred';
  return says('open') || criteria.length === 0 ? 'incomplete' : 'eligible';
}

/**
 * Values on which an inclusion and an exclusion criterion disagree: the one accepts what the other excludes,
 * or refuses what the other does not exclude. Both criteria stand as they were evaluated; this only makes it
 * visible.
 */
function contradictionsOf(
  looked: readonly { readonly criterion: Criterion; readonly looked: Looked }[],
): Contradiction[] {
  const of = (type: Criterion['type']) =>
    looked
      .filter(({ criterion }) => criterion.type === type)
      .flatMap(({ criterion, looked: { leaves } }) => leaves.map(leaf => ({ id: criterion.id, leaf })));
  const exclusions = of('exclusion');
  return of('inclusion').flatMap(included =>
    exclusions.flatMap(excluded => {
      const found = contradiction(included.leaf, excluded.leaf, included.id, excluded.id);
      return found ? [found] : [];
    }),
  );
}

function contradiction(
  included: Leaf,
  excluded: Leaf,
  inclusion: string,
  exclusion: string,
): Contradiction | undefined {
  const { event, what } = included.evidence;
  if (event === undefined || event !== excluded.evidence.event) return undefined;
  const accepts = holds(included);
  const excludes = holds(excluded);
  if (accepts === undefined || excludes === undefined || accepts !== excludes) return undefined;
  const [does, other] = accepts ? ['satisfies', 'triggers'] : ['fails', 'does not trigger'];
  const description =
    `${what} ${valueOf(included.evidence)} ${does} ${inclusion} (${limitOf(included.evidence)}) ` +
    `and ${other} ${exclusion} (${limitOf(excluded.evidence)}).`;
  return { criteria: [inclusion, exclusion], what, event, description };
}

/**
 * Whether a value satisfies its limit, with the negations around it; undefined for what was not compared with
 * one.
 */
function holds({ evidence: { limit, truth }, negated }: Leaf): boolean | undefined {
  if (limit === undefined || truth === 'unknown') return undefined;
  return (truth === 'true') !== negated;
}

const valueOf = ({ value, unit }: Evidence): string => `${String(value)} ${unit ?? ''}`.trim();

const limitOf = ({ comparison, limit, limitUnit }: Evidence): string => `${comparison} ${limit} ${limitUnit}`;

/** Values of equal content once, in their order. */
const distinct = <Value>(values: readonly Value[]): Value[] => [
  ...new Map(values.map(value => [JSON.stringify(value), value])).values(),
];
