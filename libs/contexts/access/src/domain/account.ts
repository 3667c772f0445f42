import {
  absent,
  changesBetween,
  conflict,
  invalid,
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type Reason,
  type Rejection,
  type StreamName,
} from '@platform/kernel';
import {
  assignmentChanges,
  assignmentOf,
  malformedAssignment,
  sameRole,
  type AccountRoleAssignment,
  type RoleInTrial,
} from './assignment';
import type { AccountRole } from './permissions';

/** One person's account: `account-{user}`. The id is coded and never used again. */
export const accountStream = (user: string): StreamName => streamName('account', user);

// Events. These names are the storage format.

export type AccountEvent =
  | DomainEvent<'AccountOpened', AccountProfile>
  | DomainEvent<'AccountProfileChanged', Partial<AccountProfile>>
  | DomainEvent<'PasswordSet', PasswordReference>
  | DomainEvent<'RoleGranted', AccountRoleAssignment>
  | DomainEvent<'RoleRevoked', { readonly role: AccountRole; readonly trial: string }>
  | DomainEvent<'AccountLocked', Record<string, never>>
  | DomainEvent<'AccountUnlocked', Record<string, never>>
  | DomainEvent<'AccountClosed', Record<string, never>>;

export interface AccountProfile {
  /** The name as it is printed in the trail, from now on; earlier entries keep the earlier one. */
  readonly printedName: string;
  readonly organisation?: string;
}

/** That a password was set. The password's hash stands in the credential store, under this reference. */
export interface PasswordReference {
  readonly credential: string;
  /** Set by somebody else: good for nothing but choosing an own one. */
  readonly temporary: boolean;
}

// State

export interface AccountState {
  readonly profile?: AccountProfile;
  readonly status: 'absent' | 'active' | 'locked' | 'closed';
  readonly password?: PasswordReference;
  /** References of earlier passwords, the last ten: their hashes may go. */
  readonly superseded: readonly string[];
  /** At most one for each role and trial. */
  readonly assignments: readonly AccountRoleAssignment[];
}

const initial: AccountState = { status: 'absent', superseded: [], assignments: [] };

// Evolve

function evolve(state: AccountState, event: AccountEvent): AccountState {
  switch (event.type) {
    case 'AccountOpened':
      return { ...state, profile: event.data, status: 'active' };
    case 'AccountProfileChanged':
      return { ...state, profile: state.profile && { ...state.profile, ...event.data } };
    case 'PasswordSet':
      return { ...state, password: event.data, superseded: supersededBy(state) };
    case 'RoleGranted':
      return { ...state, assignments: [...without(state, event.data), event.data] };
    case 'RoleRevoked':
      return { ...state, assignments: without(state, event.data) };
    case 'AccountLocked':
      return { ...state, status: 'locked' };
    case 'AccountUnlocked':
      return { ...state, status: 'active' };
    case 'AccountClosed':
      return {
        ...state,
        status: 'closed',
        assignments: [],
        password: undefined,
        superseded: supersededBy(state),
      };
    default:
      return unknownEvent(event);
  }
}

const supersededBy = ({ password, superseded }: AccountState): readonly string[] =>
  password ? [...superseded, password.credential].slice(-10) : superseded;

export const accountDecider: Decider<AccountState, AccountEvent> = { initial, evolve };

// Decisions

type Context = Pick<DecisionContext, 'actor' | 'commandId' | 'recordedAt'> & {
  readonly target: Readonly<Record<string, string>>;
};

export function openAccount(
  profile: AccountProfile,
  state: AccountState,
  { target }: Pick<Context, 'target'>,
): Decision<AccountEvent> {
  if (!isUserId(target.user ?? '')) {
    return invalid(
      'ACCOUNT-ID-CODED',
      'user',
      `An account's id is a code such as ${idExamples}, never a name.`,
    );
  }
  if (state.status === 'absent') return [{ type: 'AccountOpened', data: profileOf(profile) }];
  if (state.profile && Object.keys(differences(state.profile, profile).changed).length === 0) return [];
  return conflict('ACCOUNT-EXISTS', 'This id belongs to another account. Ids are never used again.');
}

export function changeProfile(
  { reason, ...profile }: AccountProfile & { readonly reason: Reason },
  state: AccountState,
): Decision<AccountEvent> {
  const wrong = notThere(state);
  if (wrong || !state.profile) return wrong ?? unknownAccount;
  const { changed, previous } = differences(state.profile, profile);
  if (Object.keys(changed).length === 0) return [];
  return [{ type: 'AccountProfileChanged', data: changed, previous, reason }];
}

/** By an administrator. The hash was stored under the command's id before; this makes it the one that counts. */
export function setPassword(
  { temporary }: { readonly temporary: boolean },
  state: AccountState,
  context: Context,
): Decision<AccountEvent> {
  if (context.actor.user === context.target.user) {
    return refuse(
      'ACCOUNT-OWN-PASSWORD',
      'Change your own password with the current one, at /auth/password.',
    );
  }
  return notThere(state) ?? [passwordSet(state, context.commandId, temporary)];
}

/** For the account's own holder, who has shown the current password. */
export function changeOwnPassword(_: object, state: AccountState, context: Context): Decision<AccountEvent> {
  return notThere(state) ?? [passwordSet(state, context.commandId, false)];
}

export function grantRole(
  grant: AccountRoleAssignment,
  state: AccountState,
  { actor, target }: Context,
): Decision<AccountEvent> {
  const wrong = notThere(state) ?? malformedAssignment(grant);
  if (wrong) return wrong;
  if (actor.user === target.user) {
    return refuse('ACCOUNT-ROLE-SELF', 'Nobody grants a role to themselves. Ask another administrator.');
  }
  const assignment = assignmentOf(grant);
  const current = state.assignments.find(known => sameRole(known, assignment));
  const about: Record<string, string> = assignment.trial === '*' ? {} : { trial: assignment.trial };
  if (!current) return [{ type: 'RoleGranted', data: assignment, about }];
  const { changed, previous } = assignmentChanges(current, assignment);
  if (Object.keys(changed).length === 0) return [];
  return [{ type: 'RoleGranted', data: assignment, previous, about }];
}

export function revokeRole(
  { role, trial, reason }: { readonly role: AccountRole; readonly trial: string; readonly reason: Reason },
  state: AccountState,
  { actor, target }: Context,
): Decision<AccountEvent> {
  const wrong = notThere(state);
  if (wrong) return wrong;
  const current = state.assignments.find(known => sameRole(known, { role, trial }));
  if (!current) return [];
  if (actor.user === target.user && role === 'administrator') return ownAccount;
  const about: Record<string, string> = trial === '*' ? {} : { trial };
  const { sites } = current;
  return [{ type: 'RoleRevoked', data: { role, trial }, previous: { role, trial, sites }, reason, about }];
}

interface WithReason {
  readonly reason: Reason;
}

export function lockAccount(
  { reason }: WithReason,
  state: AccountState,
  context: Context,
): Decision<AccountEvent> {
  const wrong = notThere(state);
  if (wrong) return wrong;
  if (state.status === 'locked') return [];
  if (context.actor.user === context.target.user) return ownAccount;
  return [{ type: 'AccountLocked', data: {}, previous: { status: state.status }, reason }];
}

export function unlockAccount({ reason }: WithReason, state: AccountState): Decision<AccountEvent> {
  const wrong = notThere(state);
  if (wrong) return wrong;
  if (state.status === 'active') return [];
  return [{ type: 'AccountUnlocked', data: {}, previous: { status: state.status }, reason }];
}

export function closeAccount(
  { reason }: WithReason,
  state: AccountState,
  context: Context,
): Decision<AccountEvent> {
  if (state.status === 'absent') return unknownAccount;
  if (state.status === 'closed') return [];
  if (context.actor.user === context.target.user) return ownAccount;
  return [{ type: 'AccountClosed', data: {}, previous: { status: state.status }, reason }];
}

// What the guard asks of an account

/** The roles that count at an instant (UTC text): none unless the account is active. */
export const assignmentsAt = (
  { status, assignments }: AccountState,
  instant: string,
): AccountRoleAssignment[] =>
  status === 'active'
    ? assignments.filter(({ validFrom }) => validFrom === undefined || validFrom <= instant)
    : [];

/**
 * The roles that count at an instant at a site of a trial, or for the trial as a whole when no site is named. A role
 * for some sites is none for the whole.
 */
export const rolesHeldAt = (
  state: AccountState,
  { trial, site }: { readonly trial: string; readonly site?: string },
  instant: string,
): AccountRole[] =>
  assignmentsAt(state, instant)
    .filter(each => each.trial === trial || each.trial === '*')
    .filter(({ sites }) => sites === 'all' || (site !== undefined && sites.includes(site)))
    .map(({ role }) => role);

const idPrefixes =
  'u|investigator|coordinator|pharmacist|monitor|safety-officer|data-manager|inspector|administrator';
const userId = new RegExp(`^(?:${idPrefixes})(?:-\\d{1,6}){1,3}$`);
const idExamples = 'u-0007 or coordinator-03-01';

/** Whether a text is an account's coded id: `u` or a role, and up to three numbers. */
export const isUserId = (text: string): boolean => userId.test(text);

// What the decisions above share

const unknownAccount = absent('ACCOUNT-UNKNOWN', 'There is no account under this id.');
const closedAccount = refuse('ACCOUNT-CLOSED', 'This account is closed. Open another one, under another id.');
const ownAccount = refuse(
  'ACCOUNT-SELF',
  'Nobody locks or closes the own account or gives up administering it: one administrator must stay. Ask another one.',
);

function notThere({ status }: AccountState): Rejection | undefined {
  if (status === 'absent') return unknownAccount;
  return status === 'closed' ? closedAccount : undefined;
}

const profileOf = ({ printedName, organisation }: AccountProfile): AccountProfile =>
  organisation === undefined ? { printedName } : { printedName, organisation };

const differences = (current: AccountProfile, next: AccountProfile) =>
  changesBetween({ ...current }, { ...profileOf(next) });

const without = ({ assignments }: AccountState, role: RoleInTrial): AccountRoleAssignment[] =>
  assignments.filter(known => !sameRole(known, role));

const passwordSet = ({ password }: AccountState, credential: string, temporary: boolean): AccountEvent => ({
  type: 'PasswordSet',
  data: { credential, temporary },
  previous: password && { ...password },
});
