/**
 * Jobs: work that has its own time, such as a reminder, a deadline that passes or a message to be sent.
 *
 * A queue promises:
 * - each job that was scheduled, and not cancelled, is run at or after its time until its handler has once succeeded
 *   (at least once), or until it has failed so often that it lies dead, where it stays visible;
 * - one id is one job, whatever its kind, from the moment it is scheduled until it has succeeded or was cancelled:
 *   scheduling the id again meanwhile changes nothing, and a job is never run twice at the same time by accident
 *   (an attempt that ran out of time may still be busy, though, when the next one starts);
 * - failed attempts are repeated with growing, jittered delays, and one that does not settle is given up in time;
 * - at most the agreed number of jobs of one kind runs at once in this process, and kinds do not wait for each other;
 * - `stop` starts nothing more and waits for what is running.
 *
 * It does not promise:
 * - to remember anything. A queue is a timer, not a record: everything in it must be derivable from the event log, and
 *   whoever needs a job schedules it again, under the same id, after a restart. An id is known no longer than the job;
 * - that a job runs only once: the process may die between the handler's last effect and the queue learning of it. A
 *   handler decides by what the log says, not by having been called;
 * - an order between jobs, other than that those of a kind which were scheduled before their times start in the order
 *   of these.
 *
 * Some queues keep jobs as clear text outside the process. A job holds ids only, never clinical data or names.
 *
 * Of the two there are, the one in this process's memory takes all its time from ports: a history repeats itself from
 * its seed. The one on Redis does not promise
 * - one time: each process compares with its own clock, so a job may run early by as much as they differ;
 * - that a process which was silent for longer than agreed (halted, cut off) still has its jobs: they are run again by
 *   another one, while the first may be busy with them. Such an attempt is not counted as failed;
 * - that an id scheduled under two kinds at the same moment is one job, or that one cancelled at the very moment in
 *   which it ends is told from one that was cancelled in time.
 */
export interface JobQueue {
  /**
   * Resolves when the queue has taken the job, or knows its id already.
   * @throws JobRefused when it is not formed as `Job` says
   * @throws QueueUnavailable, as everything else here that is asked of a queue outside this process
   */
  schedule(job: Job): Promise<void>;

  /**
   * Takes away a job that waits or lies dead. False when there is none, or when it is running at this moment, in which
   * case it goes on as if nothing had been said.
   */
  cancel(id: string): Promise<boolean>;

  /**
   * Names the one handler of a kind, before or after `start`. Jobs of a kind without a handler wait for it.
   * @throws Error when the kind has a handler already
   */
  handle(kind: string, handler: JobHandler): void;

  /**
   * Which of these ids are jobs that wait, run or lie dead: for whoever compares what the log has open with the queue,
   * and schedules what is missing.
   */
  known(ids: readonly string[]): Promise<ReadonlySet<string>>;

  /** The jobs of a kind that wait, or are running, in the order of their times; at most `pendingLimit` of them. */
  pending(kind: string): Promise<readonly Job[]>;

  /** How many jobs there are, by kind; kinds without any are left out. */
  depth(): Promise<ReadonlyMap<string, QueueDepth>>;

  /** The jobs that failed too often; of one kind when one is given. */
  dead(kind?: string): Promise<readonly DeadJob[]>;

  /** Lets a dead job run again, as if it had just been scheduled. False when no dead job has this id. */
  revive(id: string): Promise<boolean>;

  /**
   * Names somebody who is told when jobs may have been forgotten: a service that keeps them answers again after it did
   * not. A queue in this process's memory has nothing to tell of.
   */
  onReturn(listener: () => void): void;

  /** Begins to run jobs. Before, they are taken and wait. */
  start(): Promise<void>;

  /**
   * Resolves when nothing is running any more; not to be awaited by a handler. What waits stays scheduled as long as
   * the queue itself remembers, and goes on with the next `start`.
   */
  stop(): Promise<void>;

  /** Stops, and lets go of everything outside this process; to be used no more. */
  close(): Promise<void>;
}

export const JOB_QUEUE = Symbol('JobQueue');

export interface Job {
  /** Derived from what the job is about, so that it can be derived again: `obligation-{id}-overdue`. */
  readonly id: string;
  /** Which handler takes it: `alert`, `deadline-passed`. */
  readonly kind: string;
  /** What it is about: ids of streams, events, people; at most 1 KiB in all. */
  readonly refs: Readonly<Record<string, string>>;
  /** Not before this moment; epoch milliseconds. One in the past means at once. */
  readonly runAt: number;
}

/** Throws, or rejects, when the job has to be tried again. */
export type JobHandler = (job: Job, attempt: Attempt) => Promise<void> | void;

export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** Aborted when the attempt's time is up: its outcome does not count any more, and another one may follow. */
  readonly signal: AbortSignal;
}

export interface DeadJob {
  readonly job: Job;
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly failedAt: number;
  /** Name of the last error. Its text may quote clinical data, and is handed to `onFailure` only. */
  readonly error: string;
}

export interface QueueDepth {
  readonly waiting: number;
  readonly running: number;
  readonly dead: number;
}

export const pendingLimit = 1_000;

/** How a queue deals with failure and load; the same for all its kinds. */
export interface JobPolicy {
  /** How often a job is tried before it lies dead. */
  readonly maxAttempts: number;
  /** Delay after the first failure; twice as long after each further one. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** How long an attempt may take. */
  readonly timeoutMs: number;
  /** How many jobs of one kind may run at once in this process. */
  readonly concurrency: number;
}

/** Eight attempts over about two minutes: longer than a restart of a neighbour, shorter than an alert may wait. */
export const defaultJobPolicy: JobPolicy = {
  maxAttempts: 8,
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  timeoutMs: 30_000,
  concurrency: 4,
};

/** An attempt that failed: for logs and metrics. */
export interface JobFailure {
  readonly job: Job;
  readonly attempt: number;
  readonly error: unknown;
  /** When it is tried again, epoch milliseconds; undefined when it lies dead now. */
  readonly nextAt: number | undefined;
}

/** A job that no queue takes, and why. */
export class JobRefused extends Error {
  constructor(reason: string) {
    super(`The job cannot be scheduled: ${reason}.`);
    this.name = 'JobRefused';
  }
}

/** The service that keeps the jobs did not answer: whether it has done what was asked is not known. */
export class QueueUnavailable extends Error {
  constructor(readonly problem: string) {
    super(`The job queue does not answer (${problem}).`);
    this.name = 'QueueUnavailable';
  }
}

/** The service that should keep the jobs is there, and is not set up for it. */
export class QueueUnfit extends Error {
  constructor(readonly reason: string) {
    super(`The job queue cannot use its Redis: ${reason}.`);
    this.name = 'QueueUnfit';
  }
}

/** The process that ran a job died, or was silent for too long, as often as a job is tried. */
export class AttemptLost extends Error {
  constructor() {
    super('The process that ran the job did not end it.');
    this.name = 'AttemptLost';
  }
}

/** The handler did not settle in time. */
export class AttemptTimedOut extends Error {
  constructor(readonly timeoutMs: number) {
    super(`The handler did not settle within ${timeoutMs} ms.`);
    this.name = 'AttemptTimedOut';
  }
}
