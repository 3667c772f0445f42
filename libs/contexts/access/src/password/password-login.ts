import { PrincipalUnknown, RateLimited } from '@platform/http';
import type { AccountState } from '../domain/account';
import type { FailedLogin } from '../domain/access-log';
import type { DayJournal } from '../journal/day-journal';
import type { PasswordAttempt, PasswordCheck } from './password-check';
import type { Authenticated, AuthenticationMethod } from '../login/sessions';
import type { SigningKeys } from '../login/signing-keys';

/** Local login. Whatever is wrong, the answer is one. */
export class PasswordLogin implements AuthenticationMethod<PasswordAttempt> {
  constructor(
    private readonly passwords: PasswordCheck,
    private readonly journal: DayJournal,
    private readonly keys: SigningKeys,
  ) {}

  get method(): string {
    return this.passwords.method;
  }

  async authenticate(attempt: PasswordAttempt, address: string): Promise<Authenticated> {
    const { user } = attempt;
    const outcome = await this.passwords.check(attempt, address);
    if (outcome.is === 'blocked') {
      // One entry tells of the flood; the flood itself must not fill the log.
      if (outcome.first) {
        await this.failed(user, await this.passwords.accounts.stateOf(user), address, 'blocked');
      }
      throw new RateLimited(outcome.retryAfterSeconds);
    }
    if (outcome.is === 'wrong') {
      await this.failed(user, outcome.account, address, 'refused');
      throw new PrincipalUnknown(
        'AUTH-LOGIN-FAILED',
        'The user or the password is wrong, or the account is locked.',
      );
    }
    const { account, credential } = outcome;
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
