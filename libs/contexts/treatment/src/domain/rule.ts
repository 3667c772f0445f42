import type { Departure } from '@trial/participants';
import type { Timed } from './events';
import type { TreatmentFacts } from './facts';
import type { Infusion, TreatmentState } from './treatment';

/** Something given to the participant at a time. `live`: it is about to be given, and can still be held back. */
export interface Occasion extends Timed {
  readonly live: boolean;
  readonly facts: TreatmentFacts;
}

/** An infusion at its start. */
export interface InfusionOccasion extends Occasion {
  readonly infusion: Infusion;
  readonly state: TreatmentState;
}

export type Answer =
  | { readonly is: 'kept' }
  | { readonly is: 'broken'; readonly how: string; readonly causes?: readonly string[] }
  | { readonly is: 'unknown'; readonly why: string };

/** A rule of the protocol or of good practice, which answers for one occasion. */
export interface Rule<O extends Occasion> extends Pick<Departure, 'rule' | 'category' | 'severity'> {
  readonly ask: (occasion: O) => Answer;
}

export const kept: Answer = { is: 'kept' };
export const broken = (how: string, ...causes: string[]): Answer => ({ is: 'broken', how, causes });
export const unknown = (why: string): Answer => ({ is: 'unknown', why });

/** Of several answers to one question: broken before unknown before kept. */
export const worstOf = (answers: readonly Answer[]): Answer =>
  answers.find(({ is }) => is === 'broken') ?? answers.find(({ is }) => is === 'unknown') ?? kept;
