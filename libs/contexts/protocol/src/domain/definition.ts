import type { Quantity } from '@platform/kernel';

/**
 * A protocol version as data. Nothing here is code: an amendment is another definition, published beside the first,
 * and every participant stays pinned to the version under which they consented.
 */
export interface ProtocolDefinition {
  /** Version label, unique within the trial: `1.0`. */
  readonly version: string;
  readonly title: string;
  readonly purpose: string;
  /** `interventional`, with its phase: `1/2`. */
  readonly studyType: string;
  readonly phase: string;
  /** IANA zone in whose calendar days the trial's clocks and dates run. */
  readonly zone: string;
  /** Participants to enroll, and the cap on them; absent when the source names none, and then there is no cap. */
  readonly enrollmentTarget?: number;
  readonly arms: readonly Arm[];
  readonly interventions: readonly Intervention[];
  readonly criteria: readonly Criterion[];
  /** The codes that `diagnosis` conditions use, with their names for a form. */
  readonly diagnoses?: readonly CodedDiagnosis[];
  readonly visits: readonly Visit[];
  readonly outcomes: readonly Outcome[];
  /** Readings of a damaged or silent source, and what the sponsor's configuration set instead. */
  readonly sourceNotes: readonly string[];
}

export interface Arm {
  readonly code: string;
  readonly name: string;
  readonly interventions: readonly string[];
  readonly sourceNote?: string;
}

export type Intervention = InfusionPlan | DrugPlan;

/** A cell product given by infusion. */
export interface InfusionPlan {
  readonly kind: 'infusion';
  readonly code: string;
  readonly product: string;
  /** Viable cells for each infusion, inclusive limits; a number of cells, not per kilogram. */
  readonly cellsMin: number;
  readonly cellsMax: number;
  readonly plannedInfusions: number;
  /** Days from one infusion to the next, and how many days either way are within the plan. */
  readonly intervalDays: number;
  readonly intervalWindowDays: number;
  /** Longest time from thaw to the start of the infusion, hours. */
  readonly thawToStartHoursMax?: number;
  readonly sourceNote?: string;
}

/** A drug dosed by body weight, or at will when no range is given. */
export interface DrugPlan {
  readonly kind: 'drug';
  readonly code: string;
  readonly product: string;
  /** Inclusive limits of the daily dose, in the UCUM unit beside them: 3 to 5 `mg/kg/d`. */
  readonly dailyDoseMin?: number;
  readonly dailyDoseMax?: number;
  readonly dailyDoseUnit?: string;
  readonly schedule: string;
  readonly sourceNote?: string;
}

export interface Criterion {
  /** `IN01`, `EX05`. */
  readonly id: string;
  readonly type: 'inclusion' | 'exclusion';
  readonly text: string;
  /** Version of the rule below; a decision cites it. */
  readonly ruleVersion: string;
  /** An inclusion criterion is met when it holds; an exclusion criterion is met (excludes) when it holds. */
  readonly condition: Condition;
  /** What a met exclusion proposes when it alone stands in the way; `notEligible` unless given. */
  readonly proposes?: 'notEligible' | 'deferred';
  /** How a damaged or contradictory source was read. Shown with the criterion, never hidden. */
  readonly sourceNote?: string;
}

/**
 * What a criterion asks, in three values: true, false, or unknown when the evidence is missing. `allOf` and `anyOf`
 * follow Kleene's strong logic: a false part settles an `allOf`, a true part an `anyOf`, whatever else is missing.
 */
export type Condition =
  | AllOf
  | AnyOf
  | Not
  | Provided
  | DiagnosisIn
  | LaboratoryLimit
  | LaboratoryFinding
  | MeasurementLimit
  | Attested
  | ConsentInForce
  | AgeLimit;

export interface AllOf {
  readonly kind: 'allOf';
  readonly of: readonly Condition[];
}

export interface AnyOf {
  readonly kind: 'anyOf';
  readonly of: readonly Condition[];
}

export interface Not {
  readonly kind: 'not';
  readonly of: Condition;
}

/**
 * A condition that its source states only for the people for whom another one holds. Where `that` is true it is what
 * `then` is; where `that` is false or unknown the source is silent, so it is unknown, whatever `then` is.
 */
export interface Provided {
  readonly kind: 'provided';
  readonly that: Condition;
  readonly then: Condition;
}

export interface CodedDiagnosis {
  readonly code: string;
  readonly name: string;
  /** Category or code of ICD-10 where one fits. */
  readonly icd10?: string;
}

/** The coded diagnosis is one of these. */
export interface DiagnosisIn {
  readonly kind: 'diagnosis';
  readonly oneOf: readonly string[];
}

export type Comparison = 'atMost' | 'atLeast' | 'above' | 'below';

/** A limit as a multiple of the laboratory's own upper limit of normal, or as a quantity. */
export type Limit = { readonly timesUln: number } | Quantity;

/**
 * Latest results of these analytes against a limit. With `every`, all that were measured must satisfy it; with `any`,
 * one suffices. Unknown when none was measured, or when a measured one cannot be compared (no range in force, no
 * common unit).
 */
export interface LaboratoryLimit {
  readonly kind: 'laboratoryLimit';
  readonly analytes: readonly string[];
  readonly quantifier: 'every' | 'any';
  readonly is: Comparison;
  readonly limit: Limit;
}

/**
 * Latest results of these analytes as findings; `every` demands that each one was determined. A result that is a number
 * is determined: it is not `belowDetectionLimit`.
 */
export interface LaboratoryFinding {
  readonly kind: 'laboratoryFinding';
  readonly analytes: readonly string[];
  readonly quantifier: 'every' | 'any';
  readonly is: 'negative' | 'positive' | 'belowDetectionLimit';
}

/** The latest measurement under a code, for example `LVEF`, `ECOG`, `SYSBP`, `NYHA`. */
export interface MeasurementLimit {
  readonly kind: 'measurementLimit';
  readonly code: string;
  readonly is: Comparison;
  readonly limit: Quantity;
}

/** A statement that a person attests to hold or not to hold, under a key that the screening form uses. */
export interface Attested {
  readonly kind: 'attested';
  readonly key: string;
  readonly statement: string;
  /** Whether a text is mandatory when it holds. */
  readonly needsText?: boolean;
}

/** A signed consent on a version approved for the site, before any screening procedure, not withdrawn. */
export interface ConsentInForce {
  readonly kind: 'consent';
}

/** Age at consent in whole years, inclusive limits. */
export interface AgeLimit {
  readonly kind: 'age';
  readonly yearsMin?: number;
  readonly yearsMax?: number;
}

export interface Visit {
  readonly code: string;
  readonly name: string;
  /** Planned study day: day 1 is the first treatment day and there is no day 0 (CDISC); absent for unscheduled ones. */
  readonly studyDay?: number;
  /** Days either way that are still within the plan. */
  readonly windowDays?: number;
}

export interface Outcome {
  readonly type: 'primary' | 'secondary' | 'other';
  readonly measure: string;
  readonly timeFrame: string;
}
