import type { JsonObject, Position, RecordedEvent } from '@platform/kernel';
import {
  decodeRow,
  holdsAt,
  rowView,
  type Row,
  type RowRule,
  type TablesOf,
  type ViewDatabase,
} from '@platform/views';
import type { AccountEvent, AccountState } from '../domain/account';
import type { AccountRoleAssignment } from '../domain/assignment';

/** A row of the list of accounts. */
export interface AccountListed {
  readonly user: string;
  readonly printedName: string | null;
  readonly organisation: string | null;
  /** `active`, `locked` or `closed`. */
  readonly status: string | null;
  /** `none`, `temporary` or `own`. */
  readonly password: string | null;
  /** Assignments of roles, as `RoleGranted` holds them. */
  readonly roles: unknown;
}

const table = {
  name: 'account_list',
  columns: {
    user: 'text',
    printed_name: 'text',
    organisation: 'text',
    status: 'text',
    password: 'text',
    roles: 'json',
  },
  key: ['user'],
  history: true,
} as const;

type Change = (row: Row, data: JsonObject) => Row;

const rule = (change: Change): RowRule<RecordedEvent> => ({
  table: table.name,
  key: ({ metadata: { subject } }) => (subject.user === undefined ? undefined : [subject.user]),
  fold: (row, { data, metadata }) => change(row ?? { user: metadata.subject.user }, data),
});

const opened: Row = { organisation: null, status: 'active', password: 'none', roles: [] };

/** A role is held once in each trial; granting it again replaces it. */
function otherRoles(row: Row, { role, trial }: JsonObject): JsonObject[] {
  const roles: JsonObject[] = Array.isArray(row.roles) ? row.roles : [];
  return roles.filter(held => held.role !== role || held.trial !== trial);
}

const changes: Readonly<Record<AccountEvent['type'], Change>> = {
  AccountOpened: (row, { printedName, organisation }) => ({
    ...row,
    ...opened,
    printed_name: printedName,
    organisation: organisation ?? null,
  }),
  AccountProfileChanged: (row, { printedName, organisation }) => ({
    ...row,
    printed_name: printedName ?? row.printed_name,
    organisation: organisation ?? row.organisation,
  }),
  PasswordSet: (row, { temporary }) => ({ ...row, password: temporary === true ? 'temporary' : 'own' }),
  RoleGranted: (row, granted) => ({ ...row, roles: [...otherRoles(row, granted), granted] }),
  RoleRevoked: (row, revoked) => ({ ...row, roles: otherRoles(row, revoked) }),
  AccountLocked: row => ({ ...row, status: 'locked' }),
  AccountUnlocked: row => ({ ...row, status: 'active' }),
  AccountClosed: row => ({ ...row, status: 'closed', password: 'none', roles: [] }),
};

/** Every account with its roles, as of any position. */
export const accountList = rowView({
  name: 'account-list',
  version: 1,
  tables: [table],
  on: Object.fromEntries(Object.entries(changes).map(([type, change]) => [type, rule(change)])),
});

export interface AccountFilter {
  readonly status?: AccountState['status'];
  /** Only accounts whose id comes after this one. */
  readonly behind?: string;
  readonly limit: number;
}

/** Accounts in the order of their ids. */
export async function listAccounts(
  views: ViewDatabase,
  at: Position,
  { status, behind, limit }: AccountFilter,
): Promise<AccountListed[]> {
  let query = views
    .reader<TablesOf<readonly [typeof table]>>()
    .selectFrom(table.name)
    .select(['user', 'printed_name as printedName', 'organisation', 'status', 'password', 'roles'])
    .where(holdsAt(at))
    .orderBy('user')
    .limit(limit);
  if (status !== undefined) query = query.where('status', '=', status);
  if (behind !== undefined) query = query.where('user', '>', behind);
  const rows = await query.execute();
  return rows.map(row => decodeRow(table, row));
}

/**
 * Who may hold one of some roles at a site of a trial, or for the trial as a whole when no site is named, as far as the
 * list has come; the account itself says whether.
 */
export async function usersHolding(
  views: ViewDatabase,
  roles: readonly string[],
  { trial, site }: { readonly trial: string; readonly site?: string },
): Promise<string[]> {
  const accounts = await activeAccounts(views);
  const counts = (held: AccountRoleAssignment): boolean =>
    roles.includes(held.role) &&
    (held.trial === trial || held.trial === '*') &&
    (held.sites === 'all' || (site !== undefined && held.sites.includes(site)));
  return accounts.filter(({ held }) => held.some(counts)).map(({ user }) => user);
}

/** Every trial that somebody has a role in. */
export async function trialsWithUsers(views: ViewDatabase): Promise<string[]> {
  const trials = (await activeAccounts(views)).flatMap(({ held }) => held.map(({ trial }) => trial));
  return [...new Set(trials)].filter(trial => trial !== '*').toSorted();
}

interface ActiveAccount {
  readonly user: string;
  readonly held: readonly AccountRoleAssignment[];
}

async function activeAccounts(views: ViewDatabase): Promise<ActiveAccount[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof table]>>()
    .selectFrom(table.name)
    .select(['user', 'roles'])
    .where(holdsAt())
    .where('status', '=', 'active')
    .orderBy('user')
    .execute();
  return rows.map(row => {
    const { user, roles } = decodeRow(table, row) as unknown as {
      user: string;
      roles: ActiveAccount['held'];
    };
    return { user, held: roles };
  });
}
