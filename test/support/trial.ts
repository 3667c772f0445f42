import { filled, Gate, type Command, type Receipt } from '@platform/commands';
import { ManualClock } from '@platform/kernel';
import {
  AccountOpening,
  HeldRoles,
  siteOfParticipant,
  type AccountRole,
  type OpenedAccount,
} from '@trial/access';
import {
  AllocateParticipantNumber,
  AttestStatements,
  EnrollParticipant,
  PrescreenParticipant,
  RecordDiagnosis,
  RecordLaboratoryResults,
  RecordMeasurements,
  RecordScreeningDecision,
  SignConsent,
} from '@trial/participants';
import { passing, siteEvents, type Screening } from '@trial/participants/testing';
import { ChangeTrialStatus, DefineTrial, initialTrial, PublishProtocolVersion } from '@trial/protocol';
import { ActivateRuleSet, initialRuleSets } from '@trial/reporting';
import {
  ApproveConsentVersion,
  ChangeSiteStatus,
  RecordEthicsApproval,
  SelectSite,
  SetReferenceRange,
} from '@trial/sites';
import type { Ports } from '../../apps/composition/src/engines';
import { newFolder, RunningLedger, type Answer, type Call } from './running-ledger';

export const trial = 'NCT05794425';
export const zone = 'Asia/Shanghai';

/** What the people of `RunningTrial` have in their files: prescreened, consented, sampled, decided on these days. */
export const days = {
  prescreened: '2024-03-01',
  consented: '2024-03-02',
  sampled: '2024-03-04',
  decided: '2024-03-05',
} as const;

/** In whose name a test acts. */
export interface Someone {
  readonly role: AccountRole;
  /** One site, or undefined for the whole trial. */
  readonly site?: string;
}

/** Somebody who is logged in. Paths are those below the trial. */
export interface LoggedIn {
  readonly token: string;
  /** What the person shows again to sign. */
  readonly signature: { readonly user: string; readonly password: string };
  post(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string): Promise<Answer>;
}

/** The bodies of the requests that enter a screening's evidence. */
export function screeningRequests({ results, measurements, statements, diagnosis }: Screening) {
  const present = <Value>(record: Readonly<Record<string, Value | null>>): [string, Value][] =>
    Object.entries(record).filter((each): each is [string, Value] => each[1] !== null);
  const about = { collectedAt: days.sampled, laboratory: 'central' };
  return {
    diagnosis: { code: diagnosis ?? 'AA', diagnosedAt: '2024-01' },
    results: present(results).map(([analyte, found]) => ({
      ...{ analyte, ...about },
      ...(typeof found === 'string' ? { finding: found } : 'unit' in found ? { quantity: found } : found),
    })),
    measurements: present(measurements).map(([code, quantity]) => ({
      ...{ code, quantity, takenAt: days.sampled },
    })),
    statements: present(statements).map(([key, holds]) => ({ key, holds, attestedAt: days.decided })),
  };
}

interface SiteTarget {
  readonly site?: string;
  readonly participant?: string;
  readonly [id: string]: string | undefined;
}

export interface TrialPlace {
  /** UTC; 5 March 2024, 16:00 in Shandong, unless given. It stays at that until the test moves the clock. */
  readonly now?: string;
  /** An empty one; one of its own unless given. */
  readonly folder?: string;
}

/**
 * NCT05794425 on a host of its own, recruiting at activated sites. What a test needs and is not about goes through the
 * gate, in this process; the rest over HTTP.
 */
export class RunningTrial {
  private readonly sessions = new Map<string, Promise<Session>>();

  private constructor(
    readonly ledger: RunningLedger,
    readonly clock: ManualClock,
  ) {}

  /** @param sites numbers of those that take part */
  static async start(
    sites: readonly string[] = ['01'],
    ports: Ports = {},
    { now = '2024-03-05T08:00:00.000Z', folder = newFolder() }: TrialPlace = {},
  ): Promise<RunningTrial> {
    const clock = ports.clock instanceof ManualClock ? ports.clock : ManualClock.at(now);
    const running = new RunningTrial(await RunningLedger.on(folder, { clock, ...ports }), clock);
    const { define, publish, changeStatus } = initialTrial(trial)!;
    await running.ledger.asOperator(filled(DefineTrial, define), { trial });
    await running.ledger.asOperator(filled(ChangeTrialStatus, changeStatus), { trial });
    await running.ledger.asOperator(filled(PublishProtocolVersion, publish), { trial });
    for (const active of initialRuleSets(trial)) {
      await running.ledger.asOperator(filled(ActivateRuleSet, active), { trial });
    }
    await Promise.all(sites.map(site => running.openSite(site)));
    return running;
  }

  stop(): Promise<void> {
    return this.ledger.stop();
  }

  private async openSite(site: string): Promise<void> {
    const target = { trial, site };
    const profile = initialTrial(trial)!.sites.find(known => known.site === site)!;
    const { site: _, ...selected } = profile;
    const approval = { committee: 'Ethics committee', reference: '2023-17', approvedOn: '2023-07-01' };
    await this.ledger.asOperator(filled(SelectSite, selected), target);
    await this.ledger.asOperator(filled(RecordEthicsApproval, approval), target);
    const version = { version: '2.0', approvedOn: '2023-07-01' };
    await this.ledger.asOperator(filled(ApproveConsentVersion, version), target);
    for (const event of siteEvents) {
      if (event.type !== 'ReferenceRangeSet') continue;
      await this.ledger.asOperator(filled(SetReferenceRange, event.data), target);
    }
    await this.ledger.asOperator(filled(ChangeSiteStatus, { status: 'activated' }), target);
  }

  /** Through the gate, as an investigator of the site. */
  submit(command: Command, target: SiteTarget): Promise<Receipt> {
    return this.submitAs('investigator', command, target);
  }

  asSafetyOfficer(command: Command, target: SiteTarget): Promise<Receipt> {
    return this.submitAs('safetyOfficer', command, target);
  }

  private submitAs(role: 'investigator' | 'safetyOfficer', command: Command, target: SiteTarget) {
    const site = target.site ?? siteOfParticipant(target.participant!);
    const caller = {
      user: `${role === 'investigator' ? role : 'safety-officer'}-of-${site}`,
      printedName: `Somebody of ${site}`,
      rights: new HeldRoles([{ role, trial, sites: [site] }]),
    };
    return this.ledger.app
      .get(Gate)
      .submit(command, { caller, target: { trial, ...(target as object) }, source: 'person' });
  }

  async prescreenedAt(site: string): Promise<string> {
    const { ids } = await this.submit(new AllocateParticipantNumber(), { site });
    const participant = ids.participant!;
    const about = { prescreenedAt: days.prescreened, sex: 'female', birthYear: 1980 } as const;
    await this.submit(filled(PrescreenParticipant, about), { participant });
    return participant;
  }

  async consentedAt(site: string): Promise<string> {
    const participant = await this.prescreenedAt(site);
    const consent = { version: '2.0', signedAt: days.consented };
    await this.submit(filled(SignConsent, consent), { participant });
    return participant;
  }

  /** Everything that the criteria ask for is on record; all of them pass unless another screening is given. */
  async screenedAt(site: string, screening: Screening = passing): Promise<string> {
    const participant = await this.consentedAt(site);
    const { diagnosis, results, measurements, statements } = screeningRequests(screening);
    await this.submit(filled(RecordDiagnosis, diagnosis), { participant });
    await this.submit(filled(RecordLaboratoryResults, { results }), { participant });
    await this.submit(filled(RecordMeasurements, { measurements }), { participant });
    await this.submit(filled(AttestStatements, { statements }), { participant });
    return participant;
  }

  async eligibleAt(site: string): Promise<string> {
    const participant = await this.screenedAt(site);
    const decision = { decision: 'eligible', decidedAt: days.decided } as const;
    await this.submit(filled(RecordScreeningDecision, decision), { participant });
    return participant;
  }

  async enrolledAt(site: string): Promise<string> {
    const participant = await this.eligibleAt(site);
    await this.submit(filled(EnrollParticipant, { enrolledAt: days.decided }), { participant });
    return participant;
  }

  /** Logs somebody in, over HTTP and with a password; again when the clock has run past the token's time. */
  async as({ role, site }: Someone): Promise<LoggedIn> {
    const user = `${role.replace(/[A-Z]/, '-$&').toLowerCase()}-${site ?? '00'}`;
    const session = this.renewed(user, { role, site }, this.sessions.get(user));
    this.sessions.set(user, session);
    const { token, opened } = await session;
    const call = (method: string, path: string, more: Call) =>
      this.ledger.call(method, `/trials/${trial}${path}`, { token, ...more });
    return {
      token,
      signature: { user, password: opened.password },
      post: (path, body = {}, headers = {}) => call('POST', path, { body, headers }),
      get: path => call('GET', path, {}),
    };
  }

  private async renewed(user: string, someone: Someone, before?: Promise<Session>): Promise<Session> {
    const known = await before;
    if (known && this.clock.now() - known.at < tokenRenewedAfterMs) return known;
    const opened = known?.opened ?? (await this.openAccount(user, someone));
    return { opened, token: await this.ledger.tokenFor(opened), at: this.clock.now() };
  }

  private openAccount(user: string, { role, site }: Someone): Promise<OpenedAccount> {
    return this.ledger.app.get(AccountOpening).open({
      user,
      printedName: `Test account ${user}`,
      roles: [{ role, trial, sites: site === undefined ? 'all' : [site] }],
      temporary: false,
    });
  }
}

/** Tokens last fifteen minutes. */
const tokenRenewedAfterMs = 10 * 60_000;

interface Session {
  readonly opened: OpenedAccount;
  readonly token: string;
  /** By the trial's clock. */
  readonly at: number;
}
