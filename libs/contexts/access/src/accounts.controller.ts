import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import { Edge, EdgeRequest } from '@platform/http';
import {
  ChangeAccountProfile,
  CloseAccount,
  GrantRole,
  LockAccount,
  OpenAccount,
  RevokeRole,
  SetPassword,
  UnlockAccount,
} from './access.commands';
import { ListAccounts, ReadAccount } from './access.queries';
import { PasswordChanges } from './login/password-changes';
import { maxPasswordUnits } from './login/passwords';

/** The password that an administrator gives out. Its holder must choose another one before anything else. */
export class TemporaryPassword {
  @IsString()
  @MaxLength(maxPasswordUnits)
  password: string;
}

@Controller('accounts')
export class AccountsController {
  constructor(@Inject(PasswordChanges) private readonly passwords: PasswordChanges) {}

  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListAccounts) {
    return edge.ask(query);
  }

  @Get(':user')
  read(@Edge() edge: EdgeRequest, @Query() query: ReadAccount) {
    return edge.ask(query);
  }

  @Post(':user')
  open(@Edge() edge: EdgeRequest, @Body() command: OpenAccount) {
    return edge.submit(command);
  }

  @Post(':user/profile')
  changeProfile(@Edge() edge: EdgeRequest, @Body() command: ChangeAccountProfile) {
    return edge.submit(command);
  }

  @Post(':user/password')
  setPassword(@Edge() edge: EdgeRequest, @Body() { password }: TemporaryPassword) {
    const command = new SetPassword();
    return this.passwords.set(command, password, edge.submission(command));
  }

  @Post(':user/roles')
  grantRole(@Edge() edge: EdgeRequest, @Body() command: GrantRole) {
    return edge.submit(command);
  }

  @Post(':user/roles/revocations')
  revokeRole(@Edge() edge: EdgeRequest, @Body() command: RevokeRole) {
    return edge.submit(command);
  }

  @Post(':user/lock')
  lock(@Edge() edge: EdgeRequest, @Body() command: LockAccount) {
    return edge.submit(command);
  }

  @Post(':user/unlock')
  unlock(@Edge() edge: EdgeRequest, @Body() command: UnlockAccount) {
    return edge.submit(command);
  }

  @Post(':user/close')
  async close(@Edge() edge: EdgeRequest, @Body() command: CloseAccount) {
    const receipt = await edge.submit(command);
    await this.passwords.forgetSuperseded(edge.target().user ?? '');
    return receipt;
  }
}
