import type { ContradictionId } from '../contradictions';
import type { SourceSeverity } from '../events';
import type { EventDates, FirstDose } from './emergence';

/* What a table is counted from: everybody who may count, and everything that happened to them. */

export interface TabulatedParticipant {
  readonly participant: string;
  readonly site: string;
  readonly plannedArm: string | null;
  /** The arm that was followed; the planned one where a source tells no other. */
  readonly actualArm: string | null;
  /** Enrolled, and thereby randomised where the trial has arms. */
  readonly randomised: boolean;
  /** Absent for who received nothing. */
  readonly firstDose?: FirstDose;
}

export interface TabulatedEvent extends EventDates {
  readonly adverseEvent: string;
  readonly participant: string;
  /** As reported. */
  readonly term: string;
  readonly preferredTerm: string | null;
  readonly soc: string | null;
  readonly grade: number | null;
  readonly severity: SourceSeverity | null;
  readonly serious: boolean | null;
  readonly related: boolean;
  readonly fatal: boolean;
  readonly withdrawn: boolean;
  readonly sourceEmergent: 'Y' | 'N' | null;
  readonly voided: boolean;
  readonly flags: readonly ContradictionId[];
}
