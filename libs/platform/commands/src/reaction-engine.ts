import { derivedId, formatPosition, logStart, type Position, type RecordedEvent } from '@platform/kernel';
import { LogUnavailable, type EventLog } from '@platform/event-log';
import type { Caller, Command, Submission } from './command';
import { CommandRejected, StreamContended } from './errors';
import type { Reaction, ReactionStep } from './reaction';

/** Where each reaction stands. Losing it is no loss: a reaction that begins again repeats commands that are answered. */
export interface ReactionCheckpoints {
  read(reaction: string): Promise<Position | undefined>;
  /** Moves from one position to another; false when somebody else moved it first. */
  advance(reaction: string, from: Position | undefined, to: Position): Promise<boolean>;
}

export interface ReactionStatus {
  readonly name: string;
  readonly position: string;
  readonly state: 'following' | 'stopped' | 'failed';
  /** Class and rule of what went wrong, never clinical data. */
  readonly problem?: string;
  /** Commands of this reaction that a decision rejected since the start. */
  readonly rejected: number;
}

export interface ReactionEngineOptions {
  readonly log: EventLog;
  readonly reactions: readonly Reaction[];
  readonly checkpoints: ReactionCheckpoints;
  submit(command: Command, submission: Submission): Promise<unknown>;
  caller(reaction: string): Caller;
  /** Resolves after a while, or when the signal aborts; between attempts while the log is unavailable. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const pageSize = 500;
const retryDelayMs = 500;

/**
 * Follows the log and sends the commands that follow from its events. If we die after a command and before the
 * checkpoint, the command is sent again under the same id and answered from its stream: nothing is done twice.
 */
export class ReactionEngine {
  private readonly stopping = new AbortController();
  private readonly progress = new Map<string, { position: Position; rejected: number; problem?: string }>();
  private running: Promise<unknown> | undefined;

  constructor(private readonly options: ReactionEngineOptions) {}

  start(): void {
    this.running ??= Promise.all(this.options.reactions.map(reaction => this.follow(reaction)));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  status(): ReactionStatus[] {
    return this.options.reactions.map(({ name }) => {
      const { position = logStart, rejected = 0, problem } = this.progress.get(name) ?? {};
      const going = this.stopping.signal.aborted || !this.running ? 'stopped' : 'following';
      return {
        name,
        position: formatPosition(position),
        state: problem ? 'failed' : going,
        problem,
        rejected,
      };
    });
  }

  private async follow(reaction: Reaction): Promise<void> {
    const { log, checkpoints } = this.options;
    const { signal } = this.stopping;
    const progress = { position: logStart, rejected: 0 };
    this.progress.set(reaction.name, progress);
    try {
      let kept = await checkpoints.read(reaction.name);
      while (!signal.aborted) {
        progress.position = kept ?? logStart;
        const page = await this.persist(() => log.readAll({ after: progress.position, limit: pageSize }));
        const last = page?.at(-1);
        if (!page || !last) {
          await log.waitForNews(progress.position, signal);
          continue;
        }
        for (const event of page) progress.rejected += await this.react(reaction, event);
        if (signal.aborted) return;
        // Somebody else runs this reaction too: go on from where they are.
        const moved = await checkpoints.advance(reaction.name, kept, last.position);
        kept = moved ? last.position : await checkpoints.read(reaction.name);
      }
    } catch (error) {
      // A defect: this reaction stops where it is and says so; skipping an event would lose what follows from it.
      const problem = error instanceof Error ? error.name : 'unknown';
      this.progress.set(reaction.name, { ...progress, problem });
    }
  }

  /** @returns how many of the commands were rejected by a decision */
  private async react(reaction: Reaction, event: RecordedEvent): Promise<number> {
    if (reaction.takes !== 'all' && !reaction.takes.includes(event.type)) return 0;
    let rejected = 0;
    for (const [index, step] of reaction.react(event).entries()) {
      const submission = this.submissionOf(reaction, event, step, index);
      const done = await this.persist(async () => {
        try {
          await this.options.submit(step.command, submission);
          return true;
        } catch (error) {
          if (error instanceof CommandRejected) return false;
          throw error;
        }
      });
      if (done === false) rejected++;
    }
    return rejected;
  }

  private submissionOf(
    { name }: Reaction,
    event: RecordedEvent,
    step: ReactionStep,
    index: number,
  ): Submission {
    return {
      caller: this.options.caller(name),
      target: step.target,
      source: 'system',
      commandId: derivedId(event.id, name, String(index)),
      correlationId: event.metadata.correlationId,
      causationId: event.id,
    };
  }

  /** Tries until it works or the engine stops, as long as what fails is the log or a race. */
  private async persist<Result>(attempt: () => Promise<Result>): Promise<Result | undefined> {
    while (!this.stopping.signal.aborted) {
      try {
        return await attempt();
      } catch (error) {
        const passing =
          error instanceof StreamContended || (error instanceof LogUnavailable && error.failure !== 'closed');
        if (!passing) throw error;
        await this.options.pause(retryDelayMs, this.stopping.signal);
      }
    }
    return undefined;
  }
}
