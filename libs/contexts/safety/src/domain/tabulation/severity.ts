import { sourceSeverities } from '../events';
import type { TabulatedEvent } from './rows';

/** CTCAE grades, the words of sources without grades, and what nobody assessed: three scales that never mix. */
export const severityLevels = ['5', '4', '3', '2', '1', 'SEVERE', 'MODERATE', 'MILD', 'notAssessed'] as const;
export type SeverityLevel = (typeof severityLevels)[number];

export function severityOf({ grade, severity }: Pick<TabulatedEvent, 'grade' | 'severity'>): SeverityLevel {
  if (grade !== null) return String(grade) as SeverityLevel;
  return severity ?? 'notAssessed';
}

const grades = severityLevels.filter(level => /^\d$/.test(level));
const words: readonly SeverityLevel[] = sourceSeverities.toReversed();

/**
 * The levels at which a participant counts: the highest grade and the gravest word. No grade is made up from words, so
 * who has both counts once on either scale; who has neither counts as not assessed.
 */
export function maximaOf(levels: ReadonlySet<SeverityLevel>): SeverityLevel[] {
  const maxima = [grades, words].flatMap(scale => scale.find(level => levels.has(level)) ?? []);
  return maxima.length > 0 ? maxima : ['notAssessed'];
}
