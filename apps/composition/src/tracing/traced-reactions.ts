import {
  isJobStep,
  type Command,
  type Reaction,
  type ReactionStep,
  type Submission,
} from '@platform/commands';
import type { Job } from '@platform/jobs';
import type { RecordedEvent } from '@platform/kernel';
import type { Origins } from './origins';
import type { Tracing } from './tracing';

/** What a reaction engine is made of, as far as it is drawn. */
export interface ReactionParts {
  readonly reactions: readonly Reaction[];
  readonly submit: (command: Command, submission: Submission) => Promise<unknown>;
  readonly schedule: (job: Job) => Promise<void>;
}

interface Cause {
  readonly reaction: string;
  readonly event: RecordedEvent;
}

/** Draws each step of a reaction below the append of the event that it follows from. */
export function tracedReactions(
  { reactions, submit, schedule }: ReactionParts,
  tracing: Tracing,
  origins: Origins,
): ReactionParts {
  const causes = new WeakMap<object, Cause>();
  const remember =
    (reaction: Reaction) =>
    (event: RecordedEvent): readonly ReactionStep[] => {
      const steps = reaction.react(event);
      for (const step of steps) {
        causes.set(isJobStep(step) ? step.job : step.command, { reaction: reaction.name, event });
      }
      return steps;
    };
  const drawn = async <Result>(step: object, work: () => Promise<Result>): Promise<Result> => {
    const cause = causes.get(step);
    if (!cause) return work();
    const below = await origins.appendOf(cause.event);
    const attributes = { 'ledger.reaction': cause.reaction, 'ledger.event.type': cause.event.type };
    return tracing.around(`reaction ${cause.reaction}`, { below, attributes }, work);
  };
  return {
    reactions: reactions.map(reaction => ({ ...reaction, react: remember(reaction) })),
    submit: (command, submission) => drawn(command, () => submit(command, submission)),
    schedule: job => drawn(job, () => schedule(job)),
  };
}
