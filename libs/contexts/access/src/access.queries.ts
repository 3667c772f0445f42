import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { evolveUpTo, Query, QueryRejected, queryRow } from '@platform/commands';
import { IsOmittable, IsStreamIdText } from '@platform/http';
import { absent } from '@platform/kernel';
import { accountDecider, accountStream, type AccountState } from './domain/account';
import type { Permission } from './domain/permissions';
import { accountList, listAccounts, type AccountListed } from './views/account-list';

export class ListAccounts extends Query {
  @IsOmittable()
  @IsIn(['active', 'locked', 'closed'])
  status?: 'active' | 'locked' | 'closed';

  /** The last id of the page before. */
  @IsOmittable()
  @IsStreamIdText()
  behind?: string;

  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;
}

export class ReadAccount extends Query {}

const reading: Permission = 'account.read';

export const accessQueries = [
  queryRow<ListAccounts, { accounts: readonly AccountListed[] }>({
    query: ListAccounts,
    permission: reading,
    views: [accountList.name],
    async answer({ status, behind, limit = 200 }, { views, standsAt }) {
      return { accounts: await listAccounts(views, standsAt, { status, behind, limit }) };
    },
  }),
  queryRow<ReadAccount, Omit<AccountState, 'password' | 'superseded'> & { user: string; password: string }>({
    query: ReadAccount,
    permission: reading,
    views: [],
    async answer(_, { log, target, standsAt }) {
      const user = target.user ?? '';
      const { state } = await evolveUpTo(log, accountStream(user), accountDecider, standsAt);
      if (state.status === 'absent') {
        throw new QueryRejected(
          absent('ACCOUNT-UNKNOWN', 'There was no account under this id at that moment.'),
        );
      }
      const { password, superseded: _superseded, ...known } = state;
      return { user, ...known, password: passwordOf(password) };
    },
  }),
];

function passwordOf(password: AccountState['password']): 'none' | 'temporary' | 'own' {
  if (!password) return 'none';
  return password.temporary ? 'temporary' : 'own';
}
