import { systemClock, toInstant } from '@platform/kernel';
import { initialTrials } from '@trial/protocol';
import type { OpenedAccount } from '@trial/access';
import { rebuildViews } from '@platform/views';
import { allViews } from '../../../composition/src/contexts';
import { withLedger, type Session } from '../session';
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
  output.result(report, [...linesOf(plan, report, eventsPerSecond), ...account]);
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
 * @throws CommandFailed when the plan cannot be carried out, or the folder holds events of a later time than the
 *   simulated one
 */
export async function simulateInto(
  dataFolder: string,
  plan: SimulationPlan,
  output: Output,
): Promise<Simulated> {
  checkPlan(plan);
  const ports = portsOf(plan);
  return withLedger({ dataFolder, ports }, async session => {
    await checkEmptiness(session);
    const begun = systemClock.now();
    const { administrator } = await loadTrial(session, plan.trial);
    const days = Math.round((simulationEndMs(plan) - simulationStartMs) / dayMs);
    const bar = output.progress('Simulating days', days);
    const report = await simulate(session, ports.clock, plan, ms =>
      bar.update(Math.floor(ms / dayMs)),
    ).finally(bar.end);
    const eventsPerSecond = Math.round((report.events * 1_000) / Math.max(1, systemClock.now() - begun));
    await buildViews(session, output);
    return { report, administrator, eventsPerSecond };
  });
}

/** Nobody followed the log; now the views are made from it at once. If we die here, the next start makes them. */
async function buildViews({ log, views }: Session, output: Output): Promise<void> {
  const bar = output.progress('Building views');
  try {
    await rebuildViews({
      log,
      database: views,
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

/** Time never goes back in a log: what is there must have been recorded before simulated time begins. */
async function checkEmptiness({ log }: Session): Promise<void> {
  const latest = await log.timeAt(await log.head());
  if (latest === undefined || latest <= simulationStartMs) return;
  const [found, begins] = [latest, simulationStartMs].map(ms => toInstant(ms).slice(0, 10));
  throw new CommandFailed(
    `This data folder holds events of ${found}; the simulated history begins on ${begins}. Take an empty folder.`,
    2,
  );
}
