import {
  consentAt,
  profileOf,
  type ConsentStanding,
  type CurrentStatus,
  type DeviationState,
  type EntryType,
  type EntryTypes,
  type ParticipantEntry,
  type ParticipantState,
  type Prescreening,
} from '@trial/participants';
import {
  contradictionsOf,
  isRelated,
  isSerious,
  isSusar,
  type AdverseEventState,
  type ContradictionId,
} from '@trial/safety';
import type { Obligation } from '@trial/reporting';
import type { ParticipantSignatures } from '@trial/signing';
import type { TreatmentState } from '@trial/treatment';
import type { PartialDate } from '@platform/kernel';
import type { CorrectionMade } from './corrections';
import type { Flag, Folds } from './flags';

/** An entry as it reads after corrections; `recorded` is what was written first, where that was another thing. */
export interface CasebookEntry<Type extends EntryType> {
  readonly event: string;
  /** Server's instant, UTC. */
  readonly recordedAt: string;
  readonly data: EntryTypes[Type];
  readonly recorded?: EntryTypes[Type];
}

/** Everything that was recorded about one participant, as it was known at a moment. Coded: there is no name in it. */
export interface Casebook {
  readonly trial: string;
  readonly participant: string;
  readonly site: string;
  readonly identity: Omit<Prescreening, 'departures' | 'enteredInError'>;
  /** The version that the participant is pinned to. */
  readonly protocolVersion?: string;
  readonly status: {
    readonly current?: CurrentStatus;
    readonly history: readonly CasebookEntry<'ParticipantStatusChanged'>[];
  };
  readonly consent: {
    /** Whether a consent is in force on the day at the site on which the casebook stands. */
    readonly standing: ConsentStanding;
    readonly signed: readonly CasebookEntry<'ConsentSigned'>[];
    readonly withdrawn: readonly CasebookEntry<'ConsentWithdrawn'>[];
  };
  readonly screening: {
    /** Each with the evaluation that it stood on, criterion by criterion with its evidence. */
    readonly decisions: readonly CasebookEntry<'ScreeningDecisionRecorded'>[];
    readonly diagnoses: readonly CasebookEntry<'DiagnosisRecorded'>[];
    readonly statements: readonly CasebookEntry<'StatementAttested'>[];
    readonly medicalHistory: readonly CasebookEntry<'MedicalHistoryRecorded'>[];
  };
  readonly enrollment: readonly CasebookEntry<'ParticipantEnrolled'>[];
  readonly treatment: Pick<TreatmentState, 'infusions' | 'drugDoses' | 'administrations' | 'standing'>;
  readonly visits: readonly CasebookEntry<'VisitRecorded'>[];
  readonly laboratory: readonly CasebookEntry<'LaboratoryResultRecorded'>[];
  readonly measurements: readonly CasebookEntry<'MeasurementRecorded'>[];
  readonly assessments: readonly CasebookEntry<'AssessmentRecorded'>[];
  readonly responses: readonly CasebookEntry<'ResponseRecorded'>[];
  readonly adverseEvents: readonly CasebookAdverseEvent[];
  readonly deviations: readonly ({ readonly deviation: string } & DeviationState)[];
  /** Who owes which report about this participant, each with every clock that it ever had, and what became of it. */
  readonly obligations: readonly ({ readonly reportingCase: string } & Obligation)[];
  readonly corrections: readonly CorrectionMade[];
  readonly flags: readonly Flag[];
  /** Whether the data are signed, by whom, and what was changed since; and what there is to sign. */
  readonly signing: Omit<ParticipantSignatures, 'participant' | 'site'>;
}

export interface CasebookAdverseEvent extends Omit<AdverseEventState, 'imported' | 'of'> {
  readonly adverseEvent: string;
  readonly serious: boolean;
  readonly related: boolean;
  readonly susar: boolean;
  /** What the record says against itself. */
  readonly contradictions: readonly ContradictionId[];
}

/** Whose casebook it is, the day at the site on which it stands, and the signatures under it. */
export interface CasebookPlace {
  readonly trial: string;
  readonly participant: string;
  readonly day: PartialDate | undefined;
  readonly signing: Casebook['signing'];
}

/** Puts a casebook together; undefined when there was no such participant yet. */
export function casebookOf(
  { trial, participant, day, signing }: CasebookPlace,
  folds: Folds,
  corrections: readonly CorrectionMade[],
  flags: readonly Flag[],
): Casebook | undefined {
  const state = folds.participant;
  const profile = profileOf(state);
  if (!profile) return undefined;
  const { departures: _departures, ...identity } = profile;
  const of = <Type extends EntryType>(type: Type) => entries(state, type);
  const { infusions, drugDoses, administrations, standing } = folds.treatment;
  return {
    trial,
    participant,
    site: profile.site,
    identity,
    protocolVersion: state.protocolVersion,
    status: { current: state.status, history: of('ParticipantStatusChanged') },
    consent: {
      standing: consentAt(state, day),
      signed: of('ConsentSigned'),
      withdrawn: of('ConsentWithdrawn'),
    },
    screening: {
      decisions: of('ScreeningDecisionRecorded'),
      diagnoses: of('DiagnosisRecorded'),
      statements: of('StatementAttested'),
      medicalHistory: of('MedicalHistoryRecorded'),
    },
    enrollment: of('ParticipantEnrolled'),
    treatment: { infusions, drugDoses, administrations, standing },
    visits: of('VisitRecorded'),
    laboratory: of('LaboratoryResultRecorded'),
    measurements: of('MeasurementRecorded'),
    assessments: of('AssessmentRecorded'),
    responses: of('ResponseRecorded'),
    adverseEvents: folds.adverseEvents.flatMap(adverseEvent),
    deviations: folds.deviations.map(({ deviation, state: inner }) => ({ deviation, ...inner })),
    obligations: folds.reportingCases.flatMap(({ reportingCase, state: inner }) =>
      inner.obligations.map(obligation => ({ reportingCase, ...obligation })),
    ),
    corrections,
    flags,
    signing: { state: signing.state, data: signing.data, signatures: signing.signatures },
  };
}

/** All entries of a type, those entered in error too: an inspection sees what was there and what was said of it. */
function entries<Type extends EntryType>(state: ParticipantState, type: Type): CasebookEntry<Type>[] {
  return state.entries
    .filter((entry): entry is ParticipantEntry<Type> => entry.type === type)
    .map(({ event, recordedAt, data, recorded }) => ({
      event,
      recordedAt,
      data,
      ...(recorded !== data && { recorded }),
    }));
}

function adverseEvent(state: AdverseEventState): CasebookAdverseEvent[] {
  const { imported: _imported, of, ...shown } = state;
  if (!of) return [];
  return [
    {
      adverseEvent: of.adverseEvent,
      ...shown,
      serious: isSerious(state),
      related: isRelated(state),
      susar: isSusar(state),
      contradictions: contradictionsOf(state),
    },
  ];
}
