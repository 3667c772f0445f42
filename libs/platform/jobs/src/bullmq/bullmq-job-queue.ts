import type { Redis } from 'ioredis';
import type { Clock, Random, Timers } from '@platform/kernel';
import { checkJob } from '../check-job';
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
} from '../port';
import { BullLane, type LaneTerms } from './bull-lane';
import { RedisLink, type QueueNotice } from './redis-link';
import { toBullId, Whereabouts } from './whereabouts';

export interface BullMqJobQueueOptions {
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  readonly url: string;
  /** What all keys begin with: one word for each ledger on this Redis. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly policy?: Partial<JobPolicy>;
  /** How long a process may be silent before its jobs are run again by another one, milliseconds. */
  readonly silenceMs?: number;
  readonly onFailure?: (failure: JobFailure) => void;
  readonly onNotice?: (notice: QueueNotice) => void;
}

const defaultSilenceMs = 30_000;

/**
 * The queue of the scale-out mode: BullMQ on one Redis, for any number of processes. Each kind is a queue of BullMQ's,
 * so that kinds do not wait for each other. What Redis forgets is gone here too, and is scheduled again by whoever
 * derives jobs from the log; workers go on by themselves when it is back.
 */
export class BullMqJobQueue implements JobQueue {
  private readonly lanes = new Map<string, BullLane>();
  private readonly link: RedisLink;
  private readonly terms: LaneTerms;
  private readonly whereabouts: Whereabouts;
  private readonly returnListeners: (() => void)[] = [];
  private started = false;

  private constructor(options: BullMqJobQueueOptions) {
    const { url, prefix, policy, silenceMs = defaultSilenceMs, onFailure, onNotice = () => {} } = options;
    this.link = new RedisLink(url, notice => {
      onNotice(notice);
      if (notice.notice === 'reachable') for (const listener of this.returnListeners) listener();
    });
    this.whereabouts = new Whereabouts(prefix);
    this.terms = {
      ...options,
      link: this.link,
      policy: { ...defaultJobPolicy, ...policy },
      silenceMs,
      onFailure,
      notify: onNotice,
    };
  }

  /**
   * A Redis that is away is waited for, and meanwhile told of by `onNotice`.
   * @throws QueueUnfit when it refuses the login or the database, or throws away keys when its memory is full
   */
  static async open(options: BullMqJobQueueOptions): Promise<BullMqJobQueue> {
    const queue = new BullMqJobQueue(options);
    try {
      await queue.link.open();
    } catch (error) {
      await queue.close();
      throw error;
    }
    return queue;
  }

  async schedule(job: Job): Promise<void> {
    checkJob(job);
    await this.link.ask(async redis => {
      const [kind] = await Promise.all([
        this.whereabouts.kindOf(redis, job.id),
        this.whereabouts.addKind(redis, job.kind),
      ]);
      // Of one kind, BullMQ sees to it that it is taken once.
      if (kind === undefined) await this.laneOf(job.kind).add(job);
    });
  }

  cancel(id: string): Promise<boolean> {
    return this.link.ask(async redis => {
      const queue = await this.queueOf(redis, id);
      const state = await queue?.getJobState(toBullId(id));
      if (queue === undefined || state === 'active' || state === 'unknown') return false;
      return (await queue.remove(toBullId(id), { removeChildren: false })) === 1;
    });
  }

  handle(kind: string, handler: JobHandler): void {
    const lane = this.laneOf(kind);
    if (lane.handler) throw new Error(`Jobs of the kind "${kind}" have a handler already.`);
    lane.handler = handler;
    if (this.started) void lane.start();
  }

  known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.link.ask(redis => this.whereabouts.known(redis, ids));
  }

  pending(kind: string): Promise<readonly Job[]> {
    return this.link.ask(() => this.laneOf(kind).pending(pendingLimit));
  }

  depth(): Promise<ReadonlyMap<string, QueueDepth>> {
    return this.link.ask(async redis => {
      const kinds = await this.whereabouts.kinds(redis);
      const depths = await Promise.all(
        kinds.map(async kind => [kind, await this.laneOf(kind).depth()] as const),
      );
      return new Map(depths.filter(([, { waiting, running, dead }]) => waiting + running + dead > 0));
    });
  }

  dead(kind?: string): Promise<readonly DeadJob[]> {
    return this.link.ask(async redis => {
      const kinds = kind === undefined ? await this.whereabouts.kinds(redis) : [kind];
      return (await Promise.all(kinds.map(each => this.laneOf(each).dead()))).flat();
    });
  }

  revive(id: string): Promise<boolean> {
    return this.link.ask(async redis => {
      const queue = await this.queueOf(redis, id);
      const stored = await queue?.getJob(toBullId(id));
      if (!queue || !stored || !(await stored.isFailed())) return false;
      // BullMQ goes on counting the processes that the job took along: the next one would be one too many.
      await redis.hdel(queue.toKey(toBullId(id)), 'stc');
      await stored.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
      return true;
    });
  }

  onReturn(listener: () => void): void {
    this.returnListeners.push(listener);
  }

  async start(): Promise<void> {
    this.started = true;
    await Promise.all([...this.lanes.values()].map(lane => lane.start()));
  }

  async stop(): Promise<void> {
    this.started = false;
    await Promise.all([...this.lanes.values()].map(lane => lane.stop()));
    if (!this.started) this.link.letGo();
  }

  async close(): Promise<void> {
    await this.stop();
    this.link.close();
  }

  private laneOf(kind: string): BullLane {
    let lane = this.lanes.get(kind);
    if (!lane) {
      lane = new BullLane(kind, this.terms);
      this.lanes.set(kind, lane);
    }
    return lane;
  }

  private async queueOf(redis: Redis, id: string): Promise<BullLane['queue'] | undefined> {
    const kind = await this.whereabouts.kindOf(redis, id);
    return kind === undefined ? undefined : this.laneOf(kind).queue;
  }
}
