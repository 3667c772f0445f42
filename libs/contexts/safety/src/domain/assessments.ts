import {
  canonicalJson,
  invalid,
  type ClinicalTime,
  type Decision,
  type JsonObject,
  type PartialDate,
  type Reason,
  type Rejection,
} from '@platform/kernel';
import type { AdverseEventState } from './adverse-event';
import { defaultScale, relatedBy, scaleOf } from './causality-scales';
import { meetsSeriousness } from './conclusions';
import type {
  ActionTaken,
  AdverseEventEvent,
  Causality,
  Expectedness,
  Outcome,
  OutcomeTerm,
  Seriousness,
  Severity,
} from './events';
import {
  flagged,
  notOpen,
  withoutAbsent,
  withoutReason,
  wrongDate,
  wrongTime,
  type Context,
} from './recording';

/** When it was assessed, and why otherwise than before. */
export interface Assessing {
  readonly at?: ClinicalTime;
  /** Mandatory when it was assessed before. */
  readonly reason?: Reason;
}

/** What an assessment says by itself: nothing in it is taken back. */
type Said<Data> = { readonly [Field in keyof Data]: Exclude<Data[Field], null> };

/** Grades are of CTCAE v5; a source without grades is taken at its words. */
export function assessSeverity(
  command: Assessing & Said<Pick<Severity, 'grade' | 'baselineGrade' | 'severity'>>,
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  const { grade, baselineGrade, severity } = command;
  if ((grade === undefined) === (severity === undefined)) {
    return invalid(
      'AE-SEVERITY',
      'grade',
      'Give either a CTCAE grade or the words of a source without grades.',
    );
  }
  if (grade !== undefined && ![1, 2, 3, 4, 5].includes(grade)) {
    return invalid('AE-GRADE', 'grade', 'A CTCAE grade is 1, 2, 3, 4 or 5.');
  }
  if (baselineGrade !== undefined && ![0, 1, 2, 3, 4].includes(baselineGrade)) {
    return invalid('AE-GRADE', 'baselineGrade', 'A grade at baseline is 0 (none), 1, 2, 3 or 4.');
  }
  const scale = grade === undefined ? 'source' : 'CTCAE-5.0';
  const data: Severity = withoutAbsent({ scale, grade, baselineGrade, severity } as const);
  return assessed({ type: 'SeverityAssessed', data }, state.severity, command, state, context);
}

/**
 * Each criterion is true, false or not said. The event is serious when one holds; a word that says otherwise is kept as
 * it was said, and flagged.
 */
export function assessSeriousness(
  { at, reason, ...said }: Assessing & Said<Partial<Seriousness>>,
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  const criteria = withoutAbsent(said);
  if (Object.keys(criteria).length === 0) {
    return invalid('AE-SERIOUSNESS', 'serious', 'Say of at least one criterion whether it holds.');
  }
  const data: Seriousness = { ...criteria, serious: said.serious ?? meetsSeriousness(criteria) };
  return assessed({ type: 'SeriousnessAssessed', data }, state.seriousness, { at, reason }, state, context);
}

export interface CausalityToAssess extends Assessing {
  readonly product?: string;
  readonly term: string;
  /** Id of a scale; the five common terms unless given. */
  readonly scale?: string;
}

/** The view of one assessor on one product. Both assessors' views are kept; neither replaces the other. */
export function assessCausality(
  assessor: Causality['assessor'],
  command: CausalityToAssess,
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  const { product, term, scale: id = defaultScale } = command;
  const scale = scaleOf(id);
  if (!scale) return invalid('AE-CAUSALITY-SCALE', 'scale', 'No scale of causality has this id.');
  const related = relatedBy(scale, term);
  if (related === undefined) {
    const terms = Object.keys(scale.terms).join(', ');
    return invalid('AE-CAUSALITY-TERM', 'term', `The terms of ${id} are: ${terms}.`);
  }
  const data: Causality = withoutAbsent({ assessor, product, term, related, scale: id });
  const before = state.causality.find(each => each.assessor === assessor && each.product === product);
  return assessed({ type: 'CausalityAssessed', data }, before, command, state, context);
}

/** Judged against the reference safety information in force at onset; another version is kept, and flagged. */
export function assessExpectedness(
  command: Assessing & Said<Expectedness>,
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  const { product, expected, rsiVersion, rsiFrom, rsiUntil } = command;
  const zone = state.details?.zone ?? 'UTC';
  const wrong =
    notOpen(state, context) ?? wrongDate('rsiFrom', rsiFrom, zone, context) ?? wrongEnd('rsiUntil', rsiUntil);
  if (wrong) return wrong;
  const data: Expectedness = withoutAbsent({ product, expected, rsiVersion, rsiFrom, rsiUntil });
  const before = state.expectedness.find(each => each.product === product);
  return assessed({ type: 'ExpectednessAssessed', data }, before, command, state, context);
}

/** Outcomes that say how it ended. From any other one, an event goes on to the next without a reason. */
const finalOutcomes: readonly OutcomeTerm[] = ['recovered', 'recoveredWithSequelae', 'fatal'];

export function recordOutcome(
  command: Assessing & Said<Outcome>,
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  const { outcome, end } = command;
  // Whose event it is comes first: what its zone makes of a date would tell that there is one.
  const wrong = notOpen(state, context) ?? wrongDate('end', end, state.details?.zone ?? 'UTC', context);
  if (wrong) return wrong;
  const data: Outcome = withoutAbsent({ outcome, end });
  const ended = state.outcome !== undefined && finalOutcomes.includes(state.outcome.outcome);
  return assessed(
    { type: 'AdverseEventOutcomeRecorded', data },
    state.outcome,
    command,
    state,
    context,
    ended,
  );
}

/** Actions add up: interrupting one day and withdrawing the next are two. */
export function recordActionTaken(
  command: Assessing & Said<ActionTaken>,
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  const { product, action, detail } = command;
  const data: ActionTaken = withoutAbsent({ product, action, detail });
  const last = state.actions.findLast(each => each.product === product);
  return assessed({ type: 'ActionTakenRecorded', data }, last, command, state, context, false);
}

type Assessment = Extract<
  AdverseEventEvent,
  {
    readonly type:
      | 'SeverityAssessed'
      | 'SeriousnessAssessed'
      | 'CausalityAssessed'
      | 'ExpectednessAssessed'
      | 'AdverseEventOutcomeRecorded'
      | 'ActionTakenRecorded';
  }
>;

/** The assessment with what it replaces and what it contradicts; nothing when it says what stands already. */
function assessed(
  assessment: Assessment,
  before: (object & { readonly event: string }) | undefined,
  { at, reason }: Assessing,
  state: AdverseEventState,
  context: Context,
  needsReason = true,
): Decision<AdverseEventEvent> {
  const wrong = notOpen(state, context) ?? wrongTime('at', at, context);
  if (wrong) return wrong;
  const { data, previous } = replacing(before, assessment.data);
  if (previous && isSame(previous, data)) return [];
  const silent = withoutReason(reason, previous !== undefined && needsReason);
  if (silent) return silent;
  const event = { ...assessment, data, previous, occurredAt: at, reason } as unknown as Assessment;
  return flagged([event], state, context);
}

/**
 * The new assessment with null for what it does not say any more, and what each of its fields held before: a field
 * without a line in `previous` would read as entered for the first time.
 */
function replacing(
  before: (object & { readonly event: string }) | undefined,
  next: object,
): { readonly data: JsonObject; readonly previous?: JsonObject } {
  if (!before) return { data: { ...next } };
  const { event: _event, ...held } = before;
  const gone = Object.entries(held).filter(([field, value]) => !(field in next) && value !== null);
  const data: JsonObject = { ...Object.fromEntries(gone.map(([field]) => [field, null])), ...next };
  const known: JsonObject = { ...held };
  const previous = Object.fromEntries(Object.keys(data).map(field => [field, known[field] ?? null]));
  return { data, previous };
}

const isSame = (a: JsonObject, b: JsonObject): boolean => canonicalJson(a) === canonicalJson(b);

const wrongEnd = (field: string, date: PartialDate | undefined): Rejection | undefined =>
  wrongDate(field, date, 'UTC', { recordedAt: '9999-12-31T23:59:59.999Z' });
