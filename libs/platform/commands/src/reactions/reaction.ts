import type { RecordedEvent } from '@platform/kernel';
import type { Job } from '@platform/jobs';
import type { Command, Target } from '../command';

/**
 * What follows from an event: commands to other streams, or jobs that have their own time. A pure function of the event
 * alone; the engine derives each command's id from the event's id, the reaction's name and the index, so that a
 * repeated run repeats nothing.
 */
export interface Reaction<Step extends ReactionStep = ReactionStep> {
  /** Part of the derived ids: renaming a reaction makes it act again on the whole log. */
  readonly name: string;
  readonly takes: readonly string[] | 'all';
  /**
   * How many events may be reacted to at once; one after the other, in the order of the log, unless given. Only for a
   * reaction whose steps for one event do not mind those for another.
   */
  readonly concurrency?: number;
  /** Somebody waits for what follows: while it is at work, reactions that are not urgent stand back. */
  readonly urgent?: boolean;
  react(event: RecordedEvent): readonly Step[];
}

export type ReactionStep = CommandStep | JobStep;

export interface CommandStep {
  readonly command: Command;
  readonly target: Target;
}

/**
 * A job is only a hint: the queue may lose it, and the checkpoint moves on. Its id and its time follow from the event,
 * so that whoever looks for work that is still open in the log can schedule the same one again.
 */
export interface JobStep {
  readonly job: Job;
}

export const isJobStep = (step: ReactionStep): step is JobStep => 'job' in step;
