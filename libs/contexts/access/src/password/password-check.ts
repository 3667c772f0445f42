import type { SecretStore } from '@platform/secrets';
import type { AccountState } from '../domain/account';
import type { AccountReader } from '../login/account-reader';
import type { Blocked, LoginAttempts } from '../login/attempts';
import type { Passwords } from '../login/passwords';
import type { SigningKeys } from '../login/signing-keys';

export interface PasswordAttempt {
  readonly user: string;
  readonly password: string;
}

export type PasswordOutcome =
  | { readonly is: 'right'; readonly account: AccountState; readonly credential: string | undefined }
  | { readonly is: 'wrong'; readonly account: AccountState }
  | ({ readonly is: 'blocked' } & Blocked);

/**
 * Whether a password is that of an active account. Logins and signatures count their failures together: one is no way
 * around the limit of the other. Unknown user, wrong password, locked account: one outcome, and the same work behind
 * it.
 */
export class PasswordCheck {
  readonly method = 'password';

  constructor(
    readonly accounts: AccountReader,
    private readonly credentials: SecretStore,
    private readonly passwords: Passwords,
    private readonly attempts: LoginAttempts,
    private readonly keys: SigningKeys,
  ) {}

  async check({ user, password }: PasswordAttempt, address: string): Promise<PasswordOutcome> {
    // What was typed as a name may be a password, and does not stay in memory for a quarter of an hour.
    const name = this.keys.fingerprint(user);
    const blocked = await this.attempts.take(name, address);
    if (blocked) return { is: 'blocked', ...blocked };
    const account = await this.accounts.stateOf(user);
    const credential = account.status === 'active' ? account.password?.credential : undefined;
    const hash = credential && (await this.credentials.secretOf(credential));
    if (!(await this.passwords.matches(hash, password))) return { is: 'wrong', account };
    await this.attempts.succeeded(name, address);
    return { is: 'right', account, credential };
  }
}
