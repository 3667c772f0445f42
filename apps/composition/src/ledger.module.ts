import { Global, Logger, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { Gate, ReactionEngine, Runner, UrgentWork } from '@platform/commands';
import { EVENT_LOG } from '@platform/event-log';
import { JOB_QUEUE } from '@platform/jobs';
import { CLOCK, IDS, TIMERS } from '@platform/kernel';
import { Ownership } from '@platform/ownership';
import { VAULT } from '@platform/secrets';
import { ViewDatabase, ViewEngine } from '@platform/views';
import { ACCESS_OPTIONS, type AccessOptions } from '@trial/access';
import { ALERTING_OPTIONS, AlertOffice, type AlertingOptions } from '@trial/alerting';
import { contextModules } from './contexts';
import { ENGINE_ROOM_OPTIONS, EngineRoomModule, type EngineRoomOptions } from './engine-room';
import { openEngines, reactionEngine, type Engines, type Ports } from './engines';
import { ownershipOf } from './ownership';
import { software } from './software';
import { Origins } from './tracing/origins';
import { TracedGate } from './tracing/traced-gate';
import { Tracing } from './tracing/tracing';

export interface LedgerOptions extends EngineRoomOptions {
  readonly dataFolder: string;
  readonly ports?: Ports;
  /** Where the hosts of this ledger count failed logins together. */
  readonly counts?: AccessOptions['counts'];
}

/** The gate as it is, or traced. */
const gateOf = ({ traced }: Engines): Provider[] =>
  traced
    ? [
        { provide: Tracing, useValue: traced.tracing },
        { provide: Origins, useValue: traced.origins },
        { provide: Gate, useClass: TracedGate },
      ]
    : [Gate];

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
      imports: [CqrsModule.forRoot(), ...contextModules, EngineRoomModule],
      providers: [
        { provide: ENGINE_ROOM_OPTIONS, useValue: options },
        {
          provide: Ownership,
          useFactory: () =>
            ownershipOf(engines.viewDatabase, problem => new Logger('Ownership').warn(problem)),
        },
        {
          provide: ACCESS_OPTIONS,
          useValue: {
            dataFolder: options.dataFolder,
            software,
            counts: options.counts,
          } satisfies AccessOptions,
        },
        {
          provide: ALERTING_OPTIONS,
          useValue: {
            channel: engines.channel,
            runsJobs: options.part === 'work',
          } satisfies AlertingOptions,
        },
        { provide: VAULT, useValue: engines.vault },
        { provide: CLOCK, useValue: engines.clock },
        { provide: TIMERS, useValue: engines.timers },
        { provide: IDS, useValue: engines.ids },
        { provide: EVENT_LOG, useValue: engines.log },
        { provide: ViewDatabase, useValue: engines.viewDatabase },
        { provide: ViewEngine, useValue: engines.viewEngine },
        { provide: Runner, useValue: engines.runner },
        { provide: UrgentWork, useValue: engines.urgent },
        ...gateOf(engines),
        {
          provide: ReactionEngine,
          useFactory: (gate: Gate, ownership: Ownership, modules: ModuleRef) =>
            reactionEngine(
              engines,
              (command, submission) => gate.submit(command, submission),
              // Asked for with the first job: the office itself looks at the reactions.
              job => modules.get(AlertOffice, { strict: false }).take(job),
              () => ownership.claim,
            ),
          inject: [Gate, Ownership, ModuleRef],
        },
        { provide: JOB_QUEUE, useValue: engines.jobs },
      ],
      exports: [
        ENGINE_ROOM_OPTIONS,
        ACCESS_OPTIONS,
        ALERTING_OPTIONS,
        Ownership,
        VAULT,
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
        ...(engines.traced ? [Tracing, Origins] : []),
      ],
    };
  }
}
