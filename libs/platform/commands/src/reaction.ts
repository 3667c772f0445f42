import type { RecordedEvent } from '@platform/kernel';
import type { Command, Target } from './command';

/**
 * What follows from an event: commands to other streams. A pure function of the event alone; the engine derives each
 * command's id from the event's id, the reaction's name and the index, so that a repeated run repeats nothing.
 */
export interface Reaction {
  /** Part of the derived ids: renaming a reaction makes it act again on the whole log. */
  readonly name: string;
  readonly takes: readonly string[] | 'all';
  react(event: RecordedEvent): readonly ReactionStep[];
}

export interface ReactionStep {
  readonly command: Command;
  readonly target: Target;
}
