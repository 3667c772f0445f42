import type { Caller } from '@platform/commands';
import { firstAdministrator, HeldRoles, type AccountRole, type NewAccount } from '@trial/access';
import type { Laboratory } from './laboratory';

/** An account of the simulation: what it is opened with, and who acts under it. */
export interface Member {
  readonly account: Omit<NewAccount, 'temporary'>;
  readonly caller: Caller;
}

/** Those who work for the whole trial. */
export interface Staff {
  readonly administrator: Member;
  readonly monitor: Member;
  readonly safetyOfficer: Member;
  readonly dataManager: Member;
  readonly inspector: Member;
}

/** Those who work at one site. A coordinator may leave, and another one comes. */
export interface SiteTeam {
  readonly site: string;
  readonly laboratory: Laboratory;
  /** The consent form that the site's ethics committee has approved; absent before the site opens. */
  consentVersion?: string;
  /** Whether people may be enrolled here. */
  open: boolean;
  coordinator: Member;
  readonly investigator: Member;
  readonly pharmacist: Member;
}

const prefixes: Readonly<Record<AccountRole, string>> = {
  investigator: 'investigator',
  coordinator: 'coordinator',
  pharmacist: 'pharmacist',
  monitor: 'monitor',
  safetyOfficer: 'safety-officer',
  dataManager: 'data-manager',
  inspector: 'inspector',
  administrator: 'administrator',
};

const titles: Readonly<Record<AccountRole, string>> = {
  investigator: 'Investigator',
  coordinator: 'Coordinator',
  pharmacist: 'Pharmacist',
  monitor: 'Monitor',
  safetyOfficer: 'Safety officer',
  dataManager: 'Data manager',
  inspector: 'Inspector',
  administrator: 'Administrator',
};

/** Somebody with one role at one site; their rights are those that the account is granted, no more. */
export function siteMember(role: AccountRole, trial: string, site: string, number: number): Member {
  const sequence = String(number).padStart(2, '0');
  const delegation = `${site}-${prefixes[role]}-${sequence}`;
  return member(`${prefixes[role]}-${site}-${sequence}`, {
    printedName: `${titles[role]} ${sequence} of site ${site}`,
    organisation: `Site ${site}`,
    roles: [{ role, trial, sites: [site], delegation }],
  });
}

/** Somebody with one role in the whole trial. */
const trialMember = (role: AccountRole, trial: string): Member =>
  member(`${prefixes[role]}-01`, {
    printedName: `${titles[role]} of the trial`,
    organisation: role === 'inspector' ? 'Inspectorate' : 'Sponsor',
    roles: [{ role, trial, sites: 'all' }],
  });

function member(user: string, about: Omit<Member['account'], 'user'>): Member {
  const { printedName, organisation, roles } = about;
  const caller = { user, printedName, organisation, rights: new HeldRoles(roles) };
  return { account: { user, ...about }, caller };
}

/**
 * Everybody at the start. The administrator is the folder's first account, which is open before anybody
 * else's.
 */
export const trialStaff = (trial: string): Staff => ({
  administrator: member(firstAdministrator, {
    printedName: 'First administrator',
    roles: [{ role: 'administrator', trial: '*', sites: 'all' }],
  }),
  monitor: trialMember('monitor', trial),
  safetyOfficer: trialMember('safetyOfficer', trial),
  dataManager: trialMember('dataManager', trial),
  inspector: trialMember('inspector', trial),
});
