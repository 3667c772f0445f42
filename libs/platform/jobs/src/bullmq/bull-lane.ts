import type { Job as BullJob, JobType, Queue, Worker } from 'bullmq';
import type { Clock, Random, Timers } from '@platform/kernel';
import { attempt } from '../lane';
import {
  AttemptLost,
  type DeadJob,
  type Job,
  type JobFailure,
  type JobHandler,
  type JobPolicy,
} from '../port';
import { retryDelayMs } from '../retry-delay';
import { loadBullMq } from './packages';
import { isOutage, problemOf, type QueueNotice, type RedisLink } from './redis-link';
import { fromBullId, toBullId } from './whereabouts';

export interface LaneTerms {
  readonly link: RedisLink;
  readonly prefix: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly policy: JobPolicy;
  readonly silenceMs: number;
  readonly onFailure: ((failure: JobFailure) => void) | undefined;
  readonly notify: (notice: QueueNotice) => void;
}

/** What BullMQ keeps of a job beside its id, in clear text. */
interface JobData {
  readonly refs: Job['refs'];
  readonly runAt: number;
}

type StoredJob = BullJob<JobData, void>;

/** Wakes no workers and is no job's time: BullMQ takes only a job with some delay as one that has a time. */
const leastDelayMs = 1;
const waitingStates: JobType[] = ['wait', 'prioritized', 'delayed'];
/** How long the end of an attempt waits for a Redis that is away when the queue stops. */
const farewellMs = 2_000;

/** What BullMQ learns of a failed attempt: what kind of error it was. The error itself stays in this process. */
class AttemptFailed extends Error {
  constructor(readonly error: unknown) {
    super(kindOfError(error));
  }
}

/** The jobs of one kind: a queue of BullMQ's, and the worker that runs them while this process does. */
export class BullLane {
  readonly queue: Queue<JobData, void>;
  handler: JobHandler | undefined;
  private worker: Worker<JobData, void> | undefined;
  private stopping: Promise<void> = Promise.resolve();
  private readonly attempts = new Set<Promise<void>>();

  constructor(
    readonly kind: string,
    private readonly terms: LaneTerms,
  ) {
    const { Queue } = loadBullMq();
    this.queue = new Queue(kind, {
      connection: terms.link.asking,
      prefix: terms.prefix,
      // Otherwise whatever is asked waits until Redis is there, and nothing works that was asked before.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      skipMetasUpdate: true,
    });
    this.queue.on('error', () => {});
  }

  async add({ id, refs, runAt }: Job): Promise<void> {
    // As if said in time: jobs that are late already keep the order of their times among themselves.
    const timestamp = Math.max(runAt - leastDelayMs, 1);
    await this.queue.add(
      this.kind,
      { refs, runAt },
      {
        jobId: toBullId(id),
        timestamp,
        delay: leastDelayMs,
        attempts: this.terms.policy.maxAttempts,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: false,
        stackTraceLimit: 0,
      },
    );
  }

  /** Creates the worker, when there is something that it could do. */
  async start(): Promise<void> {
    await this.stopping;
    if (!this.handler || this.worker) return;
    const { Worker } = loadBullMq();
    const { link, prefix, policy, silenceMs } = this.terms;
    const { handler } = this;
    const worker = new Worker<JobData, void>(this.kind, stored => this.run(stored, handler), {
      connection: link.working,
      prefix,
      concurrency: policy.concurrency,
      lockDuration: silenceMs,
      stalledInterval: silenceMs / 2,
      // A job that takes its process along each time lies dead as soon as one that fails each time.
      maxStalledCount: policy.maxAttempts - 1,
      settings: {
        backoffStrategy: (attemptsMade: number) => retryDelayMs(policy, attemptsMade, this.terms.random),
      },
    });
    worker.on('failed', (stored, error) => stored && this.failed(stored, error));
    worker.on('error', error => this.trouble(error));
    this.worker = worker;
  }

  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    if (worker) this.stopping = this.close(worker);
    await this.stopping;
  }

  async pending(limit: number): Promise<Job[]> {
    const found = (await this.queue.getJobs(['active', ...waitingStates], 0, limit - 1, true)) as StoredJob[];
    return found.slice(0, limit).map(jobOf);
  }

  async dead(): Promise<DeadJob[]> {
    const found = (await this.queue.getJobs(['failed'], 0, -1, true)) as StoredJob[];
    return found.map(stored => ({
      job: jobOf(stored),
      attempts: stored.attemptsMade,
      failedAt: stored.finishedOn ?? 0,
      error: isWord(stored.failedReason) ? stored.failedReason : AttemptLost.name,
    }));
  }

  async depth(): Promise<{ waiting: number; running: number; dead: number }> {
    const counts = await this.queue.getJobCounts('active', 'failed', ...waitingStates);
    const waiting = waitingStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    return { waiting, running: counts['active'] ?? 0, dead: counts['failed'] ?? 0 };
  }

  /** If we die while the handler is busy, its lock runs out, and another worker runs the job again. */
  private async run(stored: StoredJob, handler: JobHandler): Promise<void> {
    const { timers, policy } = this.terms;
    const running = attempt(handler, jobOf(stored), stored.attemptsMade + 1, timers, policy.timeoutMs);
    const settled = running.catch(() => {}).finally(() => this.attempts.delete(settled));
    this.attempts.add(settled);
    await running.catch((error: unknown) => {
      throw new AttemptFailed(error);
    });
  }

  private failed(stored: StoredJob, error: Error): void {
    const job = jobOf(stored);
    const isDead = typeof stored.finishedOn === 'number';
    this.terms.onFailure?.({
      job,
      attempt: stored.attemptsMade,
      error: error instanceof AttemptFailed ? error.error : new AttemptLost(),
      nextAt: isDead ? undefined : this.terms.clock.now() + stored.delay,
    });
  }

  private trouble(error: Error): void {
    // Connections are watched elsewhere, once for all workers.
    if (isOutage(error)) return;
    this.terms.notify({ notice: 'worker error', problem: `${this.kind}: ${problemOf(error)}` });
  }

  /**
   * Waits for the handlers, and then for Redis to learn how they ended; not for ever when it is away. A job whose end
   * it does not learn is run again when its lock has run out.
   */
  private async close(worker: Worker<JobData, void>): Promise<void> {
    const { link, timers } = this.terms;
    let closed = false;
    const closing = worker.close().finally(() => (closed = true));
    const setTime = async (): Promise<void> => {
      while (this.attempts.size > 0) await Promise.all(this.attempts);
      if (closed) return;
      const overdue = timers.after(farewellMs, () =>
        this.attempts.size > 0 ? void setTime() : link.letGo(),
      );
      void closing.finally(() => overdue.cancel());
    };
    await Promise.all([closing, setTime()]);
  }
}

const jobOf = ({ id = '', name, data }: StoredJob): Job => ({
  id: fromBullId(id),
  kind: name,
  refs: data.refs,
  runAt: data.runAt,
});

const isWord = (text: string): boolean => /^\w{1,64}$/.test(text);

/** Names of classes are words; anything else may be what a person entered. */
function kindOfError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return isWord(error.name) ? error.name : 'Error';
}
