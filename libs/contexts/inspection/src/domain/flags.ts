import type { AdverseEventState } from '@trial/safety';
import { entriesOf, type DeviationState, type ParticipantState } from '@trial/participants';
import type { ReportingCaseState } from '@trial/reporting';
import type { TreatmentState } from '@trial/treatment';
import type { CorrectionMade, Places } from './corrections';

/** What a casebook is folded from: the states of a participant's streams, and where their events stand. */
export interface Folds {
  readonly participant: ParticipantState;
  readonly treatment: TreatmentState;
  readonly adverseEvents: readonly AdverseEventState[];
  readonly deviations: readonly DeviationRecord[];
  readonly reportingCases: readonly ReportingCaseRecord[];
}

export interface ReportingCaseRecord {
  readonly reportingCase: string;
  readonly state: ReportingCaseState;
}

export interface DeviationRecord {
  readonly deviation: string;
  /** Id of the event that raised it. */
  readonly event: string;
  readonly state: DeviationState;
}

/** What was derived from recorded values. */
export const derivedKinds = [
  'screeningDecision',
  'response',
  'drugDose',
  'expectedness',
  'deviation',
] as const;

export type DerivedKind = (typeof derivedKinds)[number];

/** Something that stood on a value which was corrected later. It stays as it was; a person has to look at it again. */
export interface Flag {
  readonly kind: DerivedKind;
  /** Id of the event that holds what was derived. */
  readonly event: string;
  /** The correction: id of its event, the entry and field that it put right, and when. */
  readonly correction: string;
  readonly corrected: string;
  readonly field: string;
  readonly correctedAt: string;
}

/** One thing that was derived, and the events that it stood on. */
interface Derived {
  readonly event: string;
  readonly stoodOn: readonly string[];
  /** Only corrections of this field touch it; of any field unless given. */
  readonly field?: string;
}

/** One way of deriving: everything of its kind in a participant's record. */
interface Derivation {
  readonly kind: DerivedKind;
  readonly derived: (folds: Folds) => readonly Derived[];
}

const idsIn = (evidence: readonly { readonly event?: string }[]): string[] =>
  evidence.flatMap(({ event }) => (event === undefined ? [] : [event]));

const derivations: readonly Derivation[] = [
  {
    kind: 'screeningDecision',
    derived: ({ participant }) =>
      entriesOf(participant, 'ScreeningDecisionRecorded').map(({ event, data: { evaluation } }) => ({
        event,
        stoodOn: idsIn([
          ...(evaluation?.criteria.flatMap(({ evidence }) => evidence) ?? []),
          ...(evaluation?.contradictions ?? []),
        ]),
      })),
  },
  {
    kind: 'response',
    derived: ({ participant }) =>
      entriesOf(participant, 'ResponseRecorded').map(({ event, data: { proposal } }) => ({
        event,
        stoodOn: idsIn(proposal?.evidence ?? []),
      })),
  },
  {
    kind: 'drugDose',
    derived: ({ treatment }) =>
      treatment.drugDoses.map(({ event, assessment }) => ({
        event,
        stoodOn: assessment?.weight ? [assessment.weight.event] : [],
      })),
  },
  {
    // Judged against the reference safety information in force at onset.
    kind: 'expectedness',
    derived: ({ adverseEvents }) =>
      adverseEvents.flatMap(({ entries, expectedness }) => {
        const reports = entries.filter(({ type }) => type === 'AdverseEventReported');
        const stoodOn = reports.map(({ event }) => event);
        return expectedness.map(({ event }) => ({ event, stoodOn, field: 'onset' }));
      }),
  },
  {
    kind: 'deviation',
    derived: ({ deviations }) =>
      deviations.map(({ event, state }) => ({ event, stoodOn: state.raised?.causes ?? [] })),
  },
];

/**
 * What was derived from values that were corrected afterwards, in the order of the corrections. What a correction
 * derived anew (a drug dose's daily dose) stands on what was known then.
 */
export function flagsOf(folds: Folds, corrections: readonly CorrectionMade[], places: Places): Flag[] {
  const derived = derivations.flatMap(({ kind, derived: of }) =>
    of(folds).map(one => ({ ...one, kind, since: lastPlace(one.event, corrections, places) })),
  );
  return corrections.flatMap(({ correction, event: corrected, field, recordedAt: correctedAt }) => {
    const place = places.get(correction) ?? -1n;
    return derived
      .filter(one => one.stoodOn.includes(corrected) && (one.field ?? field) === field && place > one.since)
      .map(({ kind, event }) => ({ kind, event, correction, corrected, field, correctedAt }));
  });
}

/** Where the derivation was made last: with the event, or with a correction of what was computed. */
function lastPlace(event: string, corrections: readonly CorrectionMade[], places: Places): bigint {
  const anew = corrections.filter(each => each.event === event && each.field === 'assessment');
  const latest = anew.map(({ correction }) => places.get(correction) ?? -1n);
  return [places.get(event) ?? -1n, ...latest].reduce((a, b) => (a > b ? a : b));
}
