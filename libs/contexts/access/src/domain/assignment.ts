import { changesBetween, invalid, isStreamId, refuse, type Rejection } from '@platform/kernel';
import { accountRoles, type AccountRole } from './permissions';
import type { RoleAssignment } from './policy';

/** A role as it is granted to a person. */
export interface AccountRoleAssignment extends RoleAssignment {
  readonly role: AccountRole;
  /** UTC instant before which the role gives nothing. */
  readonly validFrom?: string;
}

/** An assignment with its sites in one order, each once, and without members that say nothing. */
export const assignmentOf = ({ role, trial, sites, delegation, validFrom }: AccountRoleAssignment) => ({
  role,
  trial,
  sites: sites === 'all' ? sites : [...new Set(sites)].toSorted(),
  ...(delegation !== undefined && { delegation }),
  ...(validFrom !== undefined && { validFrom }),
});

export type RoleInTrial = Pick<AccountRoleAssignment, 'role' | 'trial'>;

/** A role is held once in each trial. */
export const sameRole = (a: RoleInTrial, b: RoleInTrial): boolean => a.role === b.role && a.trial === b.trial;

/** So that a member that one of two assignments lacks shows as a change. */
const blank = { delegation: null, validFrom: null };

/** What a new assignment changes of the one before it. */
export const assignmentChanges = (current: AccountRoleAssignment, next: AccountRoleAssignment) =>
  changesBetween({ ...blank, ...current }, { ...blank, ...next });

const trialWideRoles: readonly AccountRole[] = ['safetyOfficer', 'administrator'];
const everyTrialRoles: readonly AccountRole[] = ['administrator', 'inspector'];

/** UTC with milliseconds: instants are compared as text. */
const utcInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Why an assignment cannot be granted to anybody. */
export function malformedAssignment({
  role,
  trial,
  sites,
  validFrom,
}: AccountRoleAssignment): Rejection | undefined {
  if (!accountRoles.includes(role))
    return invalid('ACCOUNT-ROLE', 'role', `"${role}" is no role for a person.`);
  if (trial === '*' && !everyTrialRoles.includes(role)) {
    return refuse('ACCOUNT-ROLE-ONE-TRIAL', `A ${role} works in a trial: name it.`, { field: 'trial' });
  }
  if (trial !== '*' && !isStreamId(trial))
    return invalid('ACCOUNT-TRIAL', 'trial', 'This is no id of a trial.');
  if (validFrom !== undefined && !utcInstant.test(validFrom)) {
    return invalid('ACCOUNT-VALID-FROM', 'validFrom', 'This is no UTC instant.');
  }
  if (sites === 'all') return undefined;
  if (sites.length === 0 || !sites.every(isStreamId)) {
    return invalid('ACCOUNT-SITES', 'sites', 'Name at least one site, by its id, or say "all".');
  }
  if (trial === '*' || trialWideRoles.includes(role)) {
    return refuse('ACCOUNT-ROLE-TRIAL-WIDE', `This role covers all sites: say "all".`, { field: 'sites' });
  }
  return undefined;
}
