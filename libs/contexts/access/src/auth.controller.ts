import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import type { Caller } from '@platform/commands';
import { CurrentCaller, Edge, EdgeRequest, IsText, Public } from '@platform/http';
import { ChangeOwnPassword } from './access.commands';
import { AccountReader } from './login/account-reader';
import { WithTemporaryPassword, sessionOf } from './login/auth.guard';
import { PasswordChanges } from './login/password-changes';
import { PasswordLogin } from './password/password-login';
import { maxPasswordUnits } from './login/passwords';
import { Sessions, type SessionAnswer } from './login/sessions';

export class LogIn {
  @IsText(200)
  user: string;

  @IsString()
  @MaxLength(maxPasswordUnits)
  password: string;
}

export class ChangePassword {
  @IsString()
  @MaxLength(maxPasswordUnits)
  currentPassword: string;

  @IsString()
  @MaxLength(maxPasswordUnits)
  password: string;
}

/** Sessions. A token lasts fifteen minutes, and can be exchanged for another one for eight hours after the login. */
@Controller('auth')
export class AuthController {
  constructor(
    @Inject(PasswordLogin) private readonly passwordLogin: PasswordLogin,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(PasswordChanges) private readonly passwords: PasswordChanges,
    @Inject(AccountReader) private readonly accounts: AccountReader,
  ) {}

  @Public()
  @Post('login')
  @HttpCode(200)
  async logIn(@Edge() edge: EdgeRequest, @Body() attempt: LogIn): Promise<SessionAnswer> {
    const authenticated = await this.passwordLogin.authenticate(attempt, edge.address);
    return this.sessions.open(authenticated, edge.address);
  }

  @Post('renew')
  @HttpCode(200)
  renew(@Edge() edge: EdgeRequest, @Req() request: object): Promise<SessionAnswer> {
    return this.sessions.renew(sessionOf(request), edge.address);
  }

  @WithTemporaryPassword()
  @Get('me')
  async me(@CurrentCaller() { user, printedName, organisation }: Caller, @Req() request: object) {
    const account = await this.accounts.stateOf(user);
    return {
      user,
      printedName,
      organisation,
      roles: this.accounts.rolesOf(account),
      passwordTemporary: account.password?.temporary === true,
      expiresAt: new Date(sessionOf(request).expiresAt * 1000).toISOString(),
    };
  }

  /** Ends the account's other sessions and answers with a new one: a token stands on the password it was given for. */
  @WithTemporaryPassword()
  @Post('password')
  @HttpCode(200)
  async changePassword(@Edge() edge: EdgeRequest, @Body() { currentPassword, password }: ChangePassword) {
    const { user } = edge.caller;
    await this.passwordLogin.authenticate({ user, password: currentPassword }, edge.address);
    const command = new ChangeOwnPassword();
    await this.passwords.set(command, password, edge.submission(command, { user }));
    const account = await this.accounts.stateOf(user);
    const credential = account.password?.credential;
    return this.sessions.open({ user, account, method: this.passwordLogin.method, credential }, edge.address);
  }
}
