import { addDays } from '@platform/kernel';
import { CloseAccount } from '@trial/access';
import { ChangeTrialStatus, PublishProtocolVersion, type ProtocolDefinition } from '@trial/protocol';
import {
  ApproveConsentVersion,
  ChangeSiteStatus,
  RetireConsentVersion,
  RevokeDelegation,
  SetReferenceRange,
} from '@trial/sites';
import type { Story } from '../clockwork/schedule';
import { siteMember, type SiteTeam } from '../staff';
import type { World } from '../world';
import { delegate, openAccount } from './opening-story';
import { because } from './patient';

/** What happens to the trial and to its sites while people are in it, each at its part of the time. */
export function conduct(world: World): void {
  const { startMs, endMs, clock } = world.setting;
  const at = (part: number): number =>
    world.clinicHour(world.calendar.day(startMs + (endMs - startMs) * part), 0, world.chance);
  const team = (site: string): SiteTeam => world.sites.find(each => each.site === site)!;
  const plans: readonly Plan[] = [
    [0.22, () => laboratoryChange(world, team('03'))],
    [0.3, () => newConsentForm(world, '2.0', 'Insurance of participants described anew')],
    [0.35, () => pause(world, team('05'))],
    [0.42, () => staffChange(world, team('02'))],
    [0.5, () => amendment(world)],
    [0.62, () => pause(world, team('08'))],
  ];
  for (const [part, begin] of plans) world.schedule.begin(planned(Math.max(at(part), clock.now()), begin));
}

/** The part of the time at which something begins: at once, or a story of its own. */
type Plan = readonly [part: number, begin: () => Promise<void> | Story];

async function* planned(atMs: number, begin: Plan[1]): Story {
  yield atMs;
  const begun = begin();
  if (begun instanceof Promise) await begun;
  else yield* begun;
}

const targetOf = (world: World, { site }: SiteTeam) => world.target({ site });

/** Every open site gets the form, and the one before is retired there. People sign it at their next visit. */
async function newConsentForm(world: World, version: string, change: string): Promise<void> {
  const { caller: administrator } = world.staff.administrator;
  const reason = because('newVersion', change);
  const [approvedOn, retiredOn] = [world.today, addDays(world.today, 1)];
  world.shared.consentVersion = version;
  for (const team of world.sites.filter(({ consentVersion }) => consentVersion !== undefined)) {
    const target = targetOf(world, team);
    const retirement = { version: team.consentVersion!, retiredOn, reason };
    await world.act(administrator, ApproveConsentVersion, { version, approvedOn }, target);
    await world.act(administrator, RetireConsentVersion, retirement, target);
    team.consentVersion = version;
  }
}

/**
 * Wider windows between infusions. Who is in the trial stays with their version until they consent to this
 * one.
 */
async function* amendment(world: World): Story {
  const { caller: administrator } = world.staff.administrator;
  const definition = amended(world.shared.definition);
  const effectiveFrom = addDays(world.today, 14);
  const reason = because(
    'amendment',
    'Infusions on public holidays: the window becomes two days either way.',
  );
  await world.act(administrator, PublishProtocolVersion, { definition, effectiveFrom, reason });
  yield world.moment(effectiveFrom, '07:30');
  world.shared.definition = definition;
  await newConsentForm(world, '3.0', 'Protocol version 1.1');
}

function amended(definition: ProtocolDefinition): ProtocolDefinition {
  return {
    ...definition,
    version: '1.1',
    interventions: definition.interventions.map(plan =>
      plan.kind === 'infusion' ? { ...plan, intervalWindowDays: 2 } : plan,
    ),
  };
}

/** A site enrolls nobody for some weeks. */
async function* pause(world: World, team: SiteTeam): Story {
  if (!team.open) return;
  const { caller: administrator } = world.staff.administrator;
  const reason = because('staffing', 'No trained pharmacist on duty until the new one is delegated.');
  const target = targetOf(world, team);
  await world.act(administrator, ChangeSiteStatus, { status: 'enrollmentPaused', reason }, target);
  team.open = false;
  yield world.clinicHour(world.today, world.chance.branch('pause', team.site).whole(25, 50), world.chance);
  await world.act(administrator, ChangeSiteStatus, { status: 'activated' }, target);
  team.open = true;
}

/** The coordinator of a site leaves; another one takes over. */
async function* staffChange(world: World, team: SiteTeam): Story {
  const { caller: administrator } = world.staff.administrator;
  const { coordinator: leaving, investigator } = team;
  const coming = siteMember('coordinator', world.setting.trial, team.site, 2);
  const reason = because('staffChange', 'Left the department.');
  await openAccount(world, coming, administrator);
  await delegate(world, team, coming, investigator.caller);
  team.coordinator = coming;
  yield world.clinicHour(world.today, 5, world.chance);
  const { user } = leaving.account;
  const revocation = { user, role: 'coordinator', revokedOn: world.today, reason };
  await world.act(investigator.caller, RevokeDelegation, revocation, targetOf(world, team));
  await world.act(administrator, CloseAccount, { reason }, { user });
}

/** Another method for one analyte: samples from then on are judged by the new limit. */
async function laboratoryChange(world: World, team: SiteTeam): Promise<void> {
  const { caller: administrator } = world.staff.administrator;
  const { laboratory } = team;
  for (const range of laboratory.change('ALT', 0.9, addDays(world.today, 3))) {
    const body = { laboratory: laboratory.name, ...range };
    await world.act(administrator, SetReferenceRange, body, targetOf(world, team));
  }
}

/** All places are taken, and nobody is on the way any more. */
export async function closeRecruitment(world: World): Promise<void> {
  const { administrator } = world.staff;
  const effectiveOn = world.today;
  await world.act(administrator.caller, ChangeTrialStatus, { status: 'activeNotRecruiting', effectiveOn });
}
