import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface AttemptLimits {
  /** Failed logins to one account. */
  readonly perAccount: number;
  /** Failed logins from one address. */
  readonly perAddress: number;
  readonly windowSeconds: number;
}

export const defaultLimits: AttemptLimits = { perAccount: 10, perAddress: 100, windowSeconds: 15 * 60 };

export interface Blocked {
  readonly retryAfterSeconds: number;
  /** Whether this attempt is the first one over the limit. */
  readonly first: boolean;
}

/**
 * Counts failed attempts by account and by address, in the memory of one process. An attempt counts before its outcome
 * is known and is given back when it succeeds: many at once find the same limit as many in a row.
 */
export class LoginAttempts {
  private readonly accounts: RateLimiterMemory;
  private readonly addresses: RateLimiterMemory;

  constructor(limits: AttemptLimits = defaultLimits) {
    const { perAccount, perAddress, windowSeconds: duration } = limits;
    this.accounts = new RateLimiterMemory({ keyPrefix: 'account', points: perAccount, duration });
    this.addresses = new RateLimiterMemory({ keyPrefix: 'address', points: perAddress, duration });
  }

  /** Counts an attempt. @returns why it may not be made; undefined when it may */
  async take(account: string, address: string): Promise<Blocked | undefined> {
    const fromAddress = await taken(this.addresses, networkOf(address));
    return fromAddress ?? taken(this.accounts, account);
  }

  /** The attempt succeeded: the account starts anew, the address gets this attempt back. */
  async succeeded(account: string, address: string): Promise<void> {
    await Promise.all([this.accounts.delete(account), this.addresses.reward(networkOf(address), 1)]);
  }
}

async function taken(limiter: RateLimiterMemory, key: string): Promise<Blocked | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return {
      retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
      first: refused.consumedPoints === limiter.points + 1,
    };
  }
}

/** What one party holds: an IPv4 address, or the first 64 bits of an IPv6 one (RFC 6177). */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::', 2);
  const groups = head.split(':').filter(group => group !== '');
  const end = (tail ?? '').split(':').filter(group => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - end.length) }, () => '0');
  return [...groups, ...(tail === undefined ? [] : zeros), ...end].slice(0, 4).join(':');
}
