import type { Truth } from './evaluation';

/* Kleene's strong three-valued logic: what is unknown stays so until the known parts settle the question. */

export const not = (truth: Truth): Truth =>
  truth === 'unknown' ? 'unknown' : truth === 'true' ? 'false' : 'true';

/** True when all are; one false settles it. Of nothing: true. */
export const all = (parts: readonly Truth[]): Truth =>
  parts.includes('false') ? 'false' : parts.includes('unknown') ? 'unknown' : 'true';

/** True when one is; otherwise unknown as long as one is unknown. Of nothing: false. */
export const any = (parts: readonly Truth[]): Truth =>
  parts.includes('true') ? 'true' : parts.includes('unknown') ? 'unknown' : 'false';

export const truthOf = (holds: boolean | undefined): Truth =>
  holds === undefined ? 'unknown' : holds ? 'true' : 'false';
