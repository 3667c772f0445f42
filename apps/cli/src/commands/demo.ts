import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gate } from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { ViewEngine } from '@platform/views';
import { AccountOpening, accountRoles } from '@trial/access';
import { initialTrial } from '@trial/protocol';
import { startHost, type Host } from '../../../api/src/host';
import { stopOnSignals } from '../../../composition/src/operation/process-signals';
import type { SimulationPlan } from '../simulation/simulate';
import { siteMember, trialStaff, type Member } from '../simulation/staff';
import { CommandFailed, type Output } from '../terminal';
import { demoGuide, guideLines, type DemoLogin } from './demo-guide';
import { signSome } from './demo-signatures';
import { demoSubject, type DemoSubject } from './demo-subject';
import { linesOf, simulateInto } from './simulate';

const host = '127.0.0.1';
const firstPort = 3000;
const portsToTry = 50;
const viewPatienceMs = 60_000;

export interface DemoChoice extends SimulationPlan {
  /** Undefined for port 3000 or the next free one. */
  readonly port?: number;
}

/**
 * A server on a simulated history in a folder of its own, which is removed when the process ends: by Ctrl-C,
 * by an error, at any moment. Only a kill -9 leaves the folder behind, in the system's temporary folder.
 */
export async function demo(choice: DemoChoice, output: Output): Promise<void> {
  const { trial, seed, participants, months } = choice;
  const port = await freePort(choice.port);
  const folder = throwAwayFolder();
  let running: Host | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => running ?? process.exit(130));
  }
  output.note(`Simulating ${months} months of ${trial} with ${participants} participants, seed ${seed} …`);
  const simulated = await simulateInto(folder, choice, output);
  for (const line of linesOf(choice, simulated.report, simulated.eventsPerSecond)) output.note(line);
  running = await startHost({ dataFolder: folder, host, port, logLevel: 'warn', trustProxy: false });
  stopOnSignals(running);
  const { app, url } = running;
  const log = app.get<EventLog>(EVENT_LOG);
  const { zone } = initialTrial(trial)!.define;
  const subject = await demoSubject(log, zone);
  const logins = await openLogins(app.get(AccountOpening), trial, subject);
  await app.get(ViewEngine).waitFor(await log.head(), 'all', viewPatienceMs);
  const investigator = {
    caller: siteStaff('investigator', trial, subject.site, subject.staff).caller,
    account: logins.find(({ role }) => role === 'investigator')!,
  };
  await signSome(app.get(Gate), { trial, ...subject }, investigator, trialStaff(trial).dataManager.caller);
  const guide = demoGuide({ url, folder, trial }, logins, subject);
  output.result(guide, ['', ...guideLines(guide)]);
}

function throwAwayFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-demo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Gives one account of each role a password: those of the site for its staff, those of the trial for the
 * others.
 */
async function openLogins(
  opening: AccountOpening,
  trial: string,
  { site, staff }: DemoSubject,
): Promise<DemoLogin[]> {
  const members: Readonly<Record<string, Member>> = {
    ...trialStaff(trial),
    ...Object.fromEntries(
      (['investigator', 'coordinator', 'pharmacist'] as const).map(role => [
        role,
        siteStaff(role, trial, site, staff),
      ]),
    ),
  };
  const logins: DemoLogin[] = [];
  for (const role of accountRoles) {
    const member = members[role]!;
    const { user, password } = await opening.open({ ...member.account, temporary: false });
    const reach = member.account.roles.some(({ sites }) => sites === 'all')
      ? 'the whole trial'
      : `site ${site}`;
    logins.push({ role, user, password, reach });
  }
  return logins;
}

/** Whoever holds a role at a site now: somebody may have left. */
function siteStaff(
  role: 'investigator' | 'coordinator' | 'pharmacist',
  trial: string,
  site: string,
  open: readonly string[],
): Member {
  const candidates = [1, 2].map(number => siteMember(role, trial, site, number));
  const member = candidates.find(({ account }) => open.includes(account.user));
  if (!member) throw new Error(`Nobody is ${role} at site ${site}.`);
  return member;
}

/** The wished port, or the first free one from 3000 on. @throws CommandFailed when there is none */
async function freePort(wished: number | undefined): Promise<number> {
  const first = wished ?? firstPort;
  const last = wished ?? firstPort + portsToTry - 1;
  for (let port = first; port <= last; port++) if (await isFree(port)) return port;
  const which = wished === undefined ? `Ports ${first} to ${last} are` : `Port ${wished} is`;
  throw new CommandFailed(`${which} in use by other programs. Choose another one with --port.`, 2);
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host }, () => probe.close(() => resolve(true)));
  });
}
