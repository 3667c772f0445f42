import { Inject, Injectable } from '@nestjs/common';
import { Runner, type Caller } from '@platform/commands';
import { CLOCK, toInstant, type Clock } from '@platform/kernel';
import { HeldRoles } from '../callers';
import { accountDecider, accountStream, assignmentsAt, isUserId, type AccountState } from '../domain/account';
import type { AccountRoleAssignment } from '../domain/assignment';

/** Accounts as they stand now, folded from their streams: a revoked role is gone with the next request. */
@Injectable()
export class AccountReader {
  constructor(
    @Inject(Runner) private readonly runner: Runner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The state of an account that was never opened for every id that has none, also for ids that cannot be any. */
  async stateOf(user: string): Promise<AccountState> {
    if (!isUserId(user)) return accountDecider.initial;
    return (await this.runner.streams.load(accountStream(user), accountDecider)).state;
  }

  rolesOf(state: AccountState): AccountRoleAssignment[] {
    return assignmentsAt(state, toInstant(this.clock.now()));
  }

  callerOf(user: string, state: AccountState): Caller {
    return {
      user,
      printedName: state.profile?.printedName ?? user,
      organisation: state.profile?.organisation,
      rights: new HeldRoles(this.rolesOf(state)),
    };
  }
}
