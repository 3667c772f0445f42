import {
  Inject,
  Injectable,
  Module,
  Optional,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ReactionEngine } from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { JOB_QUEUE, type JobQueue } from '@platform/jobs';
import { Ownership } from '@platform/ownership';
import { VAULT, type Vault } from '@platform/secrets';
import { ViewDatabase, ViewEngine } from '@platform/views';
import { Tracing } from './tracing/tracing';

/**
 * What a process does beside answering.
 * - `nothing`: it reads and appends; views and what follows from events are left to others.
 * - `views and reactions`: it follows the log for itself, whoever else does, and runs no jobs: for a tool that waits
 *   for what follows from what it did. The ids of what follows see to it that nothing is done twice.
 * - `work`: its share of everything. Views in any number of processes, by compare-and-set; jobs in each of them where
 *   the queue is shared; and in one process at a time what `Ownership` is for.
 */
export type Part = 'nothing' | 'views and reactions' | 'work';

export interface EngineRoomOptions {
  readonly part: Part;
  /** Whether the queue is one for all processes; else its jobs run where they are scheduled, in the owner's process. */
  readonly jobsAreShared: boolean;
}

export const ENGINE_ROOM_OPTIONS = Symbol('EngineRoomOptions');

/** Starts what follows the log once everything is wired, and closes in the opposite order. */
@Injectable()
export class EngineRoom implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(ENGINE_ROOM_OPTIONS) private readonly options: EngineRoomOptions,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(ViewDatabase) private readonly views: ViewDatabase,
    @Inject(ViewEngine) private readonly viewEngine: ViewEngine,
    @Inject(ReactionEngine) private readonly reactions: ReactionEngine,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(Ownership) private readonly ownership: Ownership,
    @Inject(VAULT) private readonly vault: Vault,
    @Optional() @Inject(Tracing) private readonly tracing?: Tracing,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { part, jobsAreShared } = this.options;
    if (part === 'nothing') return this.viewEngine.prepare();
    await this.viewEngine.start();
    if (part === 'views and reactions') return this.reactions.start();
    const { reactions, jobs } = this;
    this.ownership.undertake({ begin: tenure => reactions.start(tenure), end: () => reactions.stop() });
    if (jobsAreShared) await jobs.start();
    else this.ownership.undertake({ begin: () => jobs.start(), end: () => jobs.stop() });
    await this.ownership.start();
  }

  /** Each finishes what it has at hand. The claim is let go before the views are closed, in which it stands. */
  async onApplicationShutdown(): Promise<void> {
    await this.ownership.stop();
    await this.jobs.stop();
    await this.reactions.stop();
    await this.viewEngine.stop();
    await this.jobs.close();
    await this.vault.close();
    await this.views.close();
    await this.log.close();
    await this.tracing?.close();
  }
}

/**
 * Not a global module, as those of the buses and of the engines are, and the last one to be imported: so Nest starts it
 * behind them, when every command has its handler, and stops it before them.
 */
@Module({ providers: [EngineRoom] })
export class EngineRoomModule {}
