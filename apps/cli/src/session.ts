import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import {
  Gate,
  ReactionEngine,
  type Caller,
  type Command,
  type Receipt,
  type Submission,
  type Target,
} from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import type { QueueNotice } from '@platform/jobs';
import { systemClock, systemTimers } from '@platform/kernel';
import { ViewDatabase, ViewEngine } from '@platform/views';
import { HeldRoles, operatorCaller } from '@trial/access';
import type { Configuration } from '../../composition/src/configuration';
import type { Ports } from '../../composition/src/engines';
import { configuredQueue } from '../../composition/src/job-queues';
import { LedgerModule } from '../../composition/src/ledger.module';
import { configuredVault } from '../../composition/src/vaults';
import { CommandFailed } from './terminal';

/** A ledger, open for the length of one command. */
export interface Session {
  readonly context: INestApplicationContext;
  readonly gate: Gate;
  readonly log: EventLog;
  readonly views: ViewDatabase;
  readonly viewEngine: ViewEngine;
  readonly reactions: ReactionEngine;
}

/** Which ledger a command works on: its folder, and what it shares with the servers of that ledger. */
export type Place = Pick<
  Configuration,
  'dataFolder' | 'eventStore' | 'viewsUrl' | 'redisUrl' | 'redisPrefix' | 'secretsUrl'
>;

export interface SessionOptions extends Place {
  /** Whether views and reactions follow the log while the command runs; `settle` waits for them. */
  readonly follow?: boolean;
  readonly ports?: Ports;
}

/** Opens the ledger, does the work, and closes it again, whatever happened. */
export async function withLedger<Result>(
  { follow = false, ports, ...place }: SessionOptions,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { dataFolder, eventStore, viewsUrl } = place;
  const part = follow ? 'views and reactions' : 'nothing';
  const shared = await openServices(place, follow);
  const module = await LedgerModule.embedded({
    ...{ dataFolder, part, jobsAreShared: shared.jobs !== undefined },
    ports: { eventStore, viewsUrl, ...shared, ...ports },
  });
  const context = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  try {
    return await work({
      context,
      gate: context.get(Gate),
      log: context.get<EventLog>(EVENT_LOG),
      views: context.get(ViewDatabase),
      viewEngine: context.get(ViewEngine),
      reactions: context.get(ReactionEngine),
    });
  } finally {
    await context.close();
  }
}

/**
 * Jobs are scheduled where the servers find them; none is run here. Without a shared queue the servers find them in the
 * log.
 */
async function openServices(place: Place, follow: boolean): Promise<Pick<Ports, 'jobs' | 'vault'>> {
  const onNotice = ({ notice }: QueueNotice): void => {
    if (notice === 'unreachable')
      process.stderr.write('Redis does not answer; servers find the jobs in the log.\n');
  };
  const vault = await configuredVault(place, () => {});
  const ports = { clock: systemClock, timers: systemTimers };
  return { vault, jobs: follow ? await configuredQueue(place, ports, onNotice) : undefined };
}

/** Sends a command as whoever owns the data folder. */
export function submitAsOperator(gate: Gate, command: Command, target: Target): Promise<Receipt> {
  const submission: Submission = { caller: operatorCaller(), target, source: 'person' };
  return gate.submit(command, submission);
}

/**
 * Whoever owns the data folder, reading. They hold the files, so nothing is kept from them; that they read is
 * recorded.
 */
export const ownerCaller = (): Caller => ({
  ...operatorCaller(),
  rights: new HeldRoles([{ role: 'inspector', trial: '*', sites: 'all' }]),
});

const pollMs = 50;

/**
 * Waits until the reactions have drained and the views have reached the log's end; both follow the log.
 * @throws CommandFailed when one of them has failed and will never arrive
 */
export async function settle(
  { log, viewEngine, reactions }: Session,
  onProgress: (position: number, head: number) => void = () => {},
): Promise<void> {
  for (;;) {
    const head = await log.head();
    const states = [...(await viewEngine.status()), ...reactions.status()];
    const failed = states.find(({ state }) => state === 'failed');
    if (failed)
      throw new CommandFailed(`"${failed.name}" has failed: ${failed.problem ?? 'no reason given'}`, 1);
    const behind = reactions.status().some(({ position }) => BigInt(position) < head);
    onProgress(Number(await viewEngine.positionOf('all')), Number(head));
    const reached = await viewEngine.waitFor(head, 'all', pollMs * 10);
    if (reached && !behind && (await log.head()) === head) return;
    await new Promise(resolve => setTimeout(resolve, pollMs));
  }
}
