import type { PartialDate } from '@platform/kernel';

/** One value that a proposed response rests on. */
export interface ResponseEvidence {
  readonly event?: string;
  readonly what: string;
  readonly at?: PartialDate;
  readonly value?: number;
  readonly unit?: string;
  readonly says: string;
}

/** What a definition makes of the values on record; never a decision. */
export interface ResponseProposal {
  readonly definition: string;
  readonly definitionVersion: string;
  readonly evaluatedAt: PartialDate;
  readonly response: string;
  readonly evidence: readonly ResponseEvidence[];
}
