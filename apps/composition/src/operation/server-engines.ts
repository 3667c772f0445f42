import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { ReactionEngine } from '@platform/commands';
import type { QueueNotice } from '@platform/jobs';
import { systemClock, systemTimers } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import { Ownership } from '@platform/ownership';
import { ObligationWatch } from '@trial/reporting';
import { channelsOf } from '../channels';
import type { Configuration } from '../configuration';
import { openEngines, type Engines, type Ports } from '../engines';
import { configuredQueue } from '../job-queues';
import { openTracing } from '../tracing/open-tracing';
import { configuredVault } from '../vaults';
import { examine, type Health } from './health';
import { Metrics } from './metrics';
import { AppendHealth, observedLog } from './observed-log';

/** The engines of a server process as it is configured, watched. */
export interface ServerEngines {
  readonly engines: Engines;
  readonly metrics: Metrics;
  readonly appends: AppendHealth;
  readonly jobsAreShared: boolean;
}

/**
 * @param service what the process is called in traces
 * @throws whatever opening one of them throws; nothing stays open then
 */
export async function openServerEngines(
  service: string,
  configuration: Configuration,
  ports: Ports,
  logger: Logger,
): Promise<ServerEngines> {
  const { clock = systemClock, timers = systemTimers } = ports;
  const metrics = new Metrics();
  const appends = new AppendHealth(clock);
  const channel = ports.channel ?? channelsOf(configuration, { clock, timers });
  const onNotice = (notice: QueueNotice): void => logger.warn(notice, 'job queue');
  const shared = ports.jobs ? undefined : await configuredQueue(configuration, { clock, timers }, onNotice);
  const jobs = ports.jobs ?? shared;
  const onTraceProblem = (problem: string): void => logger.warn({ problem }, 'traces are not taken');
  const tracing = ports.tracing ?? openTracing(configuration.tracing, service, onTraceProblem);
  let vault = ports.vault;
  try {
    vault ??= await configuredVault(configuration, problem => logger.warn({ problem }, 'secrets'));
    const observe = (log: EventLog): EventLog => observedLog(log, [metrics, appends]);
    const { dataFolder, eventStore, viewsUrl, viewPartitions } = configuration;
    const configured = { eventStore, viewsUrl, viewPartitions, ...ports, channel, jobs, vault, tracing };
    const engines = await openEngines(dataFolder, configured, observe);
    return { engines, metrics, appends, jobsAreShared: shared !== undefined };
  } catch (error) {
    await vault?.close();
    await jobs?.close();
    await tracing?.close();
    throw error;
  }
}

/** Reads the engines' figures for whoever asks, from an application that runs on them. */
export function observeEngines({ engines, metrics }: ServerEngines, app: INestApplicationContext): void {
  const { log, jobs, viewEngine: views } = engines;
  const [reactions, ownership] = [app.get(ReactionEngine), app.get(Ownership)];
  metrics.observe({ log, views, reactions, jobs, ownership, obligations: app.get(ObligationWatch) });
}

/** How an application that runs on these engines is. */
export function healthOf(
  { engines, appends }: Pick<ServerEngines, 'engines' | 'appends'>,
  app: Pick<INestApplicationContext, 'get'>,
): Promise<Health> {
  const [reactions, ownership] = [app.get(ReactionEngine), app.get(Ownership)];
  return examine({ ...engines, appends, reactions, ownership });
}
