import { PrincipalUnknown } from '@platform/http';
import type { Clock } from '@platform/kernel';
import type { AccountState } from '../domain/account';
import type { AccountRoleAssignment } from '../domain/assignment';
import { actorOf } from '../journal/access-journal';
import type { DayJournal } from '../journal/day-journal';
import type { AccountReader } from './account-reader';
import { tokenSeconds, type AccessTokens, type IssuedToken, type TokenClaims } from './tokens';

/** Somebody whose identity was shown, and how. What every authentication method ends in. */
export interface Authenticated {
  readonly user: string;
  readonly account: AccountState;
  readonly method: string;
  /** The credential that was shown; the session ends when another one counts. */
  readonly credential?: string;
}

/**
 * A way to show who one is. Local passwords are one; single sign-on will be another: it finds the account, and opens
 * the session with what it found.
 */
export interface AuthenticationMethod<Attempt> {
  readonly method: string;
  /** @throws PrincipalUnknown | RateLimited; each failure is in the journal */
  authenticate(attempt: Attempt, address: string): Promise<Authenticated>;
}

/** What a login answers with. */
export interface SessionAnswer {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds. */
  readonly expiresIn: number;
  readonly user: string;
  readonly roles: readonly AccountRoleAssignment[];
  /** The password was set by somebody else: until an own one is chosen, nothing else is allowed. */
  readonly passwordTemporary: boolean;
}

/** A session can be renewed until then; the person logs in anew once a working day. */
const maxSessionSeconds = 8 * 60 * 60;

/** Opens and renews sessions. Each token that leaves stands in the journal first. */
export class Sessions {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly accounts: AccountReader,
    private readonly journal: DayJournal,
    private readonly clock: Clock,
  ) {}

  /** @throws LogUnavailable */
  async open({ user, account, method, credential }: Authenticated, address: string): Promise<SessionAnswer> {
    const issued = await this.tokens.issue({ user, method, credential });
    return this.answer('LoggedIn', issued, account, address);
  }

  /** A new token for one that still holds. @throws PrincipalUnknown once the login is eight hours old */
  async renew(claims: TokenClaims, address: string): Promise<SessionAnswer> {
    if (this.clock.now() / 1000 - claims.loggedInAt >= maxSessionSeconds) {
      throw new PrincipalUnknown('AUTH-SESSION-ENDED', 'This session is eight hours old. Log in again.');
    }
    const [issued, account] = await Promise.all([
      this.tokens.issue(claims),
      this.accounts.stateOf(claims.user),
    ]);
    return this.answer('SessionRenewed', issued, account, address);
  }

  private async answer(
    type: 'LoggedIn' | 'SessionRenewed',
    { token, claims: { user, session, method } }: IssuedToken,
    account: AccountState,
    address: string,
  ): Promise<SessionAnswer> {
    const roles = this.accounts.rolesOf(account);
    await this.journal.write({
      event: { type, data: { session, method } },
      actor: actorOf(
        this.accounts.callerOf(user, account),
        roles.map(({ role }) => role).join(', ') || 'none',
      ),
      source: 'person',
      subject: { user },
      address,
    });
    const passwordTemporary = account.password?.temporary === true;
    return {
      accessToken: token,
      tokenType: 'Bearer',
      expiresIn: tokenSeconds,
      user,
      roles,
      passwordTemporary,
    };
  }
}
