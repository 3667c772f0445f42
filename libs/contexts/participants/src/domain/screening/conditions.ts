import { dayOf, daysBetween, hasDay, orderOf, type PartialDate } from '@platform/kernel';
import type { AgeLimit, Attested, Condition, DiagnosisIn } from '@trial/protocol';
import type { ReferenceRange } from '@trial/sites';
import { consentAt, proceduresOf } from '../participant/consent';
import { entriesOf, profileOf } from '../participant/participant';
import type { Evidence, Truth } from './evaluation';
import type { EvidenceSource } from './evidence';
import { all, any, not, truthOf } from './kleene';
import { judgeFinding, judgeMeasurement, judgeResult, type Judged } from './limits';

/** One thing that was looked at, and whether it stands under a negation. */
export interface Leaf {
  readonly evidence: Evidence;
  readonly negated: boolean;
}

/**
 * The truth of a condition with everything that was looked at; nothing is left out because the rest had
 * settled it.
 */
export interface Looked {
  readonly truth: Truth;
  readonly leaves: readonly Leaf[];
  readonly ranges: readonly ReferenceRange[];
}

/** Evaluates a condition in three values over what is on record. */
export function evaluateCondition(condition: Condition, source: EvidenceSource): Looked {
  switch (condition.kind) {
    case 'allOf':
      return combined(condition.of, all, source);
    case 'anyOf':
      return combined(condition.of, any, source);
    case 'not': {
      const { truth, leaves, ranges } = evaluateCondition(condition.of, source);
      return { truth: not(truth), leaves: leaves.map(turned), ranges };
    }
    case 'provided': {
      const parts = [condition.that, condition.then].map(part => evaluateCondition(part, source));
      const [that, then] = parts.map(({ truth }) => truth);
      return { ...merged(parts), truth: that === 'true' && then ? then : 'unknown' };
    }
    case 'laboratoryLimit': {
      const judged = condition.analytes.map(analyte => judgeResult(analyte, condition, source));
      // What was not determined is no part of "every" and "any" here, as long as something was.
      const determined = judged.filter(({ evidence }) => evidence.event !== undefined);
      const truths = determined.map(({ evidence }) => evidence.truth);
      const settle = condition.quantifier === 'every' ? all : any;
      return looked(judged, determined.length === 0 ? 'unknown' : settle(truths));
    }
    case 'laboratoryFinding': {
      const found = condition.analytes.map(analyte => judgeFinding(analyte, condition.is, source));
      const truths = found.map(({ truth }) => truth);
      return looked(
        found.map(evidence => ({ evidence })),
        condition.quantifier === 'every' ? all(truths) : any(truths),
      );
    }
    case 'measurementLimit':
      return single(judgeMeasurement(condition, source));
    case 'diagnosis':
      return single(judgeDiagnosis(condition, source));
    case 'attested':
      return single(judgeStatement(condition, source));
    case 'consent':
      return single(judgeConsent(source));
    case 'age':
      return single(judgeAge(condition, source));
  }
}

function combined(
  conditions: readonly Condition[],
  settle: (parts: readonly Truth[]) => Truth,
  source: EvidenceSource,
): Looked {
  const parts = conditions.map(condition => evaluateCondition(condition, source));
  return { ...merged(parts), truth: settle(parts.map(({ truth }) => truth)) };
}

const merged = (parts: readonly Looked[]): Omit<Looked, 'truth'> => ({
  leaves: parts.flatMap(({ leaves }) => leaves),
  ranges: parts.flatMap(({ ranges }) => ranges),
});

const turned = ({ evidence, negated }: Leaf): Leaf => ({ evidence, negated: !negated });

const looked = (judged: readonly Judged[], truth: Truth): Looked => ({
  truth,
  leaves: judged.map(({ evidence }) => ({ evidence, negated: false })),
  ranges: judged.flatMap(({ range }) => (range ? [range] : [])),
});

const single = (evidence: Evidence): Looked => looked([{ evidence }], evidence.truth);

/** The latest coded diagnosis counts: a disorder may turn into another. */
function judgeDiagnosis({ oneOf }: DiagnosisIn, { diagnosis }: EvidenceSource): Evidence {
  const comparison = `is one of ${oneOf.join(', ')}`;
  if (!diagnosis)
    return { what: 'diagnosis', comparison, truth: 'unknown', missing: 'no diagnosis on record' };
  const { code, diagnosedAt } = diagnosis.data;
  const truth = truthOf(oneOf.includes(code));
  return { event: diagnosis.event, what: 'diagnosis', value: code, at: diagnosedAt, comparison, truth };
}

function judgeStatement({ key }: Attested, { statement }: EvidenceSource): Evidence {
  const entry = statement(key);
  if (!entry)
    return { what: key, comparison: 'is attested', truth: 'unknown', missing: 'nobody has attested it' };
  const { holds, text, attestedAt, attestedBy } = entry.data;
  const truth = truthOf(holds);
  return {
    event: entry.event,
    what: key,
    value: holds,
    at: attestedAt,
    comparison: 'is attested',
    truth,
    attestedBy,
    text,
  };
}

/**
 * Signed on a version that was approved for the site that day, before any procedure of the trial, and not
 * withdrawn. A consent that is missing from the record is missing evidence: it may yet be entered.
 */
function judgeConsent({ state, facts, evaluatedAt }: EvidenceSource): Evidence {
  const comparison = 'is signed on an approved version before any procedure';
  const signed = entriesOf(state, 'ConsentSigned');
  const [first] = signed;
  const last = signed.findLast(({ data }) => orderOf(data.signedAt, evaluatedAt) !== 'after');
  if (!first || !last)
    return { what: 'consent', comparison, truth: 'unknown', missing: 'no signed consent on record' };
  const { version, signedAt } = last.data;
  const seen = { event: last.event, what: 'consent', value: version, at: signedAt, comparison };
  const approved = hasDay(signedAt) ? facts.consentApproved(version, dayOf(signedAt)) : undefined;
  const parts: readonly (readonly [Truth, string])[] = [
    [truthOf(inForce(consentAt(state, evaluatedAt))), 'whether it is in force cannot be told'],
    [truthOf(approved), 'no list of approved consent versions for the day of the signature'],
    [beforeProcedures(first.data.signedAt, state), 'whether it came before the procedures cannot be told'],
  ];
  const truth = all(parts.map(([part]) => part));
  const open = parts.find(([part]) => part === 'unknown');
  return { ...seen, truth, ...(truth === 'unknown' && open && { missing: open[1] }) };
}

const inForce = (standing: ReturnType<typeof consentAt>): boolean | undefined =>
  standing === 'unknown' ? undefined : standing === 'inForce';

function beforeProcedures(signedAt: PartialDate, state: EvidenceSource['state']): Truth {
  const orders = proceduresOf(state).map(({ at }) => (at === undefined ? 'unknown' : orderOf(signedAt, at)));
  return all(orders.map(order => truthOf(order === 'unknown' ? undefined : order !== 'after')));
}

/**
 * Age at consent, or at prescreening before that. Where only the year of birth is known, two ages are
 * possible.
 */
function judgeAge({ yearsMin = 0, yearsMax = 200 }: AgeLimit, { state }: EvidenceSource): Evidence {
  const comparison = `is ${yearsMin} to ${yearsMax === 200 ? 'any' : yearsMax} years`;
  const profile = profileOf(state);
  const at = entriesOf(state, 'ConsentSigned')[0]?.data.signedAt ?? profile?.prescreenedAt;
  const ages = profile && at !== undefined ? possibleAges(profile, at) : undefined;
  if (!ages)
    return { what: 'age', comparison, truth: 'unknown', missing: 'neither year of birth nor age on record' };
  const within = ages.map(age => age >= yearsMin && age <= yearsMax);
  const truth: Truth = within.every(Boolean) ? 'true' : within.some(Boolean) ? 'unknown' : 'false';
  const missing = truth === 'unknown' ? { missing: 'the year of birth alone does not tell' } : {};
  return {
    what: 'age',
    value: [...new Set(ages)].join(' or '),
    unit: 'a',
    at,
    comparison,
    truth,
    ...missing,
  };
}

/** Youngest and oldest that a person can be on a date. */
function possibleAges(
  { birthYear, ageYears, prescreenedAt }: NonNullable<ReturnType<typeof profileOf>>,
  at: PartialDate,
): readonly [number, number] | undefined {
  if (birthYear !== undefined) {
    const age = Number(at.slice(0, 4)) - birthYear;
    return [Math.max(0, age - 1), age];
  }
  if (ageYears === undefined) return undefined;
  const days = Math.max(0, daysBetween(prescreenedAt, at) ?? 365);
  return [ageYears + Math.floor(days / 366), ageYears + Math.ceil(days / 365)];
}
