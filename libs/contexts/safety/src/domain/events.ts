import type { ClinicalTime, DomainEvent, PartialDate, SourceRecord, ValueCorrected } from '@platform/kernel';
import type { ContradictionId } from './contradictions';

// Events. These names are the storage format.

export type AdverseEventEvent =
  | Fact<'AdverseEventReported', Reported>
  | Fact<'AdverseEventAmended', Amendment>
  | Fact<'SeverityAssessed', Severity>
  | Fact<'SeriousnessAssessed', Seriousness>
  | Fact<'CausalityAssessed', Causality>
  | Fact<'ExpectednessAssessed', Expectedness>
  | Fact<'AdverseEventOutcomeRecorded', Outcome>
  | Fact<'ActionTakenRecorded', ActionTaken>
  | Fact<'AdverseEventVoided', object>
  | Fact<'ValueCorrected', ValueCorrected['data']>;

type Fact<Type extends string, Data extends object> = DomainEvent<Type, Data & Flagged>;

/** Contradictions that the record shows with this event and did not show before. Nothing is refused for them. */
export interface Flagged {
  readonly flags?: readonly ContradictionId[];
}

/** What is known of the event itself. Every field but the term may be unknown. */
export interface Details {
  /** As the reporter said it. */
  readonly term: string;
  readonly coded?: CodedTerm;
  readonly onset?: PartialDate;
  readonly end?: PartialDate;
  /** IANA zone in whose days onset and end are meant. */
  readonly zone: string;
  /** Coded: a user's id, or a kind of person. */
  readonly reporter?: string;
  /** When the reporter's institution came to know of it: day 0 of the investigator's clocks. */
  readonly awareAt?: ClinicalTime;
  readonly description?: string;
  readonly relatedInfusions?: readonly string[];
  /** Codes of the products that may have caused it. */
  readonly suspectProducts?: readonly string[];
  /** What a source tells beside all this, under its own codes: `AETRTEM`. */
  readonly qualifiers?: readonly { readonly code: string; readonly value: string }[];
}

/** A term of a dictionary such as MedDRA, with the name and version of it where the source tells them. */
export interface CodedTerm {
  readonly preferredTerm: string;
  readonly systemOrganClass?: string;
  readonly lowestLevelTerm?: string;
  readonly dictionary?: string;
}

export interface Reported extends Details {
  readonly adverseEvent: string;
  readonly trial: string;
  readonly participant: string;
  /** The version that the participant was pinned to when the event was reported. */
  readonly protocolVersion?: string;
  readonly sourceRecord?: SourceRecord;
}

/** The fields that new information changed. Null: it turned out to be unknown. */
export type Amendment = { readonly [Field in keyof Details]?: Details[Field] | null };

/*
 * In an assessment that replaces another one, null stands for what was said before and is not said any more.
 */

/** Either a grade of CTCAE v5, or the words of a source that has no grades. No grade is made up from the words. */
export interface Severity {
  readonly scale: 'CTCAE-5.0' | 'source';
  /** 1 mild, 2 moderate, 3 severe, 4 life-threatening, 5 death. */
  readonly grade?: number | null;
  /**
   * Grade of the same term before the first treatment, 0 for none: cytopenia at baseline makes blood grades say little.
   */
  readonly baselineGrade?: number | null;
  readonly severity?: SourceSeverity | null;
}

export const sourceSeverities = ['MILD', 'MODERATE', 'SEVERE'] as const;
export type SourceSeverity = (typeof sourceSeverities)[number];

/** ICH E2A's criteria, and the two that stem cell rules add. An event is serious when at least one holds. */
export const seriousnessCriteria = [
  'death',
  'lifeThreatening',
  'hospitalisation',
  'disability',
  'congenitalAnomaly',
  'otherMedicallyImportant',
  'infectiousDisease',
  'medicalRescue',
] as const;
export type SeriousnessCriterion = (typeof seriousnessCriteria)[number];

/** What some sources tell beside the criteria. Kept, but it makes no event serious. */
export const seriousnessRemarks = ['cancer', 'overdose'] as const;
export type SeriousnessRemark = (typeof seriousnessRemarks)[number];

/** True, false, or not said. `serious` follows from the criteria, unless a source says otherwise; then it is kept. */
export interface Seriousness extends Readonly<
  Partial<Record<SeriousnessCriterion | SeriousnessRemark, boolean | null>>
> {
  readonly serious: boolean;
}

export interface Causality {
  readonly assessor: 'investigator' | 'sponsor';
  /** Absent: of the study treatment as a whole. */
  readonly product?: string;
  readonly term: string;
  /** What the scale makes of the term. */
  readonly related: boolean;
  readonly scale: string;
}

export interface Expectedness {
  /** Absent: of the study treatment as a whole. */
  readonly product?: string;
  readonly expected: boolean;
  /** The version of the reference safety information that it was judged against, and when that was in force. */
  readonly rsiVersion: string;
  readonly rsiFrom: PartialDate;
  /** First day on which it was no longer in force. */
  readonly rsiUntil?: PartialDate | null;
}

export const outcomes = [
  'recovered',
  'recovering',
  'notRecovered',
  'recoveredWithSequelae',
  'fatal',
  'unknown',
] as const;
export type OutcomeTerm = (typeof outcomes)[number];

export interface Outcome {
  readonly outcome: OutcomeTerm;
  /** When the event ended by it. */
  readonly end?: PartialDate | null;
}

/** CDISC's terms for what was done with the study treatment. */
export const actions = [
  'doseNotChanged',
  'doseReduced',
  'doseIncreased',
  'doseRateReduced',
  'interrupted',
  'withdrawn',
  'notApplicable',
  'unknown',
] as const;
export type Action = (typeof actions)[number];

export interface ActionTaken {
  readonly product?: string;
  readonly action: Action;
  readonly detail?: string | null;
}
