import {
  Global,
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Gate, ReactionEngine, Runner, UrgentWork } from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { JOB_QUEUE, type JobQueue } from '@platform/jobs';
import { CLOCK, IDS, TIMERS } from '@platform/kernel';
import { ViewDatabase, ViewEngine } from '@platform/views';
import { ACCESS_OPTIONS, type AccessOptions } from '@trial/access';
import { ALERTING_OPTIONS, type AlertingOptions } from '@trial/alerting';
import { ObligationWatch } from '@trial/reporting';
import { contextModules } from './contexts';
import { openEngines, reactionEngine, type Engines, type Ports } from './engines';
import { software } from './software';

export interface LedgerOptions {
  readonly dataFolder: string;
  readonly ports?: Ports;
  /** Whether this process follows the log: views and reactions. Off for a tool that only reads or only appends. */
  readonly follow: boolean;
}

const OPTIONS = Symbol('LedgerOptions');

/** Starts what follows the log once everything is wired, and closes in the opposite order. */
@Injectable()
class EngineRoom implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(OPTIONS) private readonly options: Omit<LedgerOptions, 'ports'>,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(ViewDatabase) private readonly views: ViewDatabase,
    @Inject(ViewEngine) private readonly viewEngine: ViewEngine,
    @Inject(ReactionEngine) private readonly reactions: ReactionEngine,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(ObligationWatch) private readonly obligations: ObligationWatch,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.options.follow) return;
    await this.viewEngine.start();
    this.reactions.start();
    await this.jobs.start();
    this.obligations.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.obligations.stop();
    await this.jobs.stop();
    await this.reactions.stop();
    await this.viewEngine.stop();
    await this.jobs.close();
    await this.views.close();
    await this.log.close();
  }
}

/** The whole product without a host: engines, gate and contexts. Every app imports this and adds its own door. */
@Global()
@Module({})
export class LedgerModule {
  static async embedded(options: LedgerOptions): Promise<DynamicModule> {
    return LedgerModule.on(await openEngines(options.dataFolder, options.ports), options);
  }

  /** The application closes the engines when it is closed. */
  static on(engines: Engines, options: Omit<LedgerOptions, 'ports'>): DynamicModule {
    return {
      module: LedgerModule,
      global: true,
      imports: [CqrsModule.forRoot(), ...contextModules],
      providers: [
        { provide: OPTIONS, useValue: options },
        {
          provide: ACCESS_OPTIONS,
          useValue: { dataFolder: options.dataFolder, software } satisfies AccessOptions,
        },
        {
          provide: ALERTING_OPTIONS,
          useValue: {
            dataFolder: options.dataFolder,
            channel: engines.channel,
            follow: options.follow,
          } satisfies AlertingOptions,
        },
        { provide: CLOCK, useValue: engines.clock },
        { provide: TIMERS, useValue: engines.timers },
        { provide: IDS, useValue: engines.ids },
        { provide: EVENT_LOG, useValue: engines.log },
        { provide: ViewDatabase, useValue: engines.viewDatabase },
        { provide: ViewEngine, useValue: engines.viewEngine },
        { provide: Runner, useValue: engines.runner },
        { provide: UrgentWork, useValue: engines.urgent },
        Gate,
        {
          provide: ReactionEngine,
          useFactory: (gate: Gate) =>
            reactionEngine(
              engines,
              (command, submission) => gate.submit(command, submission),
              job => engines.jobs.schedule(job),
            ),
          inject: [Gate],
        },
        { provide: JOB_QUEUE, useValue: engines.jobs },
        EngineRoom,
      ],
      exports: [
        ACCESS_OPTIONS,
        ALERTING_OPTIONS,
        TIMERS,
        CLOCK,
        IDS,
        EVENT_LOG,
        ViewDatabase,
        ViewEngine,
        Runner,
        UrgentWork,
        Gate,
        ReactionEngine,
        JOB_QUEUE,
        CqrsModule,
      ],
    };
  }
}
