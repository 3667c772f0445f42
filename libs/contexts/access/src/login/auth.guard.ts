import {
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  PrincipalRefused,
  PrincipalUnknown,
  bearerTokenOf,
  isPublic,
  setCaller,
  type HttpRequest,
} from '@platform/http';
import { AccountReader } from './account-reader';
import { AccessTokens, type TokenClaims } from './tokens';

const temporaryRoute = 'access:temporary-password-route';

/** Opens a route to somebody whose password was set by somebody else. */
export const WithTemporaryPassword = (): CustomDecorator => SetMetadata(temporaryRoute, true);

const sessions = new WeakMap<object, TokenClaims>();

/** The session that a request belongs to. @throws Error on a public route */
export function sessionOf(request: object): TokenClaims {
  const claims = sessions.get(request);
  if (!claims) throw new Error('The request belongs to no session: its route is public.');
  return claims;
}

/**
 * Stands before every route: without `@Public()`, nobody passes whom no valid token names. The account is looked up
 * each time, so a lock, a new password or a revoked role counts at once, whatever the token says.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(AccountReader) private readonly accounts: AccountReader,
  ) {}

  /** @throws PrincipalUnknown | PrincipalRefused | LogUnavailable */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return false;
    if (isPublic(this.reflector, context)) return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const token = bearerTokenOf(request);
    if (token === undefined) throw new PrincipalUnknown();
    const claims = await this.tokens.verify(token);
    const account = claims && (await this.accounts.stateOf(claims.user));
    if (!claims || account?.status !== 'active' || !counts(claims, account.password?.credential)) {
      throw new PrincipalUnknown(
        'AUTH-TOKEN-INVALID',
        'The access token does not hold, or no longer. Log in again.',
      );
    }
    if (account.password?.temporary === true && !this.takesTemporary(context)) {
      throw new PrincipalRefused(
        'AUTH-PASSWORD-CHANGE-FIRST',
        'Choose a password of your own first: POST /auth/password.',
      );
    }
    sessions.set(request, claims);
    setCaller(request, this.accounts.callerOf(claims.user, account));
    return true;
  }

  private takesTemporary(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(temporaryRoute, targets) === true;
  }
}

const counts = ({ method, credential }: TokenClaims, current: string | undefined): boolean =>
  method !== 'password' || (credential !== undefined && credential === current);
