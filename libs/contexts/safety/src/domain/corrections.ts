import {
  correctValue,
  invalid,
  isPartialDate,
  isRejection,
  isZone,
  refuse,
  type Correctable,
  type Correction,
  type Decision,
  type JsonObject,
  type JsonValue,
} from '@platform/kernel';
import type { AdverseEventState } from './adverse-event';
import { relatedBy, scaleOf } from './causality-scales';
import { meetsSeriousness } from './conclusions';
import {
  actions,
  outcomes,
  seriousnessCriteria,
  seriousnessRemarks,
  sourceSeverities,
  type AdverseEventEvent,
  type Seriousness,
} from './events';
import { flagged, notOpen, wrongDate, wrongTime, type Context } from './recording';

/**
 * Corrects one field of one entry, as opposed to new information (an amendment) and to another judgement (an assessment
 * made anew). What the software had derived from the field is corrected with it: `related` from a term of causality,
 * `serious` from the criteria as long as nobody had said otherwise.
 */
export function correctAdverseEvent(
  correction: Correction,
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  const closed =
    notOpen(state, context) ??
    wrongCorrectedDate(correction, state, context) ??
    wrongForEntry(correction, state);
  if (closed) return closed;
  const decision = correctValue(correction, state.entries, correctable);
  if (isRejection(decision)) return decision;
  const [corrected] = decision;
  if (!corrected) return [];
  return flagged([corrected, ...derived(correction, state)], state, context);
}

const dateFields: readonly string[] = ['onset', 'end', 'rsiFrom'];

function wrongCorrectedDate({ field, value }: Correction, { details }: AdverseEventState, context: Context) {
  if (dateFields.includes(field) && isPartialDate(value)) {
    return wrongDate('value', value, details?.zone ?? 'UTC', context);
  }
  return field === 'awareAt' && clinicalTime(value) === undefined
    ? wrongTime('value', value as { at: string; zone: string } | null, context)
    : undefined;
}

/** What is right by itself, and wrong for the entry: a term of another scale, a grade where there are words. */
function wrongForEntry({ event, field, value }: Correction, { entries }: AdverseEventState) {
  const entry = entries.find(known => known.event === event);
  if (entry?.type === 'CausalityAssessed' && field === 'term') {
    const scale = scaleOf(entry.data.scale);
    if (scale && typeof value === 'string' && relatedBy(scale, value) !== undefined) return undefined;
    const terms = Object.keys(scale?.terms ?? {}).join(', ');
    return invalid('CORRECTION-VALUE', 'value', `This must be one of ${terms}.`);
  }
  if (entry?.type !== 'SeverityAssessed') return undefined;
  const other = entry.data.scale === 'source' ? ['grade', 'baselineGrade'] : ['severity'];
  return other.includes(field)
    ? refuse('CORRECTION-FIELD', 'This severity was assessed on another scale. Assess it anew.', {
        field: 'field',
      })
    : undefined;
}

/** What had been derived from the corrected value, when it comes out otherwise now. */
function derived({ event, field, value, reason }: Correction, state: AdverseEventState): AdverseEventEvent[] {
  const entry = state.entries.find(known => known.event === event);
  const also = (which: string, before: boolean, after: boolean | undefined): AdverseEventEvent[] =>
    after === undefined || after === before
      ? []
      : [
          {
            type: 'ValueCorrected',
            data: { event, field: which, value: after },
            previous: { value: before },
            reason,
          },
        ];
  if (entry?.type === 'CausalityAssessed' && field === 'term') {
    const scale = scaleOf(entry.data.scale);
    const related = scale && typeof value === 'string' ? relatedBy(scale, value) : undefined;
    return also('related', entry.data.related, related);
  }
  if (entry?.type === 'SeriousnessAssessed' && field !== 'serious') {
    const said: Seriousness = entry.data;
    const asDerived = said.serious === meetsSeriousness(said);
    return also(
      'serious',
      said.serious,
      asDerived ? meetsSeriousness({ ...said, [field]: value }) : undefined,
    );
  }
  return [];
}

type Check = (value: JsonValue) => string | undefined;

const date: Check = value =>
  isPartialDate(value) ? undefined : 'This is no date: 2024, 2024-03 or 2024-03-05.';
const text: Check = value =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 4_000
    ? undefined
    : 'This must be a text.';
const flag: Check = value => (typeof value === 'boolean' ? undefined : 'This must be true or false.');
const oneOf =
  (...words: readonly (string | number)[]): Check =>
  value =>
    words.includes(value as string) ? undefined : `This must be one of ${words.join(', ')}.`;
const orNull =
  (check: Check): Check =>
  value =>
    value === null ? undefined : check(value);

const clinicalTime: Check = given => {
  const { at, zone, ...more } = (given ?? {}) as JsonObject;
  return isPartialDate(at) && isZone(zone) && Object.keys(more).length === 0
    ? undefined
    : 'This must be { at, zone } with a date and a zone of the IANA database.';
};

const inError = { enteredInError: flag };

/** What may be corrected. Not here: whose the event is, who assessed it by which scale, and what was derived. */
const correctable: Correctable = {
  AdverseEventReported: {
    term: text,
    onset: orNull(date),
    end: orNull(date),
    reporter: orNull(text),
    awareAt: orNull(clinicalTime),
    description: orNull(text),
  },
  AdverseEventAmended: { ...inError },
  SeverityAssessed: {
    ...inError,
    grade: oneOf(1, 2, 3, 4, 5),
    baselineGrade: orNull(oneOf(0, 1, 2, 3, 4)),
    severity: oneOf(...sourceSeverities),
  },
  SeriousnessAssessed: {
    ...inError,
    serious: flag,
    ...Object.fromEntries(
      [...seriousnessCriteria, ...seriousnessRemarks].map(field => [field, orNull(flag)]),
    ),
  },
  CausalityAssessed: { ...inError, term: text },
  ExpectednessAssessed: {
    ...inError,
    expected: flag,
    rsiVersion: text,
    rsiFrom: date,
    rsiUntil: orNull(date),
  },
  AdverseEventOutcomeRecorded: { ...inError, outcome: oneOf(...outcomes), end: orNull(date) },
  ActionTakenRecorded: { ...inError, action: oneOf(...actions), detail: orNull(text) },
};
