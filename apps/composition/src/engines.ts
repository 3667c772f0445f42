import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { factViews, Runner, ReactionEngine, type Command, type Submission } from '@platform/commands';
import type { EventLog, EventStoreAddress } from '@platform/event-log';
import type { Channel } from '@platform/delivery';
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
import { openViews, reactionCheckpoints, ViewEngine, type ViewDatabase } from '@platform/views';
import { systemCaller } from '@trial/access';
import { allReactions, allViews } from './contexts';
import { openEventLog } from './event-logs';
import { jobsAtOnce } from './job-queues';
import { rebuildElsewhere } from './rebuild-threads';
import { software } from './software';

/** The engines of one process, and the ports that everything else is built on. */
export interface Engines {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly log: EventLog;
  readonly jobs: JobQueue;
  readonly channel: Channel;
  readonly viewDatabase: ViewDatabase;
  readonly viewEngine: ViewEngine;
  readonly runner: Runner;
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
  /** Where messages to people go. */
  readonly channel?: Channel;
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
  const channel = ports.channel ?? noChannel;
  const { eventStore } = ports;
  const log = observe(ports.log ?? (await openEventLog({ dataFolder, eventStore }, { timers })));
  try {
    const viewDatabase = await openViews({ folder: dataFolder });
    // Threads open the files by themselves, and have the system's time.
    const isOfFiles = ports.log === undefined && eventStore === undefined && ports.clock === undefined;
    const rebuild = isOfFiles ? rebuildElsewhere({ log: dataFolder, views: dataFolder }) : undefined;
    const viewEngine = new ViewEngine({ log, database: viewDatabase, views: allViews, clock, rebuild });
    const views = factViews(viewDatabase, viewEngine);
    const runner = new Runner({ log, clock, ids, software, views });
    return { clock, ids, timers, log, jobs, channel, viewDatabase, viewEngine, runner };
  } catch (error) {
    await log.close();
    throw error;
  }
}

const jobsInProcess = (clock: Clock, timers: Timers): JobQueue =>
  new InProcessJobQueue({ clock, timers, random: systemRandom, policy: { concurrency: jobsAtOnce } });

/** As long as no way out of the house is set up: what is sent fails, is tried again, and stands in the inbox. */
const noChannel: Channel = {
  deliver: () => Promise.resolve({ outcome: 'failed', failure: 'not-configured', retry: true }),
  close: () => Promise.resolve(),
};

/** For engines that no application took over. */
export async function closeEngines({ viewDatabase, log }: Engines): Promise<void> {
  await viewDatabase.close();
  await log.close();
}

/** What follows from events goes through the same gate as what people send. */
export function reactionEngine(
  { log, viewDatabase }: Pick<Engines, 'log' | 'viewDatabase'>,
  submit: (command: Command, submission: Submission) => Promise<unknown>,
  schedule: (job: Job) => Promise<void>,
): ReactionEngine {
  return new ReactionEngine({
    log,
    reactions: allReactions,
    checkpoints: reactionCheckpoints(viewDatabase),
    submit,
    schedule,
    caller: reaction => systemCaller(reaction),
    pause: async (milliseconds, signal) => {
      await wait(milliseconds, undefined, { signal }).catch(() => undefined);
    },
  });
}
