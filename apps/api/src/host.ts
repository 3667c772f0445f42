import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream, Logger } from 'pino';
import { systemTimers, timeOrderedIds } from '@platform/kernel';
import type { Configuration } from '../../composition/src/configuration';
import { closeEngines, type Engines, type Ports } from '../../composition/src/engines';
import { LoginCounts } from '../../composition/src/login-counts';
import { createLogger, nestLogger, type RequestRecord } from '../../composition/src/operation/logging';
import { observeEngines, openServerEngines } from '../../composition/src/operation/server-engines';
import { addAnswerHeaders } from './answer-headers';
import { ApiModule } from './api.module';
import { traceRequests } from './traced-requests';
import { answerBrokenRequest, answerUnrouted } from './unrouted';

/** Largest body that is read, bytes: a panel of 500 results fits several times over. */
const bodyLimit = 1024 * 1024;
const maxParamLength = 200;
/** How long a stop waits for the requests at hand. Orchestrators kill after ten seconds unless told otherwise. */
const stopGraceMs = 8_000;

/** A running HTTP host. */
export interface Host {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly logger: Logger;
  /** Takes no more connections, finishes the requests at hand, stops what follows the log, closes the files. */
  stop(): Promise<void>;
}

/**
 * @param logTo where the log's lines go; standard output unless given
 * @throws whatever opening the data folder or the port throws; nothing keeps running then
 */
export async function startHost(
  configuration: Configuration,
  ports: Ports = {},
  logTo?: DestinationStream,
): Promise<Host> {
  const logger = createLogger(configuration.logLevel, logTo);
  const app = await createApp(configuration, ports, logger);
  const stopping = closeConnectionsWhenStopping(app.getHttpAdapter().getInstance());
  try {
    await app.init();
    // Fastify's own listen: Nest's would write what failed into the log before the caller says it in better words.
    const { host, port } = configuration;
    const address = await app.getHttpAdapter().getInstance().listen({ host, port });
    const url = address.replace('[::1]', 'localhost');
    return { url, app, logger, stop: () => stop(app, stopping) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function createApp(
  configuration: Configuration,
  ports: Ports,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const opened = await openServerEngines('trial-ledger-api', configuration, ports, logger);
  const { engines, metrics } = opened;
  const answered = (record: RequestRecord): void => {
    metrics.answered(record);
    logger.info(record, 'answered');
  };
  const adapter = adapterWith(configuration.trustProxy, answered);
  const counts = LoginCounts.open(configuration);
  const server = adapter.getInstance();
  server.addHook('onClose', async () => counts?.close());
  const app = await created(ApiModule.on(opened, configuration, counts), adapter, logger, engines);
  observeEngines(opened, app);
  addAnswerHeaders(server);
  observeAnswers(server, answered);
  if (engines.traced) traceRequests(server, engines.traced.tracing);
  return app;
}

const adapterWith = (trustProxy: boolean, answered: (record: RequestRecord) => void): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit,
    trustProxy,
    routerOptions: { maxParamLength },
    // A request that comes in while the host stops is still answered: its connection is closed behind it.
    return503OnClosing: false,
    frameworkErrors: answerUnrouted(answered),
    clientErrorHandler: answerBrokenRequest,
    genReqId: () => timeOrderedIds.next(),
  });

async function created(
  module: ReturnType<typeof ApiModule.on>,
  adapter: FastifyAdapter,
  logger: Logger,
  engines: Engines,
): Promise<NestFastifyApplication> {
  try {
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      logger: nestLogger(logger),
      abortOnError: false,
      // Nest's would take forms as well; Fastify's own parser takes JSON.
      bodyParser: false,
    });
    adapter.getInstance().removeContentTypeParser('text/plain');
    return app;
  } catch (error) {
    await closeEngines(engines);
    throw error;
  }
}

/** One line and one observation for each answer: the route's pattern, never the path that was asked for. */
function observeAnswers(server: FastifyInstance, answered: (record: RequestRecord) => void): void {
  server.addHook('onResponse', (request, reply, done) => {
    answered({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      duration: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}

/**
 * Once the host stops, each connection ends with its answer. Node would leave one that was busy when the stop began to
 * its client, who may keep it open for ever.
 * @returns what begins it
 */
function closeConnectionsWhenStopping(server: FastifyInstance): () => void {
  let stopping = false;
  server.addHook('onSend', (_, reply, payload, done) => {
    if (stopping) reply.header('Connection', 'close');
    done(null, payload);
  });
  server.addHook('onResponse', (request, _, done) => {
    if (stopping) request.raw.socket.end();
    done();
  });
  return () => {
    stopping = true;
  };
}

/** Whoever still reads a long answer when the time is up is cut off, so that the files are closed in good order. */
async function stop(app: NestFastifyApplication, begin: () => void): Promise<void> {
  begin();
  const overdue = systemTimers.after(stopGraceMs, () => app.getHttpServer().closeAllConnections());
  try {
    await app.close();
  } finally {
    overdue.cancel();
  }
}
