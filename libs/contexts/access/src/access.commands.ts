import { Type } from 'class-transformer';
import { IsIn, ValidateBy, ValidateNested } from 'class-validator';
import { Command, commandRow, type Addressed } from '@platform/commands';
import { IsInstant, IsOmittable, IsText, ReasonInput, instantOf } from '@platform/http';
import { isStreamId } from '@platform/kernel';
import * as account from './domain/account';
import type { AccountRoleAssignment } from './domain/assignment';
import { accountRoles, type AccountRole, type Permission } from './domain/permissions';

const maxSites = 500;

const IsTrialOrEvery = (): PropertyDecorator =>
  ValidateBy({
    name: 'isTrialOrEvery',
    validator: {
      validate: value => typeof value === 'string' && (value === '*' || isStreamId(value)),
      defaultMessage: () => '$property must be the id of a trial, or "*" for every trial',
    },
  });

const IsSitesOrAll = (): PropertyDecorator =>
  ValidateBy({
    name: 'isSitesOrAll',
    validator: {
      validate: (value: unknown) =>
        value === 'all' ||
        (Array.isArray(value) &&
          value.length > 0 &&
          value.length <= maxSites &&
          value.every(site => typeof site === 'string' && isStreamId(site))),
      defaultMessage: () => '$property must be "all" or a list of site ids',
    },
  });

export class OpenAccount extends Command implements account.AccountProfile {
  @IsText(200)
  printedName: string;

  @IsOmittable()
  @IsText(200)
  organisation?: string;
}

/** A command whose only field is why. */
abstract class WithReason extends Command {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

export class ChangeAccountProfile extends WithReason implements account.AccountProfile {
  @IsText(200)
  printedName: string;

  @IsOmittable()
  @IsText(200)
  organisation?: string;
}

export class GrantRole extends Command implements AccountRoleAssignment {
  @IsIn(accountRoles)
  role: AccountRole;

  @IsTrialOrEvery()
  trial: string;

  @IsSitesOrAll()
  sites: 'all' | string[];

  @IsOmittable()
  @IsText(200)
  delegation?: string;

  @IsOmittable()
  @IsInstant()
  validFrom?: string;
}

export class RevokeRole extends WithReason {
  @IsIn(accountRoles)
  role: AccountRole;

  @IsTrialOrEvery()
  trial: string;
}

export class LockAccount extends WithReason {}

export class UnlockAccount extends WithReason {}

export class CloseAccount extends WithReason {}

/** Never a request's body: the password stays out of commands, because a command's fingerprint goes into the log. */
export class SetPassword extends Command {
  temporary = true;
}

/** Never a request's body, see `SetPassword`. */
export class ChangeOwnPassword extends Command {}

const ofAccount = {
  stream: ({ target }: Addressed<Command>) => account.accountStream(target.user ?? ''),
  decider: account.accountDecider,
};
const managing = { ...ofAccount, permission: 'account.manage' satisfies Permission };
const owning = { ...ofAccount, permission: 'account.own' satisfies Permission };

/** Instants are compared as text, which needs one form: UTC with milliseconds. */
const inUtc = ({ validFrom, ...grant }: GrantRole): AccountRoleAssignment => ({
  ...grant,
  validFrom: instantOf(validFrom) ?? validFrom,
});

export const accessCommands = [
  commandRow({
    ...managing,
    command: OpenAccount,
    decide: account.openAccount,
    gives: ({ target }) => ({ user: target.user ?? '' }),
  }),
  commandRow({ ...managing, command: ChangeAccountProfile, decide: account.changeProfile }),
  commandRow({
    ...managing,
    command: GrantRole,
    decide: (command, state, context) => account.grantRole(inUtc(command), state, context),
  }),
  commandRow({ ...managing, command: RevokeRole, decide: account.revokeRole }),
  commandRow({ ...managing, command: LockAccount, decide: account.lockAccount }),
  commandRow({ ...managing, command: UnlockAccount, decide: account.unlockAccount }),
  commandRow({ ...managing, command: CloseAccount, decide: account.closeAccount }),
  commandRow({ ...managing, command: SetPassword, decide: account.setPassword }),
  commandRow({ ...owning, command: ChangeOwnPassword, decide: account.changeOwnPassword }),
];
