import type { Clock, Random, Timers } from '@platform/kernel';
import { checkJob } from './check-job';
import { attempt, Lane, type Entry } from './lane';
import {
  defaultJobPolicy,
  pendingLimit,
  type DeadJob,
  type Job,
  type JobFailure,
  type JobHandler,
  type JobPolicy,
  type JobQueue,
  type QueueDepth,
} from './port';
import { retryDelayMs } from './retry-delay';

export interface InProcessJobQueueOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly policy?: Partial<JobPolicy>;
  readonly onFailure?: (failure: JobFailure) => void;
}

/**
 * The queue of the embedded mode: this process's memory and nothing else. When the process ends, everything in it is
 * gone; at the next start, whoever scheduled jobs derives them from the log and schedules them again.
 */
export class InProcessJobQueue implements JobQueue {
  private readonly policy: JobPolicy;
  private readonly lanes = new Map<string, Lane>();
  private readonly entries = new Map<string, Entry>();
  private started = false;
  private scheduled = 0;
  /** Called when nothing is running any more. */
  private idle: (() => void)[] = [];

  constructor(private readonly options: InProcessJobQueueOptions) {
    this.policy = { ...defaultJobPolicy, ...options.policy };
  }

  async schedule(job: Job): Promise<void> {
    checkJob(job);
    if (this.entries.has(job.id)) return;
    const { id, kind, refs, runAt } = job;
    const copy: Job = { id, kind, refs: { ...refs }, runAt };
    this.scheduled += 1;
    this.enqueue({
      job: copy,
      dueMs: runAt,
      order: this.scheduled,
      place: -1,
      failedAttempts: 0,
      state: 'waiting',
    });
  }

  async cancel(id: string): Promise<boolean> {
    const entry = this.entries.get(id);
    if (!entry || entry.state === 'running') return false;
    this.entries.delete(id);
    if (entry.state === 'waiting') {
      const lane = this.laneOf(entry.job.kind);
      lane.waiting.remove(entry);
      this.advance(lane);
    }
    return true;
  }

  handle(kind: string, handler: JobHandler): void {
    const lane = this.laneOf(kind);
    if (lane.handler) throw new Error(`Jobs of the kind "${kind}" have a handler already.`);
    lane.handler = handler;
    this.advance(lane);
  }

  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(ids.filter(id => this.entries.has(id)));
  }

  async pending(kind: string): Promise<readonly Job[]> {
    const lane = this.lanes.get(kind);
    if (!lane) return [];
    const byTime = [...lane.running, ...lane.waiting].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
    return byTime.slice(0, pendingLimit).map(({ job }) => job);
  }

  async depth(): Promise<ReadonlyMap<string, QueueDepth>> {
    const depths = new Map<string, QueueDepth>();
    for (const { job, state } of this.entries.values()) {
      const { waiting, running, dead } = depths.get(job.kind) ?? { waiting: 0, running: 0, dead: 0 };
      depths.set(job.kind, {
        waiting: waiting + Number(state === 'waiting'),
        running: running + Number(state === 'running'),
        dead: dead + Number(typeof state === 'object'),
      });
    }
    return depths;
  }

  async dead(kind?: string): Promise<readonly DeadJob[]> {
    const dead: DeadJob[] = [];
    for (const { job, state } of this.entries.values()) {
      if (typeof state === 'object' && (kind === undefined || job.kind === kind)) dead.push(state);
    }
    return dead;
  }

  async revive(id: string): Promise<boolean> {
    const entry = this.entries.get(id);
    if (!entry || typeof entry.state === 'string') return false;
    entry.failedAttempts = 0;
    entry.dueMs = this.options.clock.now();
    this.enqueue(entry);
    return true;
  }

  onReturn(): void {
    // It is never away.
  }

  async start(): Promise<void> {
    this.started = true;
    for (const lane of this.lanes.values()) lane.advance();
  }

  async stop(): Promise<void> {
    this.started = false;
    for (const lane of this.lanes.values()) lane.pause();
    if (this.isBusy) await new Promise<void>(resolve => this.idle.push(resolve));
  }

  close(): Promise<void> {
    return this.stop();
  }

  private get isBusy(): boolean {
    return [...this.lanes.values()].some(({ running }) => running.size > 0);
  }

  private laneOf(kind: string): Lane {
    let lane = this.lanes.get(kind);
    if (!lane) {
      const { clock, timers } = this.options;
      const run = (entry: Entry, handler: JobHandler): void => void this.run(entry, handler);
      lane = new Lane(clock, timers, this.policy.concurrency, run);
      this.lanes.set(kind, lane);
    }
    return lane;
  }

  private enqueue(entry: Entry): void {
    const lane = this.laneOf(entry.job.kind);
    entry.state = 'waiting';
    this.entries.set(entry.job.id, entry);
    lane.waiting.add(entry);
    this.advance(lane);
  }

  private advance(lane: Lane): void {
    if (this.started) lane.advance();
  }

  /** If we die while the handler is busy, the log has what it did, and the job is derived from the log again. */
  private async run(entry: Entry, handler: JobHandler): Promise<void> {
    const { job } = entry;
    let failure: JobFailure | undefined;
    try {
      await attempt(handler, job, entry.failedAttempts + 1, this.options.timers, this.policy.timeoutMs);
    } catch (error) {
      failure = this.fail(entry, error);
    }
    const lane = this.laneOf(job.kind);
    lane.running.delete(entry);
    if (!failure) this.entries.delete(job.id);
    else if (failure.nextAt !== undefined) this.enqueue(entry);
    this.advance(lane);
    if (!this.isBusy) for (const resolve of this.idle.splice(0)) resolve();
    if (failure) this.options.onFailure?.(failure);
  }

  private fail(entry: Entry, error: unknown): JobFailure {
    const { job } = entry;
    const failedAt = this.options.clock.now();
    entry.failedAttempts += 1;
    const attempts = entry.failedAttempts;
    if (attempts >= this.policy.maxAttempts) {
      entry.state = { job, attempts, failedAt, error: error instanceof Error ? error.name : typeof error };
      return { job, attempt: attempts, error, nextAt: undefined };
    }
    entry.dueMs = failedAt + retryDelayMs(this.policy, attempts, this.options.random);
    return { job, attempt: attempts, error, nextAt: entry.dueMs };
  }
}
