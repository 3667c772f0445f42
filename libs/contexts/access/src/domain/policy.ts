import { coversSite, type Scope } from '@platform/kernel';
import { allows, isPermission, readingPermissions, roles, type Permission, type Role } from './permissions';

/** One role of somebody: where it holds, and under which delegation of duties. */
export interface RoleAssignment {
  readonly role: Role;
  /** A trial's id, or `*`: every trial, and what belongs to none. */
  readonly trial: string;
  readonly sites: 'all' | readonly string[];
  readonly delegation?: string;
}

/** The role that allows something, and how far the caller may see with the same permission. */
export interface PolicyGrant {
  readonly role: string;
  readonly scope: Scope;
  readonly site?: string;
  readonly delegation?: string;
}

/** The site in a participant's id `{site}-{sequence}`; empty, which no assignment names, when there is none. */
export const siteOfParticipant = (participant: string): string =>
  participant.includes('-') ? participant.slice(0, participant.indexOf('-')) : '';

type Target = Readonly<Record<string, string>>;

/** Every site that a target names, by itself or in a participant's id. */
export function sitesNamedBy({ site, participant }: Target): string[] {
  const named = [site, participant === undefined ? undefined : siteOfParticipant(participant)];
  return named.filter(name => name !== undefined);
}

/**
 * What some assignments allow on a target: by ids alone, so that a refusal says nothing of what exists. All sites that
 * the target names must be covered. A change whose target names no site needs a role for the whole trial, because
 * nothing behind this point could still tell whose data it changes; a read is given the sites to cut its answer to.
 */
export function grantFor(
  assignments: readonly RoleAssignment[],
  permission: string,
  target: Target,
): PolicyGrant | undefined {
  if (!isPermission(permission)) return undefined;
  const trial = target.trial ?? '*';
  const held = assignments
    .filter(({ role, trial: of }) => allows(role, permission) && (of === '*' || of === trial))
    .toSorted((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
  const named = sitesNamedBy(target);
  const under = held.find(assignment => reaches(assignment, named, permission));
  if (!under) return undefined;
  const covered = held.some(({ sites }) => sites === 'all')
    ? 'all'
    : [...new Set(held.flatMap(({ sites }) => sites))].toSorted();
  return {
    role: under.role,
    scope: { trial, sites: covered },
    site: siteOf(under, named),
    delegation: under.delegation,
  };
}

/** The site that somebody acts at: the target's, or the only one there is. Nobody with a trial-wide role has one. */
function siteOf({ sites }: RoleAssignment, [named]: readonly string[]): string | undefined {
  if (sites === 'all') return undefined;
  return named ?? (sites.length === 1 ? sites[0] : undefined);
}

function reaches(
  { trial, sites }: RoleAssignment,
  named: readonly string[],
  permission: Permission,
): boolean {
  if (sites === 'all') return true;
  if (named.length === 0) return readingPermissions.includes(permission) && sites.length > 0;
  return named.every(site => coversSite({ trial, sites }, site));
}
