import type { JsonValue, PartialDate, Quantity, SourceRecord } from '@platform/kernel';
import type { Departure } from '../departure';
import type { EnrollmentDetails } from '../enrollment';
import type { ScreeningEvaluation } from '../screening/evaluation';
import type { ResponseProposal } from '../response/proposal';
import type { ParticipantStatus } from './statuses';

/*
 * What the events of a participant hold. Fields are optional where a source may be silent. Dates are as
 * precise as they are known, in the zone of the site, which stands in the event's `occurredAt`.
 */

/** What every entry may carry. */
export interface Recorded {
  readonly sourceRecord?: SourceRecord;
  readonly departures?: readonly Departure[];
  /** Set by a correction only: the entry should not be here, and is not counted. It stays in the record. */
  readonly enteredInError?: boolean;
}

export interface Prescreening extends Recorded {
  readonly site: string;
  readonly prescreenedAt: PartialDate;
  /** The version in force that day; the one at consent replaces it. */
  readonly protocolVersion: string;
  readonly sex?: Sex;
  readonly birthYear?: number;
  /** Age in whole years on the day of prescreening, for a source that tells no year of birth. */
  readonly ageYears?: number;
  /** Coded characteristics as the source has them: `RACE`, `COUNTRY`. */
  readonly characteristics?: readonly Characteristic[];
  /** The participant's coded id in another system. */
  readonly sourceId?: string;
}

export const sexes = ['female', 'male', 'undifferentiated', 'unknown'] as const;
export type Sex = (typeof sexes)[number];

export interface Characteristic {
  readonly code: string;
  readonly value: string;
}

export interface SignedConsent extends Recorded {
  /** Version of the consent form. */
  readonly version: string;
  readonly signedAt: PartialDate;
  /** The protocol version to which the participant is pinned from here on. */
  readonly protocolVersion: string;
  /** Whether another consent was signed before. */
  readonly reconsent: boolean;
}

/**
 * What may be done with the data of somebody who withdrew. What is collected already stays in the record (ICH
 * E6(R3)).
 */
export const dataUses = ['useCollected', 'useCollectedAndPublicRecords', 'noFurtherUse'] as const;
export type DataUse = (typeof dataUses)[number];

export interface WithdrawnConsent extends Recorded {
  readonly withdrawnAt: PartialDate;
  /** Absent only where a source does not say. */
  readonly dataUse?: DataUse;
  readonly detail?: string;
}

export interface Diagnosis extends Recorded {
  readonly code: string;
  readonly name?: string;
  readonly diagnosedAt?: PartialDate;
  readonly detail?: string;
}

export const findings = ['negative', 'positive', 'belowDetectionLimit', 'indeterminate'] as const;
export type Finding = (typeof findings)[number];

/** At least one of quantity, finding and text, unless it was not done or a correction took it away. */
interface Determined {
  readonly quantity?: Quantity;
  /** The quantity is a bound: the result is reported as below or above it. */
  readonly bound?: 'below' | 'above';
  readonly text?: string;
  readonly notDone?: boolean;
  /** Code of the visit. */
  readonly visit?: string;
  /** Done in the course of care and not for the trial, so that it needs no consent to it. */
  readonly routineCare?: boolean;
}

export interface LaboratoryResult extends Recorded, Determined {
  /** CDISC test code: `ALT`, `HGB`. */
  readonly analyte: string;
  readonly name?: string;
  readonly finding?: Finding;
  /** When the sample was taken. */
  readonly collectedAt?: PartialDate;
  readonly laboratory?: string;
  readonly specimen?: string;
  readonly method?: string;
  /** Limits of normal and their verdict as the source reported them, in the result's unit. */
  readonly reported?: ReportedRange;
}

export interface ReportedRange {
  readonly low?: number;
  readonly high?: number;
  readonly indicator?: string;
}

export interface Measurement extends Recorded, Determined {
  /** `LVEF`, `ECOG`, `SYSBP`, `WEIGHT`. Transfusions are `RBCTRANSF` and `PLTTRANSF`, in units given. */
  readonly code: string;
  readonly name?: string;
  readonly takenAt?: PartialDate;
  readonly method?: string;
  readonly position?: string;
  /** Planned time point within the visit: `AFTER LYING DOWN FOR 5 MINUTES`. */
  readonly timePoint?: string;
}

/** What a person attests to hold or not to hold. */
export interface Statement extends Recorded {
  readonly key: string;
  readonly holds: boolean;
  readonly text?: string;
  readonly attestedAt: PartialDate;
  readonly attestedBy: { readonly user: string; readonly printedName: string; readonly role: string };
}

export interface MedicalHistory extends Recorded {
  readonly term: string;
  /** Dictionary term and its dictionary, where the source is coded. */
  readonly code?: string;
  readonly codeSystem?: string;
  readonly category?: string;
  readonly bodySystem?: string;
  readonly severity?: string;
  readonly startedAt?: PartialDate;
  readonly endedAt?: PartialDate;
  readonly ongoing?: boolean;
}

export interface VisitAttendance extends Recorded {
  /** Code of the protocol's visit. */
  readonly visit: string;
  readonly name?: string;
  readonly startedAt?: PartialDate;
  readonly endedAt?: PartialDate;
}

export interface StatusChange extends Recorded {
  readonly status: ParticipantStatus;
  /** Since when, as precisely as it is known. */
  readonly since?: PartialDate;
  /** As the source or the person words it. */
  readonly detail?: string;
  /** Recorded later than the status that followed it: the current one stands. */
  readonly historical?: boolean;
}

export const screeningOutcomes = ['eligible', 'notEligible', 'deferred'] as const;
export type ScreeningOutcome = (typeof screeningOutcomes)[number];

/** An investigator's decision with everything that it stood on. */
export interface ScreeningDecision extends Recorded {
  readonly decision: ScreeningOutcome;
  readonly decidedAt: PartialDate;
  /** Absent where a source tells the decision only. */
  readonly evaluation?: ScreeningEvaluation;
  readonly protocolVersion: string;
  /** Whether the decision is another one than the evaluation proposed. */
  readonly overridden: boolean;
}

export interface Enrollment extends Recorded, EnrollmentDetails {
  readonly site: string;
  readonly protocolVersion: string;
}

export interface Assessment extends Recorded {
  /** `BONEMARROW`, `DISEASE`. */
  readonly assessment: string;
  readonly assessedAt?: PartialDate;
  readonly visit?: string;
  readonly values?: readonly AssessedValue[];
  readonly conclusion?: string;
}

export interface AssessedValue {
  readonly code: string;
  readonly quantity?: Quantity;
  readonly text?: string;
}

/** A response as it was decided, beside what the definition proposed. */
export interface Response extends Recorded {
  readonly definition: string;
  readonly definitionVersion: string;
  readonly response: string;
  readonly assessedAt: PartialDate;
  /** Absent where a source tells the response only. */
  readonly proposal?: ResponseProposal;
  readonly overridden: boolean;
}

/**
 * A correction as it was applied, kept with the entries so that whatever stood on the old value can be shown.
 */
export interface AppliedCorrection {
  /** Id and revision of the correcting event. */
  readonly by: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly event: string;
  readonly field: string;
  readonly value: JsonValue;
  readonly previous: JsonValue;
  readonly reason?: { readonly code: string; readonly text: string };
}
