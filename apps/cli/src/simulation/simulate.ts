/*
 * A made-up history of a trial, from one seed: the same seed makes the same log, byte for byte.
 *
 * Everything is a request of somebody with a role at a site. It is validated as at the edge and goes through
 * the gate, so that nothing is written that a person could not have written. Reactions are run after each
 * step. The clock, the ids and all chance come through the ports; nothing runs at once.
 *
 * It may do all of this, and the software has to bear it:
 * - screening: failures for each criterion, values exactly at a limit, values on which IN02 and EX05
 *   disagree, missing evidence, deferrals for an infection (EX04), decisions against the proposal with a
 *   reason, people who do not come back;
 * - consent: withdrawn (also before a decision), signed after procedures, signed again on a newer form,
 *   signed on a form that was retired;
 * - treatment: infusions cancelled, moved out of their window, entered afterwards from paper, given after a
 *   withdrawal, with too few or too many cells, without the identity check or too long after the thaw (put
 *   right, or overridden with a reason), paused and stopped for a reaction, held back by a reaction that
 *   lasts; cyclosporine outside its range;
 * - safety: adverse events of every grade, serious ones with both assessors' views, late reports, news,
 *   voided duplicates, deaths; reports to sponsor and authorities that leave in time, late, never, or are waived;
 * - participants: withdrawals from treatment, withdrawals of consent, losses, deaths, visits missed or out of
 *   window, late entries, typing errors and their corrections, entries made offline;
 * - sites: a pause of enrollment, an ethics approval renewed too late, another limit of normal, a coordinator
 *   who leaves;
 * - the trial: an amendment, new consent forms, the cap, the end of recruitment.
 *
 * It never does: two writers at once, crashes, failing storage. Those are injected elsewhere.
 */
import { eachPage, type EventLog } from '@platform/event-log';
import { logStart, toInstant, type ManualClock, type Position } from '@platform/kernel';
import { initialTrial, type InitialTrial } from '@trial/protocol';
import type { Session } from '../session';
import { Chance, Deck } from './clockwork/chance';
import { seededPorts, type SeededPorts } from './clockwork/seeded-ports';
import { Laboratory } from './laboratory';
import { failures } from './people';
import { siteMember, trialStaff, type SiteTeam } from './staff';
import { conduct } from './stories/conduct-story';
import { deviation } from './stories/deviation-story';
import { opening } from './stories/opening-story';
import { recruitment } from './stories/recruitment-story';
import { ReportingDesk } from './stories/reporting-story';
import { World } from './world';

/** What to simulate. */
export interface SimulationPlan {
  readonly trial: string;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** How many to enroll; the protocol's own cap holds all the same. */
  readonly participants: number;
  readonly months: number;
}

/** What became of it, counted in the log. */
export interface SimulationReport {
  readonly seed: number;
  readonly participants: number;
  readonly screened: number;
  readonly enrolled: number;
  readonly infusions: number;
  readonly adverseEvents: number;
  readonly serious: number;
  readonly deviations: number;
  readonly events: number;
  /** UTC instants of the first and the last event. */
  readonly from: string;
  readonly to: string;
}

/** Simulated time begins at nine in the morning of the trial's first day, in its zone (UTC+8). */
export const simulationStartMs = Date.parse('2023-08-01T01:00:00.000Z');
const monthMs = 30.4375 * 86_400_000;

export const simulationEndMs = ({ months }: SimulationPlan): number =>
  simulationStartMs + Math.round(months * monthMs);

/** The clock and the ids that the ledger has to be opened with. */
export const portsOf = ({ seed }: SimulationPlan): SeededPorts => seededPorts(simulationStartMs, seed);

/**
 * Lets the trial run in a ledger that was opened with `portsOf` and in which the trial is defined. Nothing
 * else may write to it or follow it meanwhile.
 */
export async function simulate(
  session: Pick<Session, 'gate' | 'log' | 'reactions'>,
  clock: ManualClock,
  plan: SimulationPlan,
  onProgress: (simulatedMs: number) => void = () => {},
): Promise<SimulationReport> {
  const initial = initialTrial(plan.trial);
  if (!initial) throw new Error(`"${plan.trial}" is no built-in trial.`);
  const { gate, log, reactions } = session;
  const { trial, seed, participants } = plan;
  const chance = new Chance(seed);
  const pile = new Deck(failures, chance.branch('failures'));
  const { definition } = initial.publish;
  const endMs = simulationEndMs(plan);
  const setting = { gate, log, reactions, clock, trial, seed, participants, definition };
  const world = new World({ ...setting, startMs: simulationStartMs, endMs }, trialStaff(trial), {
    consentVersion: '1.0',
    definition,
    enrolled: 0,
    underWay: 0,
    recruiting: true,
    nextFailure: () => pile.draw(),
    nextUnit: 1,
  });
  world.sites.push(...teamsOf(initial, chance));
  world.on('DeviationRaised', event => world.schedule.begin(deviation(world, event)));
  ReportingDesk.open(world);
  await opening(world);
  world.schedule.begin(recruitment(world));
  conduct(world);
  await world.run(now => onProgress(Math.min(now, endMs) - simulationStartMs));
  return { seed, participants, ...(await counted(log)) };
}

/** The last site's laboratory prints bilirubin and creatinine in mg/dL. */
const teamsOf = ({ trial, sites }: InitialTrial, chance: Chance): SiteTeam[] =>
  sites.map(({ site }, index) => ({
    site,
    laboratory: new Laboratory(
      `Laboratory ${site}`,
      index === sites.length - 1,
      '2023-01-01',
      chance.branch('laboratory', site),
    ),
    open: false,
    coordinator: siteMember('coordinator', trial, site, 1),
    investigator: siteMember('investigator', trial, site, 1),
    pharmacist: siteMember('pharmacist', trial, site, 1),
  }));

const counters: Readonly<
  Record<string, 'screened' | 'enrolled' | 'infusions' | 'adverseEvents' | 'deviations'>
> = {
  ParticipantPrescreened: 'screened',
  ParticipantEnrolled: 'enrolled',
  InfusionStarted: 'infusions',
  AdverseEventReported: 'adverseEvents',
  DeviationRaised: 'deviations',
};

/** Counts what the log holds, whatever the stories believe to have done. */
async function counted(log: EventLog): Promise<Omit<SimulationReport, 'seed' | 'participants'>> {
  const counts = { screened: 0, enrolled: 0, infusions: 0, adverseEvents: 0, deviations: 0 };
  const serious = new Set<string>();
  let events = 0;
  let last: Position = logStart;
  for await (const page of eachPage(log, { after: logStart })) {
    for (const { type, data, stream } of page) {
      events += 1;
      const counter = counters[type];
      if (counter) counts[counter] += 1;
      if (type === 'SeriousnessAssessed' && data['serious'] === true) serious.add(stream);
    }
    last = page.at(-1)?.position ?? last;
  }
  const from = toInstant(simulationStartMs);
  const to = toInstant((await log.timeAt(last)) ?? simulationStartMs);
  return { ...counts, serious: serious.size, events, from, to };
}
