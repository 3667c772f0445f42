import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';

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

/** A Redis in which all hosts of a ledger count together. */
export interface SharedCounts {
  /** A client of ioredis that fails rather than waits. */
  readonly redis: unknown;
  /** What the keys begin with. */
  readonly prefix: string;
  /** A keyed fingerprint: who reads the keys learns no address of anybody. */
  readonly fingerprint: (text: string) => string;
}

/**
 * Counts failed attempts by account and by address, in the memory of one process, or of all hosts together in Redis;
 * while that is away each host counts for itself. An attempt counts before its outcome is known and is given back when
 * it succeeds: many at once find the same limit as many in a row.
 */
export class LoginAttempts {
  private readonly accounts: RateLimiterAbstract;
  private readonly addresses: RateLimiterAbstract;

  constructor(
    limits: AttemptLimits = defaultLimits,
    private readonly shared?: SharedCounts,
  ) {
    const { perAccount, perAddress, windowSeconds } = limits;
    this.accounts = countedBy('account', perAccount, windowSeconds, shared);
    this.addresses = countedBy('address', perAddress, windowSeconds, shared);
  }

  /** Counts an attempt. @returns why it may not be made; undefined when it may */
  async take(account: string, address: string): Promise<Blocked | undefined> {
    const fromAddress = await taken(this.addresses, this.placeOf(address));
    return fromAddress ?? taken(this.accounts, account);
  }

  /** The attempt succeeded: the account starts anew, the address gets this attempt back. */
  async succeeded(account: string, address: string): Promise<void> {
    await Promise.all([this.accounts.delete(account), this.addresses.reward(this.placeOf(address), 1)]);
  }

  private placeOf(address: string): string {
    const network = networkOf(address);
    return this.shared?.fingerprint(network) ?? network;
  }
}

function countedBy(
  what: string,
  points: number,
  duration: number,
  shared: SharedCounts | undefined,
): RateLimiterAbstract {
  const alone = new RateLimiterMemory({ keyPrefix: what, points, duration });
  if (!shared) return alone;
  return new RateLimiterRedis({
    storeClient: shared.redis,
    keyPrefix: `${shared.prefix}:login:${what}`,
    ...{ points, duration },
    // A Redis that does not answer must neither let anybody guess nor keep anybody out.
    insuranceLimiter: alone,
    rejectIfRedisNotReady: true,
  });
}

async function taken(limiter: RateLimiterAbstract, key: string): Promise<Blocked | undefined> {
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
