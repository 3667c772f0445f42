import { SignatureRefused, type SignatureCheck, type SigningAttempt } from '@platform/commands';
import { RateLimited } from '@platform/http';
import type { FailedSigning } from '../domain/access-log';
import { sitesNamedBy } from '../domain/policy';
import { actorOf } from '../journal/access-journal';
import type { DayJournal } from '../journal/day-journal';
import type { PasswordCheck } from './password-check';

/** The two components of every signature (21 CFR 11.200(a)(1)), as the envelope names them. */
const components = ['user-id', 'password'] as const;

/**
 * Signing by user id and password, both at each signing. A session's token is no component: whoever finds an unlocked
 * screen signs nothing. Nobody signs with another one's account, and a locked account signs nothing at all.
 */
export class PasswordSignatures implements SignatureCheck {
  constructor(
    private readonly passwords: PasswordCheck,
    private readonly journal: DayJournal,
  ) {}

  /** @throws SignatureRefused | RateLimited | LogUnavailable */
  async check(attempt: SigningAttempt): Promise<readonly string[]> {
    const { caller, components: shown, address = '' } = attempt;
    if (!shown) return this.refuse(attempt, 'nothingShown', 'SIGNATURE-MISSING', missing);
    // Another one's password is not looked at: the answer would tell whether it is the right one.
    if (shown.user !== caller.user) {
      return this.refuse(attempt, 'anotherUser', 'SIGNATURE-OWN-ACCOUNT', notOwn);
    }
    const outcome = await this.passwords.check(shown, address);
    switch (outcome.is) {
      case 'right':
        return components;
      case 'wrong':
        return this.refuse(attempt, 'credentials', 'SIGNATURE-CREDENTIALS', wrong);
      case 'blocked':
        if (outcome.first) await this.failed(attempt, 'blocked');
        throw new RateLimited(outcome.retryAfterSeconds);
    }
  }

  private async refuse(
    attempt: SigningAttempt,
    cause: FailedSigning['cause'],
    rule: string,
    message: string,
  ): Promise<never> {
    await this.failed(attempt, cause);
    throw new SignatureRefused(rule, message);
  }

  private failed(
    { caller, request, permission, target, address }: SigningAttempt,
    cause: FailedSigning['cause'],
  ): Promise<void> {
    const [site] = sitesNamedBy(target);
    const data = { request, permission, method: this.passwords.method, cause };
    return this.journal.write({
      event: { type: 'SigningRefused', data },
      actor: actorOf(caller, 'none', site),
      source: 'person',
      subject: target,
      address,
    });
  }
}

const missing = 'This has to be signed: show your user id and password again, as "signature".';
const notOwn = 'A signature is given with the account that is logged in, and with no other.';
const wrong = 'The password is wrong, or the account is locked. Nothing was signed.';
