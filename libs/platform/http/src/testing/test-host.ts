import { Module, type DynamicModule, type ModuleMetadata, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Gate, Runner } from '@platform/commands';
import { EVENT_LOG, MemoryEventLog, type EventLog } from '@platform/event-log';
import { CLOCK, IDS, systemClock, timeOrderedIds, type Clock } from '@platform/kernel';
import { ViewDatabase, ViewEngine, openViewsInMemory, type View } from '@platform/views';
import { edgeProviders } from '../edge';
import { answerFrameworkError } from '../problems/problem-filter';

export interface TestHostOptions {
  /** Contexts' modules, and what a context adds for its test. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly controllers?: NonNullable<ModuleMetadata['controllers']>;
  /** Handlers, policy, journal. What is provided here can be injected everywhere. */
  readonly providers?: readonly Provider[];
  /** Guards and the like, under Nest's tokens for the whole application. */
  readonly enhancers?: readonly Provider[];
  readonly views?: readonly View[];
  readonly log?: EventLog;
  readonly clock?: Clock;
  /** Bytes; Fastify's own limit unless given. */
  readonly bodyLimit?: number;
}

/** A whole host in memory, with the real gate, edge, log port and views; requests go in through `app.inject`. */
export interface TestHost {
  readonly app: NestFastifyApplication;
  readonly log: EventLog;
  close(): Promise<void>;
}

@Module({})
class TestPlatform {}

export async function startTestHost(options: TestHostOptions): Promise<TestHost> {
  const { log = new MemoryEventLog(), clock = systemClock, views = [], bodyLimit } = options;
  const database = await openViewsInMemory();
  const engine = new ViewEngine({ log, database, views, clock });
  const runner = new Runner({ log, clock, ids: timeOrderedIds, software: 'test/1' });
  const platform: Provider[] = [
    { provide: CLOCK, useValue: clock },
    { provide: IDS, useValue: timeOrderedIds },
    { provide: EVENT_LOG, useValue: log },
    { provide: ViewDatabase, useValue: database },
    { provide: ViewEngine, useValue: engine },
    { provide: Runner, useValue: runner },
    Gate,
  ];
  const shared = [...platform, ...(options.providers ?? [])];
  const module: DynamicModule = {
    module: TestPlatform,
    global: true,
    imports: [CqrsModule.forRoot(), ...(options.imports ?? [])],
    controllers: [...(options.controllers ?? [])],
    providers: [...shared, ...edgeProviders(), ...(options.enhancers ?? [])],
    exports: [...shared, CqrsModule],
  };
  const adapter = new FastifyAdapter({ bodyLimit, frameworkErrors: answerFrameworkError });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
  });
  await app.init();
  await engine.start();
  return {
    app,
    log,
    close: async () => {
      await engine.stop();
      await app.close();
      await database.close();
      await log.close();
    },
  };
}
