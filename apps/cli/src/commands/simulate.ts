import { mkdirSync } from 'node:fs';
import { ReplayedFactViews } from '@platform/commands';
import { MemoryEventLog, SqliteEventLog, type EventLog } from '@platform/event-log';
import { logStart, systemClock, toInstant, type ManualClock } from '@platform/kernel';
import { rebuildViews, type ViewDatabase } from '@platform/views';
import type { OpenedAccount } from '@trial/access';
import { initialTrials } from '@trial/protocol';
import { allViews } from '../../../composition/src/contexts';
import { withLedger, type Session } from '../session';
import { copyLog } from '../simulation/copy-log';
import {
  portsOf,
  simulate,
  simulationEndMs,
  simulationStartMs,
  type SimulationPlan,
  type SimulationReport,
} from '../simulation/simulate';
import { CommandFailed, type Output } from '../terminal';
import { loadTrial } from './init';

const dayMs = 86_400_000;
const maxParticipants = 2_000;

export interface Simulated {
  readonly report: SimulationReport;
  /** The folder's first account; undefined when it was opened before. */
  readonly administrator: OpenedAccount | undefined;
  readonly eventsPerSecond: number;
}

/** A made-up history of a trial in a data folder, through the real commands. One seed makes one history. */
export async function simulateHistory(
  dataFolder: string,
  plan: SimulationPlan,
  output: Output,
): Promise<void> {
  const { report, administrator, eventsPerSecond } = await simulateInto(dataFolder, plan, output);
  const account = administrator
    ? ['', `First account: ${administrator.user}, password ${administrator.password} (shown this once).`]
    : [];
  output.result({ ...report, administrator }, [...linesOf(plan, report, eventsPerSecond), ...account]);
}

export const linesOf = (
  { seed, trial }: SimulationPlan,
  report: SimulationReport,
  eventsPerSecond: number,
): string[] => [
  `${trial} from ${report.from.slice(0, 10)} to ${report.to.slice(0, 10)}, seed ${seed}:`,
  `  ${report.screened} screened, ${report.enrolled} enrolled, ${report.infusions} infusions,`,
  `  ${report.adverseEvents} adverse events (${report.serious} serious), ${report.deviations} deviations;`,
  `  ${report.events} events, ${eventsPerSecond} each second.`,
];

/**
 * The history is made in memory, in a ledger like any other, and written to the folder at its end: thousands
 * of commands one after the other, each behind an fsync of its own, would take minutes on a slow disk. If we
 * die before the writing, the folder holds no event; on the way, see `copyLog`.
 * @throws CommandFailed when the plan cannot be carried out, or the folder holds a history already
 */
export async function simulateInto(
  dataFolder: string,
  plan: SimulationPlan,
  output: Output,
): Promise<Simulated> {
  checkPlan(plan);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const durable = SqliteEventLog.open({ folder: dataFolder });
  try {
    if ((await durable.head()) !== logStart) {
      throw new CommandFailed('This data folder holds events. A history is made up in an empty one.', 2);
    }
    const log = new MemoryEventLog();
    const ports = { ...portsOf(plan), log, factViews: new ReplayedFactViews(log, allViews) };
    return await withLedger({ dataFolder, ports }, async session => {
      const begun = systemClock.now();
      const { administrator } = await loadTrial(session, plan.trial);
      const report = await simulateWithBar(session, ports.clock, plan, output);
      await copyLog(session.log, durable);
      const seconds = Math.max(0.001, (systemClock.now() - begun) / 1_000);
      await buildViews(durable, session.views, output);
      return { report, administrator, eventsPerSecond: Math.round(report.events / seconds) };
    });
  } finally {
    await durable.close();
  }
}

async function simulateWithBar(
  session: Session,
  clock: ManualClock,
  plan: SimulationPlan,
  output: Output,
): Promise<SimulationReport> {
  const days = Math.round((simulationEndMs(plan) - simulationStartMs) / dayMs);
  const bar = output.progress('Simulating days', days);
  try {
    return await simulate(session, clock, plan, ms => bar.update(Math.floor(ms / dayMs)));
  } finally {
    bar.end();
  }
}

/**
 * Nobody followed the log; now the views are made from it at once. If we die here, the next start makes them.
 */
async function buildViews(log: EventLog, database: ViewDatabase, output: Output): Promise<void> {
  const bar = output.progress('Building views');
  try {
    await rebuildViews({
      log,
      database,
      all: allViews,
      views: 'all',
      onProgress: ({ position, head }) => bar.update(Number(position) + 1, Number(head) + 1),
    });
  } finally {
    bar.end();
  }
}

function checkPlan(plan: SimulationPlan): void {
  const { trial, seed, participants, months } = plan;
  const whole = (value: number, from: number, to: number): boolean =>
    Number.isSafeInteger(value) && value >= from && value <= to;
  if (!initialTrials.includes(trial)) {
    throw new CommandFailed(
      `There is no built-in trial "${trial}"; there is ${initialTrials.join(', ')}.`,
      2,
    );
  }
  if (!whole(seed, 0, Number.MAX_SAFE_INTEGER)) {
    throw new CommandFailed('--seed takes a whole number from 0 to 9007199254740991.', 2);
  }
  if (!whole(participants, 1, maxParticipants)) {
    throw new CommandFailed(`--participants takes a whole number from 1 to ${maxParticipants}.`, 2);
  }
  if (!whole(months, 1, 1_200) || simulationEndMs(plan) > systemClock.now()) {
    const begins = toInstant(simulationStartMs).slice(0, 10);
    throw new CommandFailed(`--months counts from ${begins} on, and has to end before today.`, 2);
  }
}
