import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { ReactionEngine } from '@platform/commands';
import { SqliteEventLog, type EventLog } from '@platform/event-log';
import { JOB_QUEUE, type JobQueue } from '@platform/jobs';
import { ViewEngine } from '@platform/views';
import type { Configuration } from '../../composition/src/configuration';
import type { Ports } from '../../composition/src/engines';
import { ApiModule } from './api.module';
import { createLogger, nestLogger } from './logging';
import { counted, Metrics } from './metrics';
import { describeApi } from './openapi/document';

/** Largest body that is read, bytes: a panel of 500 results fits several times over. */
const bodyLimit = 1024 * 1024;
const maxParameterLength = 200;

/** A running HTTP host. */
export interface Host {
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Finishes the requests at hand, stops what follows the log, closes the files. */
  stop(): Promise<void>;
  stopOnSignals(): void;
}

/** @throws whatever opening the data folder or the port throws; nothing keeps running then */
export async function startHost(configuration: Configuration, ports: Ports = {}): Promise<Host> {
  const logger = createLogger(configuration.logLevel);
  const metrics = new Metrics();
  const app = await createApp(configuration, ports, metrics, logger);
  try {
    await app.listen({ host: configuration.host, port: configuration.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  const stop = (): Promise<void> => app.close();
  return { url, app, stop, stopOnSignals: () => stopOnSignals(stop, logger) };
}

async function createApp(
  { dataFolder, trustProxy }: Configuration,
  ports: Ports,
  metrics: Metrics,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit,
    trustProxy,
    routerOptions: { maxParamLength: maxParameterLength },
    genReqId: () => ports.ids?.next() ?? crypto.randomUUID(),
  });
  const log: EventLog = ports.log ?? SqliteEventLog.open({ folder: dataFolder });
  const counting = counted(log, (stream, result) => metrics.appended(stream, result));
  const module = await ApiModule.with(
    { dataFolder, follow: true, ports: { ...ports, log: counting } },
    metrics,
  );
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  observeRequests(adapter.getInstance(), metrics, logger);
  describeApi(app);
  await app.init();
  metrics.observe({
    views: app.get(ViewEngine),
    reactions: app.get(ReactionEngine),
    jobs: app.get<JobQueue>(JOB_QUEUE),
  });
  return app;
}

/** One line and one observation for each answer: the route's pattern, never the path that was asked for. */
function observeRequests(server: FastifyInstance, metrics: Metrics, logger: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    const record = {
      requestId: String(request.id),
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      duration: Math.round(reply.elapsedTime * 10) / 10,
    };
    metrics.answered(record);
    logger.info(record, 'answered');
    done();
  });
}

function stopOnSignals(stop: () => Promise<void>, logger: Logger): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping');
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
