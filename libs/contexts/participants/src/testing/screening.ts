import type { Quantity } from '@platform/kernel';
import { nct05794425Definition } from '@trial/protocol';
import { evaluateScreening } from '../domain/screening/eligibility';
import type { CriterionEvaluation, ScreeningEvaluation } from '../domain/screening/evaluation';
import { evidenceSource } from '../domain/screening/evidence';
import type { ParticipantEvent, ParticipantState } from '../domain/participant/participant';
import type { Finding, LaboratoryResult } from '../domain/participant/recorded';
import { fold, prescreened, status, was } from './people';
import { factsAt03 } from './trial';

/* A screening on 5 March 2024 whose evidence a test can change piece by piece. */

type Result = Quantity | Finding | Partial<LaboratoryResult>;

export interface Screening {
  /** By analyte; null for none. A quantity, a finding, or a whole result. */
  readonly results: Readonly<Record<string, Result | null>>;
  readonly measurements: Readonly<Record<string, Quantity | null>>;
  readonly statements: Readonly<Record<string, boolean | null>>;
  readonly diagnosis: string | null;
  readonly consent: { readonly version: string; readonly signedAt: string } | null;
}

const q = (value: number, unit: string): Quantity => ({ value, unit });

/** Passes every criterion of NCT05794425. */
export const passing: Screening = {
  results: {
    ...{
      ALT: q(20, 'U/L'),
      AST: q(20, 'U/L'),
      ALP: q(80, 'U/L'),
      BILI: q(10, 'umol/L'),
      CREAT: q(70, 'umol/L'),
    },
    ...{ PT: q(12, 's'), APTT: q(30, 's'), INR: q(1, '1') },
    ...{ HBSAG: 'negative', HBCAB: 'negative', HIV12AB: 'negative', HCAB: 'negative', TPLAB: 'negative' },
    HCG: 'negative',
  },
  measurements: {
    ...{
      LVEF: q(60, '%'),
      ECOG: q(1, '1'),
      NYHA: q(1, '1'),
      SYSBP: q(120, 'mm[Hg]'),
      DIABP: q(80, 'mm[Hg]'),
    },
  },
  statements: {
    noAnticoagulantTherapy: true,
    noTransplantationPlanned: true,
    malignancyInPast5Years: false,
    cardiacInsufficiencyOrHypertension: false,
    severeMentalIllness: false,
    clinicallySignificantInfection: false,
    severeAllergy: false,
    pregnantBreastfeedingOrPlanningChild: false,
    canBecomePregnant: true,
    receivesTransplantation: false,
    otherInappropriateCondition: false,
  },
  diagnosis: 'AA',
  consent: { version: '2.0', signedAt: '2024-03-02' },
};

const attestedBy = { user: 'investigator-03', printedName: 'Investigator 03', role: 'investigator' };
const sampledAt = '2024-03-04';

/** What was recorded in a screening, in the order of a clinic. */
export function eventsOf({
  results,
  measurements,
  statements,
  diagnosis,
  consent,
}: Screening): ParticipantEvent[] {
  const signed = consent && { ...consent, protocolVersion: '1.0', reconsent: false };
  return [
    prescreened,
    ...(signed ? [was('ConsentSigned', signed), status('consented', signed.signedAt)] : []),
    ...(diagnosis === null ? [] : [was('DiagnosisRecorded', { code: diagnosis })]),
    ...present(results).map(([analyte, result]) =>
      was('LaboratoryResultRecorded', {
        analyte,
        collectedAt: sampledAt,
        laboratory: 'central',
        ...resultOf(result),
      }),
    ),
    ...present(measurements).map(([code, quantity]) =>
      was('MeasurementRecorded', { code, quantity, takenAt: sampledAt }),
    ),
    ...present(statements).map(([key, holds]) =>
      was('StatementAttested', { key, holds, attestedAt: '2024-03-05', attestedBy }),
    ),
  ];
}

const present = <Value>(record: Readonly<Record<string, Value | null>>): [string, Value][] =>
  Object.entries(record).filter((each): each is [string, Value] => each[1] !== null);

function resultOf(result: Result): Partial<LaboratoryResult> {
  if (typeof result === 'string') return { finding: result };
  return 'unit' in result ? { quantity: result } : result;
}

export interface ScreeningChanges {
  readonly results?: Screening['results'];
  readonly measurements?: Screening['measurements'];
  readonly statements?: Screening['statements'];
  readonly diagnosis?: string | null;
  readonly consent?: Partial<NonNullable<Screening['consent']>> | null;
}

/** A passing screening with some of its evidence replaced, or taken away by null. */
export const changed = ({
  results,
  measurements,
  statements,
  diagnosis,
  consent,
}: ScreeningChanges): Screening => ({
  results: { ...passing.results, ...results },
  measurements: { ...passing.measurements, ...measurements },
  statements: { ...passing.statements, ...statements },
  diagnosis: diagnosis === undefined ? passing.diagnosis : diagnosis,
  consent: consent === null ? null : { version: '2.0', signedAt: '2024-03-02', ...consent },
});

export const evaluate = (
  events: readonly ParticipantEvent[],
  facts = factsAt03(),
  evaluatedAt = '2024-03-05',
): ScreeningEvaluation => evaluateState(fold(events), facts, evaluatedAt);

export const evaluateState = (
  state: ParticipantState,
  facts = factsAt03(),
  evaluatedAt = '2024-03-05',
): ScreeningEvaluation => evaluateScreening(nct05794425Definition, evidenceSource(state, facts, evaluatedAt));

export function criterionOf({ criteria }: ScreeningEvaluation, id: string): CriterionEvaluation {
  const found = criteria.find(({ criterion }) => criterion === id);
  if (!found) throw new Error(`There is no criterion ${id}.`);
  return found;
}
