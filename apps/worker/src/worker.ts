import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { DestinationStream, Logger } from 'pino';
import type { Configuration } from '../../composition/src/configuration';
import { closeEngines, type Ports } from '../../composition/src/engines';
import { LedgerModule } from '../../composition/src/ledger.module';
import { createLogger, nestLogger } from '../../composition/src/operation/logging';
import {
  healthOf,
  observeEngines,
  openServerEngines,
  type ServerEngines,
} from '../../composition/src/operation/server-engines';
import { Figures } from './figures';

/** A running worker. */
export interface Worker {
  /** Where it answers for its health and its figures. */
  readonly url: string;
  readonly context: INestApplicationContext;
  readonly logger: Logger;
  /** Finishes the page and the jobs at hand, lets go of the work, closes the files. */
  stop(): Promise<void>;
}

/**
 * The ledger without its HTTP door: views, reactions, jobs, and, in one process at a time, what is done for all.
 * @param logTo where the log's lines go; standard output unless given
 * @throws whatever opening the data folder or the port throws; nothing keeps running then
 */
export async function startWorker(
  configuration: Configuration,
  ports: Ports = {},
  logTo?: DestinationStream,
): Promise<Worker> {
  const logger = createLogger(configuration.logLevel, logTo);
  const opened = await openServerEngines('trial-ledger-worker', configuration, ports, logger);
  const context = await createContext(configuration, opened, logger);
  observeEngines(opened, context);
  const { host, workerPort: port = 0 } = configuration;
  try {
    const figures = await Figures.listen({
      ...{ host, port },
      health: () => healthOf(opened, context),
      metrics: () => opened.metrics.registry.metrics(),
    });
    const stop = async (): Promise<void> => {
      // Alive until everything else has ended: who asks meanwhile is told how it stands.
      await context.close();
      await figures.close();
    };
    return { url: figures.url, context, logger, stop };
  } catch (error) {
    await context.close();
    throw error;
  }
}

async function createContext(
  { dataFolder }: Configuration,
  { engines, jobsAreShared }: ServerEngines,
  logger: Logger,
): Promise<INestApplicationContext> {
  const module = LedgerModule.on(engines, { dataFolder, part: 'work', jobsAreShared });
  try {
    return await NestFactory.createApplicationContext(module, {
      logger: nestLogger(logger),
      abortOnError: false,
    });
  } catch (error) {
    await closeEngines(engines);
    throw error;
  }
}
