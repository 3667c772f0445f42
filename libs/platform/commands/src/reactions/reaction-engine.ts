import { setMaxListeners } from 'node:events';
import {
  derivedId,
  formatPosition,
  logStart,
  systemTimers,
  type Position,
  type RecordedEvent,
} from '@platform/kernel';
import { LogUnavailable, type EventLog } from '@platform/event-log';
import type { Job } from '@platform/jobs';
import type { Tenure } from '@platform/ownership';
import { ViewsUnavailable } from '@platform/views';
import type { Caller, Command, Submission } from '../command';
import { CommandRejected, IdempotencyKeyReused, NotYetVisible, StreamContended } from '../errors';
import { isJobStep, type CommandStep, type Reaction, type ReactionStep } from './reaction';
import { UrgentWork } from '../turns/urgent-work';

/**
 * Where each reaction stands. Losing it is no loss: a reaction that begins again repeats commands that are answered.
 */
export interface ReactionCheckpoints {
  read(reaction: string): Promise<Position | undefined>;
  /** Moves from one position to another; false when somebody else moved it first. */
  advance(reaction: string, from: Position | undefined, to: Position): Promise<boolean>;
}

export interface ReactionStatus {
  readonly name: string;
  readonly position: string;
  readonly state: 'following' | 'stopped' | 'failed';
  /** Class of what went wrong, never clinical data; of what it waits for while it is following. */
  readonly problem?: string;
  /** Commands of this reaction that a decision rejected since the start. */
  readonly rejected: number;
}

export interface ReactionEngineOptions {
  readonly log: EventLog;
  readonly reactions: readonly Reaction[];
  readonly checkpoints: ReactionCheckpoints;
  submit(command: Command, submission: Submission): Promise<unknown>;
  /** Takes the jobs of reactions that have some; without it they are left to whoever schedules them again. */
  schedule?(job: Job): Promise<void>;
  caller(reaction: string): Caller;
  /** What goes before reactions that are not urgent; their own urgent ones alone unless given. */
  readonly urgent?: UrgentWork;
  /** Resolves after a while, or when the signal aborts; between attempts while the log is unavailable. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const pageSize = 500;
const retryDelayMs = 500;
/** After so many events that called for nothing the checkpoint moves all the same: dying costs reading them again. */
const passedOverAtMost = 2_000;

/** How far one reaction has come in this process. */
interface Progress {
  position: Position;
  rejected: number;
  problem?: string;
  failed: boolean;
}

/** What passes by itself: storage that is away, others who are faster, and views that are on their way. */
const isPassing = (error: unknown): boolean =>
  error instanceof StreamContended ||
  error instanceof NotYetVisible ||
  error instanceof ViewsUnavailable ||
  (error instanceof LogUnavailable && error.failure !== 'closed');

/** How far `catchUp` has come, and the checkpoints that it began from. */
interface CaughtUp {
  readonly kept: readonly (Position | undefined)[];
  reached: Position;
}

/**
 * Follows the log and sends the commands that follow from its events. If we die after a command and before the
 * checkpoint, the command is sent again under the same id and answered from its stream: nothing is done twice.
 */
export class ReactionEngine {
  private stopping = new AbortController();
  private tenure: Pick<Tenure, 'holds'> = unowned;
  private readonly progress = new Map<string, Progress>();
  private running: Promise<unknown> | undefined;
  private caughtUp: CaughtUp | undefined;
  private readonly urgent: UrgentWork;

  constructor(private readonly options: ReactionEngineOptions) {
    this.urgent = options.urgent ?? new UrgentWork(systemTimers);
  }

  /**
   * Begins where the checkpoints stand; again after a stop, too.
   * @param tenure the time for which following the log is this process's: it sends nothing more once that is over.
   * Without one it follows whoever else does.
   */
  start(tenure: Pick<Tenure, 'holds'> = unowned): void {
    if (this.running) return;
    this.stopping = new AbortController();
    // Each reaction waits under the one signal that stops them all: more than ten are no leak.
    setMaxListeners(4 * this.options.reactions.length, this.stopping.signal);
    this.tenure = tenure;
    this.running = Promise.all(this.options.reactions.map(reaction => this.follow(reaction)));
  }

  /** Finishes the commands at hand, and the pages as far as nothing is left to be done for them. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.running = undefined;
    await this.keepCaughtUp();
  }

  private get isOver(): boolean {
    return this.stopping.signal.aborted || !this.tenure.holds();
  }

  /**
   * Brings every reaction to the log's end and returns: one event after the other, and one reaction after the other for
   * each of them, so that the same log is always followed by the same events in the same order. For a process in which
   * nothing follows the log; as opposed to `start`, not beside it. Where the reactions stand is kept by `stop`; if we
   * die before, they begin again and are answered as they were.
   * @throws whatever a command throws that is neither a rejection nor passes by itself
   */
  async catchUp(): Promise<void> {
    const { log, reactions } = this.options;
    this.caughtUp ??= await this.readCheckpoints();
    for (;;) {
      const page = await log.readAll({ after: this.caughtUp.reached, limit: pageSize });
      const last = page.at(-1);
      if (!last) return;
      for (const event of page) {
        for (const reaction of reactions) await this.react(reaction, event, this.progressOf(reaction));
      }
      this.caughtUp.reached = last.position;
      for (const reaction of reactions) this.progressOf(reaction).position = last.position;
    }
  }

  private async readCheckpoints(): Promise<CaughtUp> {
    const { reactions, checkpoints } = this.options;
    const kept = await Promise.all(reactions.map(({ name }) => checkpoints.read(name)));
    const stand = kept.map(position => position ?? logStart);
    // Who stands further has done it already, and is answered as it was.
    const reached = stand.reduce((first, other) => (other < first ? other : first), stand[0] ?? logStart);
    return { kept, reached };
  }

  private async keepCaughtUp(): Promise<void> {
    const { reactions, checkpoints } = this.options;
    const { kept = [], reached = logStart } = this.caughtUp ?? {};
    for (const [index, { name }] of reactions.entries()) {
      if (reached > (kept[index] ?? logStart)) await checkpoints.advance(name, kept[index], reached);
    }
    this.caughtUp = undefined;
  }

  private progressOf({ name }: Reaction): Progress {
    const progress = this.progress.get(name) ?? { ...notBegun };
    this.progress.set(name, progress);
    return progress;
  }

  status(): ReactionStatus[] {
    return this.options.reactions.map(({ name }) => {
      const { position, rejected, problem, failed } = this.progress.get(name) ?? notBegun;
      const going = !this.running || this.isOver ? 'stopped' : 'following';
      return {
        name,
        position: formatPosition(position),
        state: failed ? 'failed' : going,
        problem,
        rejected,
      };
    });
  }

  private async follow(reaction: Reaction): Promise<void> {
    const { log, checkpoints } = this.options;
    const { signal } = this.stopping;
    const progress = { ...notBegun };
    this.progress.set(reaction.name, progress);
    // The checkpoint's storage can be made anew, so nothing that happens to it is a reason to give up.
    const persist = <Result>(attempt: () => Promise<Result>) => this.persist(progress, attempt, () => true);
    try {
      let kept = await persist(() => checkpoints.read(reaction.name));
      progress.position = kept ?? logStart;
      let passedOver = 0;
      while (!this.isOver) {
        const page = await this.persist(progress, () =>
          log.readAll({ after: progress.position, limit: pageSize }),
        );
        const last = page?.at(-1);
        if (!page || !last) {
          await this.persist(progress, () => log.waitForNews(progress.position, signal));
          continue;
        }
        const acted = await this.inItsTurn(reaction, page, progress);
        if (this.isOver) break;
        progress.position = last.position;
        passedOver += page.length;
        if (!acted && passedOver < passedOverAtMost) continue;
        // Somebody else runs this reaction too: go on from where they are.
        const moved = await persist(() => checkpoints.advance(reaction.name, kept, last.position));
        kept = moved ? last.position : await persist(() => checkpoints.read(reaction.name));
        progress.position = kept ?? logStart;
        passedOver = 0;
      }
      // What was passed over since the checkpoint need not be read again. Where that is lost, it is.
      const end = progress.position;
      if (end > (kept ?? logStart)) await checkpoints.advance(reaction.name, kept, end).catch(() => false);
    } catch (error) {
      // A defect: this reaction stops where it is and says so; skipping an event would lose what follows from it.
      progress.problem = classOf(error);
      progress.failed = true;
    }
  }

  /** Whether anything had to be done for the events of a page. */
  private async inItsTurn(
    reaction: Reaction,
    page: readonly RecordedEvent[],
    progress: Progress,
  ): Promise<boolean> {
    const events = page.filter(event => takes(reaction, event));
    if (events.length === 0) return false;
    return reaction.urgent
      ? this.urgent.run(() => this.reactToAll(reaction, events, progress))
      : this.reactToAll(reaction, events, progress);
  }

  private async reactToAll(
    reaction: Reaction,
    events: readonly RecordedEvent[],
    progress: Progress,
  ): Promise<boolean> {
    let acted = false;
    let next = 0;
    const one = async (): Promise<void> => {
      for (let event = events[next++]; event; event = events[next++]) {
        if (!reaction.urgent) await this.urgent.standBack(this.stopping.signal);
        if (await this.react(reaction, event, progress)) acted = true;
      }
    };
    await Promise.all(Array.from({ length: reaction.concurrency ?? 1 }, one));
    return acted;
  }

  /** Whether anything had to be done for the event. */
  private async react(reaction: Reaction, event: RecordedEvent, progress: Progress): Promise<boolean> {
    if (!takes(reaction, event)) return false;
    const steps = reaction.react(event);
    for (const [index, step] of steps.entries()) {
      await this.take(step, reaction, event, index, progress);
    }
    return steps.length > 0;
  }

  private async take(
    step: ReactionStep,
    reaction: Reaction,
    event: RecordedEvent,
    index: number,
    progress: Progress,
  ): Promise<void> {
    if (isJobStep(step)) {
      // A queue that does not answer holds nothing up: the job follows from the log, and is scheduled again from there.
      await this.options.schedule?.(step.job).catch(() => undefined);
      return;
    }
    const submission = this.submissionOf(reaction, event, step, index);
    await this.persist(progress, async () => {
      try {
        await this.options.submit(step.command, submission);
      } catch (error) {
        // An earlier version of the software has sent it already, in its own words: what it did stands.
        if (error instanceof IdempotencyKeyReused) return;
        if (!(error instanceof CommandRejected)) throw error;
        progress.rejected += 1;
      }
    });
  }

  private submissionOf(
    { name }: Reaction,
    event: RecordedEvent,
    step: CommandStep,
    index: number,
  ): Submission {
    return {
      caller: this.options.caller(name),
      target: step.target,
      // What follows from an import is no news either.
      source: event.metadata.source === 'import' ? 'import' : 'system',
      commandId: derivedId(event.id, name, String(index)),
      correlationId: event.metadata.correlationId,
      causationId: event.id,
    };
  }

  /** Tries until it works or the time is over, as long as what fails passes by itself. */
  private async persist<Result>(
    progress: Progress,
    attempt: () => Promise<Result>,
    passes: (error: unknown) => boolean = isPassing,
  ): Promise<Result | undefined> {
    while (!this.isOver) {
      try {
        const result = await attempt();
        progress.problem = undefined;
        return result;
      } catch (error) {
        if (!passes(error)) throw error;
        progress.problem = classOf(error);
        await this.options.pause(retryDelayMs, this.stopping.signal);
      }
    }
    return undefined;
  }
}

const takes = ({ takes: types }: Reaction, { type }: RecordedEvent): boolean =>
  types === 'all' || types.includes(type);

const unowned: Pick<Tenure, 'holds'> = { holds: () => true };

const notBegun: Progress = { position: logStart, rejected: 0, failed: false };

const classOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
