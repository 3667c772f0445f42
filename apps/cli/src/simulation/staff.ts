import type { Caller } from '@platform/commands';
import { HeldRoles, type AccountRole, type NewAccount } from '@trial/access';
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
  readonly city: string;
  readonly laboratory: Laboratory;
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
export const trialMember = (role: AccountRole, trial: string, number = 1): Member =>
  member(`${prefixes[role]}-${String(number).padStart(2, '0')}`, {
    printedName: `${titles[role]} of the trial`,
    organisation: role === 'inspector' ? 'Inspectorate' : 'Sponsor',
    roles: [{ role, trial, sites: 'all' }],
  });

function member(user: string, about: Omit<Member['account'], 'user'>): Member {
  const { printedName, organisation, roles } = about;
  const caller = { user, printedName, organisation, rights: new HeldRoles(roles) };
  return { account: { user, ...about }, caller };
}

/** Everybody at the start. The administrator is the first account of the folder, who is there before. */
export const trialStaff = (trial: string): Staff => ({
  administrator: trialMember('administrator', trial, 2),
  monitor: trialMember('monitor', trial),
  safetyOfficer: trialMember('safetyOfficer', trial),
  dataManager: trialMember('dataManager', trial),
  inspector: trialMember('inspector', trial),
});
