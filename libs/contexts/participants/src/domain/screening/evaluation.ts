import type { PartialDate } from '@platform/kernel';
import type { ReferenceRange } from '@trial/sites';

/*
 * What an evaluation of the criteria says: stored whole with the decision that stood on it, so that it can be
 * read, and computed again, years later.
 */

/** Three values: true, false, and unknown when the evidence is missing. */
export type Truth = 'true' | 'false' | 'unknown';

/** One thing that a criterion looked at. */
export interface Evidence {
  /** Id of the event that holds it; absent when nothing was found, or for what no event holds. */
  readonly event?: string;
  /** Analyte, measurement code, statement key, `consent`, `diagnosis`, `age`. */
  readonly what: string;
  /** As it was recorded. */
  readonly value?: number | string | boolean;
  readonly unit?: string;
  /** When it was true: the sample's date, the signature's date. */
  readonly at?: PartialDate;
  /** The limit that it was compared with, in the unit of the limit. */
  readonly limit?: number;
  readonly limitUnit?: string;
  /** The value in the unit of the limit, where it had to be converted. */
  readonly converted?: number;
  /** `at most`, `above`, `is negative`. */
  readonly comparison?: string;
  readonly truth: Truth;
  /** Why it is unknown. */
  readonly missing?: string;
  readonly attestedBy?: { readonly user: string; readonly printedName: string; readonly role: string };
  readonly text?: string;
}

export type CriterionOutcome = 'met' | 'notMet' | 'notEvaluable';

export interface CriterionEvaluation {
  readonly criterion: string;
  readonly type: 'inclusion' | 'exclusion';
  readonly ruleVersion: string;
  readonly outcome: CriterionOutcome;
  /** What the outcome does to eligibility: a met exclusion excludes, as does an inclusion that is not met. */
  readonly verdict: 'passes' | 'fails' | 'defers' | 'open';
  readonly evidence: readonly Evidence[];
  /** The people on whose word it rests. */
  readonly attestedBy: readonly {
    readonly user: string;
    readonly printedName: string;
    readonly role: string;
  }[];
  readonly sourceNote?: string;
}

export type ProposedOutcome = 'eligible' | 'notEligible' | 'deferred' | 'incomplete';

/** Two criteria that judge the same value differently. */
export interface Contradiction {
  readonly criteria: readonly [string, string];
  readonly what: string;
  readonly event?: string;
  readonly description: string;
}

export interface ScreeningEvaluation {
  readonly protocolVersion: string;
  /** The day or time up to which results were taken into account. */
  readonly evaluatedAt: PartialDate;
  readonly proposal: ProposedOutcome;
  readonly criteria: readonly CriterionEvaluation[];
  readonly contradictions: readonly Contradiction[];
  /** The reference ranges that were applied, each in force on the day of its sample. */
  readonly ranges: readonly ReferenceRange[];
}
