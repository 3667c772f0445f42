import { argon2id, hash, verify } from 'argon2';
import { InputInvalid } from '@platform/http';

/** OWASP's least for argon2id: 19 MiB, two passes, one lane. Hashes carry their own figures, so these may be raised. */
const cost = { type: argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const;

/** Hashes run on the four threads that files and signatures use as well; two are left to those. */
const maxAtOnce = 2;

/** Hashes and checks passwords, at most two at a time. */
export class Passwords {
  private readonly dummy = hash('no password has this hash', cost);
  private running = 0;
  private readonly queue: (() => void)[] = [];

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(typed(password), cost));
  }

  /** Takes the same time when there is no hash to compare with, so that the time tells nothing of who exists. */
  async matches(known: string | undefined, password: string): Promise<boolean> {
    const compared = known ?? (await this.dummy);
    const equal = await this.inTurn(() => verify(compared, typed(password)));
    return equal && known !== undefined;
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running >= maxAtOnce) await new Promise<void>(resolve => this.queue.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      // The turn passes to the next in line, or ends.
      const next = this.queue.shift();
      if (next) next();
      else this.running--;
    }
  }
}

/** The same keys give the same characters on every keyboard and system (NIST SP 800-63B 5.1.1.2). */
const typed = (password: string): string => password.normalize('NFKC');

const minLength = 12;
const maxLength = 128;
/** As a bound for requests, in UTF-16 units: what is longer is no password by any count. */
export const maxPasswordUnits = 4 * maxLength;

/**
 * Length is what counts; no rule of composition, no rule of age (NIST SP 800-63B 5.1.1).
 * @throws InputInvalid
 */
export function checkPassword(password: string, user: string): void {
  const length = Array.from(password).length;
  if (length < minLength || length > maxLength) {
    const message = `A password has ${minLength} to ${maxLength} characters.`;
    throw InputInvalid.of('password', 'AUTH-PASSWORD-LENGTH', message);
  }
  if (password.toLowerCase().includes(user.toLowerCase()) || new Set(password).size < 4) {
    const message = 'A password does not hold the account id, nor one character again and again.';
    throw InputInvalid.of('password', 'AUTH-PASSWORD-GUESSABLE', message);
  }
}
