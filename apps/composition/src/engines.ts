import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  factViews,
  ReactionEngine,
  Runner,
  UrgentWork,
  type FactViews,
  type Command,
  type Submission,
} from '@platform/commands';
import type { EventLog, EventStoreAddress } from '@platform/event-log';
import { RoutedChannel, type Channel } from '@platform/delivery';
import { InProcessJobQueue, type Job, type JobQueue } from '@platform/jobs';
import {
  systemClock,
  systemRandom,
  systemTimers,
  timeOrderedIds,
  type Clock,
  type Ids,
  type Timers,
} from '@platform/kernel';
import type { Claim } from '@platform/ownership';
import { FileVault, type Vault } from '@platform/secrets';
import {
  openPostgresViews,
  openViews,
  reactionCheckpoints,
  ViewEngine,
  type ViewDatabase,
} from '@platform/views';
import { systemCaller } from '@trial/access';
import { allReactions, allViews } from './contexts';
import { openEventLog } from './event-logs';
import { jobsAtOnce } from './job-queues';
import { rebuildElsewhere } from './rebuild-threads';
import { software } from './software';
import { Origins } from './tracing/origins';
import { tracedChannel, tracedJobs, tracedLog, tracedViews } from './tracing/traced-engines';
import { tracedReactions } from './tracing/traced-reactions';
import type { Tracing } from './tracing/tracing';

/** The engines of one process, and the ports that everything else is built on. */
export interface Engines {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly log: EventLog;
  readonly jobs: JobQueue;
  readonly channel: Channel;
  /** Password hashes, secrets of webhooks. */
  readonly vault: Vault;
  readonly viewDatabase: ViewDatabase;
  readonly viewEngine: ViewEngine;
  readonly runner: Runner;
  /** What traces are made with; undefined when nothing is traced. */
  readonly traced?: { readonly tracing: Tracing; readonly origins: Origins };
  readonly urgent: UrgentWork;
}

/** Ports that a simulation or a test replaces. */
export interface Ports {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly timers?: Timers;
  readonly log?: EventLog;
  /** The server that holds the log; a file in the data folder unless given. */
  readonly eventStore?: EventStoreAddress;
  readonly jobs?: JobQueue;
  /** What decisions ask views by, where nothing follows the log; the views of this process unless given. */
  readonly factViews?: FactViews;
  /** Where messages to people go. */
  readonly channel?: Channel;
  /** Traces what the engines do; without it they are used as they are. */
  readonly tracing?: Tracing;
  /** The address of the views in PostgreSQL; a file in the data folder unless given. */
  readonly viewsUrl?: string;
  /** Into how many partitions views are divided that can be; they stay as they are unless given. */
  readonly viewPartitions?: number;
  /** Files in the data folder unless given. */
  readonly vault?: Vault;
}

/**
 * Opens the engines on a data folder, which is made when there is none, for its owner only. Nothing runs yet,
 * and nothing stays open when one of them cannot be opened.
 * @param observe gives the log that everything else is built on: the same one, watched
 */
export async function openEngines(
  dataFolder: string,
  ports: Ports = {},
  observe: (log: EventLog) => EventLog = log => log,
): Promise<Engines> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const clock = ports.clock ?? systemClock;
  const ids = ports.ids ?? timeOrderedIds;
  const timers = ports.timers ?? systemTimers;
  const jobs = ports.jobs ?? jobsInProcess(clock, timers);
  // Without a way out of the house, each channel says for itself that it is not set up.
  const channel = ports.channel ?? new RoutedChannel({});
  const vault = ports.vault ?? new FileVault(dataFolder);
  const { eventStore } = ports;
  const stored = ports.log ?? (await openEventLog({ dataFolder, eventStore }, { timers }));
  const { tracing } = ports;
  const traced = tracing && { tracing, origins: new Origins(stored) };
  const log = observe(traced ? tracedLog(stored, traced.tracing, traced.origins) : stored);
  try {
    const viewDatabase = await openConfiguredViews(dataFolder, ports.viewsUrl);
    // Threads open the files by themselves, and have the system's time.
    const isOnServers = eventStore !== undefined || ports.viewsUrl !== undefined;
    const isOfFiles = !isOnServers && ports.log === undefined && ports.clock === undefined;
    const rebuild = isOfFiles ? rebuildElsewhere({ log: dataFolder, views: dataFolder }) : undefined;
    const followed = traced ? tracedViews(allViews, traced.tracing, traced.origins) : { views: allViews };
    const urgent = new UrgentWork(systemTimers);
    const standBack = (signal: AbortSignal): Promise<void> => urgent.standBack(signal);
    const { viewPartitions: partitions } = ports;
    const following = { log, database: viewDatabase, partitions, clock, rebuild, standBack };
    const viewEngine = new ViewEngine({ ...following, ...followed });
    const views = ports.factViews ?? factViews(log, viewDatabase, viewEngine);
    const runner = new Runner({ log, clock, ids, software, views });
    const built = { clock, ids, timers, log, vault, viewDatabase, viewEngine, runner, urgent };
    if (!traced) return { ...built, jobs, channel };
    return {
      ...built,
      jobs: tracedJobs(jobs, traced.tracing, traced.origins),
      channel: tracedChannel(channel, traced.tracing),
      traced,
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** @throws ViewsUnfit | ViewsUnavailable | ViewsDamaged, or the storage's error */
export const openConfiguredViews = (dataFolder: string, viewsUrl?: string): Promise<ViewDatabase> =>
  viewsUrl === undefined ? openViews({ folder: dataFolder }) : openPostgresViews({ url: viewsUrl });

const jobsInProcess = (clock: Clock, timers: Timers): JobQueue =>
  new InProcessJobQueue({ clock, timers, random: systemRandom, policy: { concurrency: jobsAtOnce } });

/** For engines that no application took over. */
export async function closeEngines({ viewDatabase, log, vault, traced }: Engines): Promise<void> {
  await vault.close();
  await viewDatabase.close();
  await log.close();
  await traced?.tracing.close();
}

/**
 * What follows from events goes through the same gate as what people send.
 * @param ownClaim the claim to the work, once this process has had it: only its holder moves the checkpoints
 */
export function reactionEngine(
  { log, viewDatabase, traced, urgent }: Pick<Engines, 'log' | 'viewDatabase' | 'traced' | 'urgent'>,
  submit: (command: Command, submission: Submission) => Promise<unknown>,
  schedule: (job: Job) => Promise<void>,
  ownClaim: () => Claim | undefined,
): ReactionEngine {
  const parts = { reactions: allReactions, submit, schedule };
  return new ReactionEngine({
    log,
    checkpoints: reactionCheckpoints(viewDatabase, ownClaim),
    ...(traced ? tracedReactions(parts, traced.tracing, traced.origins) : parts),
    urgent,
    caller: reaction => systemCaller(reaction),
    pause: async (milliseconds, signal) => {
      await wait(milliseconds, undefined, { signal }).catch(() => undefined);
    },
  });
}
