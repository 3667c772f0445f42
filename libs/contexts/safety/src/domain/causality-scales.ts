/** Terms of causality and whether each counts as related. Data, so that a trial can bring its own. */
export interface CausalityScale {
  readonly id: string;
  /** Where the terms come from. That "unlikely" counts as not related is a convention, not a law: see the README. */
  readonly source: string;
  readonly terms: Readonly<Record<string, boolean>>;
}

export const causalityScales: readonly CausalityScale[] = [
  {
    id: 'FIVE-TERMS-1',
    source: 'The five terms of common causality forms; unlikely and not related count as not related',
    terms: { related: true, probable: true, possible: true, unlikely: false, notRelated: false },
  },
  {
    id: 'CDISC-PILOT-1',
    source: 'AEREL of the CDISC pilot study; REMOTE and NONE count as not related',
    terms: { PROBABLE: true, POSSIBLE: true, REMOTE: false, NONE: false },
  },
  {
    id: 'YES-NO-1',
    source: 'Reasonable possibility, ICH E2A',
    terms: { yes: true, no: false },
  },
];

export const defaultScale = 'FIVE-TERMS-1';

export const scaleOf = (id: string): CausalityScale | undefined =>
  causalityScales.find(scale => scale.id === id);

/** What a scale makes of a term; undefined for a term that it does not have. */
export const relatedBy = ({ terms }: CausalityScale, term: string): boolean | undefined =>
  Object.hasOwn(terms, term) ? terms[term] : undefined;
