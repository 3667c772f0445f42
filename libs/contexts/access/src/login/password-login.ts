import { PrincipalUnknown, RateLimited } from '@platform/http';
import type { SecretStore } from '@platform/secrets';
import type { AccountState } from '../domain/account';
import type { FailedLogin } from '../domain/access-log';
import type { DayJournal } from '../journal/day-journal';
import type { AccountReader } from './account-reader';
import type { LoginAttempts } from './attempts';
import type { Passwords } from './passwords';
import type { Authenticated, AuthenticationMethod } from './sessions';
import type { SigningKeys } from './signing-keys';

export interface PasswordAttempt {
  readonly user: string;
  readonly password: string;
}

/** Local login. Unknown user, wrong password, locked account: one answer, and the same work behind it. */
export class PasswordLogin implements AuthenticationMethod<PasswordAttempt> {
  readonly method = 'password';

  constructor(
    private readonly accounts: AccountReader,
    private readonly credentials: SecretStore,
    private readonly passwords: Passwords,
    private readonly attempts: LoginAttempts,
    private readonly journal: DayJournal,
    private readonly keys: SigningKeys,
  ) {}

  async authenticate({ user, password }: PasswordAttempt, address: string): Promise<Authenticated> {
    // What was typed as a name may be a password, and does not stay in memory for a quarter of an hour.
    const name = this.keys.fingerprint(user);
    const blocked = await this.attempts.take(name, address);
    if (blocked) {
      // One entry tells of the flood; the flood itself must not fill the log.
      if (blocked.first) await this.failed(user, await this.accounts.stateOf(user), address, 'blocked');
      throw new RateLimited(blocked.retryAfterSeconds);
    }
    const account = await this.accounts.stateOf(user);
    const credential = account.status === 'active' ? account.password?.credential : undefined;
    const hash = credential && (await this.credentials.secretOf(credential));
    if (!(await this.passwords.matches(hash, password))) {
      await this.failed(user, account, address, 'refused');
      throw new PrincipalUnknown(
        'AUTH-LOGIN-FAILED',
        'The user or the password is wrong, or the account is locked.',
      );
    }
    await this.attempts.succeeded(name, address);
    return { user, account, method: this.method, credential };
  }

  private failed(
    user: string,
    { status }: AccountState,
    address: string,
    outcome: FailedLogin['outcome'],
  ): Promise<void> {
    const named = status === 'absent' ? { nameFingerprint: this.keys.fingerprint(user) } : { account: user };
    return this.journal.write({
      event: { type: 'LoginFailed', data: { method: this.method, outcome, ...named } },
      // Nobody has shown who they are; an account's own name would accuse its holder.
      actor: { user: 'anonymous', printedName: 'Not authenticated', role: 'none' },
      source: 'person',
      subject: status === 'absent' ? {} : { user },
      address,
    });
  }
}
