import type { Caller } from '@platform/commands';
import { addDays, addYears } from '@platform/kernel';
import { GrantRole, OpenAccount } from '@trial/access';
import {
  ApproveConsentVersion,
  ChangeSiteStatus,
  DelegateStaff,
  RecordEthicsApproval,
  SetReferenceRange,
} from '@trial/sites';
import type { Story } from '../clockwork/schedule';
import type { Member, SiteTeam } from '../staff';
import type { World } from '../world';

/** The accounts of those who work for the whole trial; then one site after the other. */
export async function opening(world: World): Promise<void> {
  const { administrator, ...others } = world.staff;
  for (const member of Object.values(others)) await openAccount(world, member, administrator.caller);
  for (const [index, team] of world.sites.entries()) {
    const days = index * 6 + world.chance.branch('opening', team.site).whole(1, 5);
    world.schedule.begin(siteOpening(world, team), world.clinicHour(world.today, days, world.chance));
  }
}

/** Opens an account without a password: nobody logs in to a simulation. */
export async function openAccount(world: World, { account }: Member, by: Caller): Promise<void> {
  const { user, printedName, organisation, roles } = account;
  await world.act(by, OpenAccount, { printedName, organisation }, { user });
  for (const { sites, ...role } of roles) {
    await world.act(by, GrantRole, { ...role, sites: sites === 'all' ? sites : [...sites] }, { user });
  }
}

/** From the ethics committee's approval to the first day on which people may be enrolled. */
async function* siteOpening(world: World, team: SiteTeam): Story {
  const { site, laboratory } = team;
  const chance = world.chance.branch('site', site);
  const { caller: administrator } = world.staff.administrator;
  const target = world.target({ site });
  const approvedOn = addDays(world.today, -chance.whole(3, 15));
  await world.act(administrator, RecordEthicsApproval, approvalOf(site, approvedOn), target);
  world.schedule.begin(ethicsRenewals(world, team));
  for (const range of laboratory.ranges) {
    await world.act(administrator, SetReferenceRange, { laboratory: laboratory.name, ...range }, target);
  }
  const version = world.shared.consentVersion;
  await world.act(administrator, ApproveConsentVersion, { version, approvedOn }, target);
  team.consentVersion = version;
  const { investigator, coordinator, pharmacist } = team;
  for (const member of [investigator, coordinator, pharmacist])
    await openAccount(world, member, administrator);
  yield world.clinicHour(world.today, chance.whole(1, 4), chance);
  await delegate(world, team, investigator, administrator);
  for (const member of [coordinator, pharmacist]) await delegate(world, team, member, investigator.caller);
  yield world.clinicHour(world.today, chance.whole(1, 8), chance);
  await world.act(administrator, ChangeSiteStatus, { status: 'activated' }, target);
  team.open = true;
}

/**
 * Approvals last a year. Site 06 forgets once, so that nobody can be enrolled there until it is in order
 * again.
 */
async function* ethicsRenewals(world: World, team: SiteTeam): Story {
  const { caller: administrator } = world.staff.administrator;
  const lateDays = team.site === '06' ? -20 : 15;
  for (;;) {
    yield world.clinicHour(world.today, 365 - lateDays, world.chance);
    const approval = approvalOf(team.site, world.today);
    await world.act(administrator, RecordEthicsApproval, approval, world.target({ site: team.site }));
  }
}

/** An approval of one year, as ethics committees give them. */
const approvalOf = (site: string, approvedOn: string) => ({
  committee: `Ethics committee of site ${site}`,
  reference: `EC-${site}-${approvedOn.slice(0, 4)}`,
  approvedOn,
  expiresOn: addDays(addYears(approvedOn, 1), -1),
});

const duties: Readonly<Record<string, readonly string[]>> = {
  investigator: ['eligibility', 'medical decisions', 'causality of adverse events'],
  coordinator: ['informed consent', 'data entry', 'visits'],
  pharmacist: ['product storage and thaw', 'identity check', 'infusion'],
};

/** Hands duties to somebody, who was trained for them a few days before. */
export async function delegate(world: World, team: SiteTeam, { account }: Member, by: Caller): Promise<void> {
  const { user, roles } = account;
  const role = roles[0]?.role ?? '';
  const about = { user, role, duties: [...(duties[role] ?? [])] };
  const days = { trainedOn: addDays(world.today, -3), delegatedOn: world.today };
  await world.act(by, DelegateStaff, { ...about, ...days }, world.target({ site: team.site }));
}
