import type { Redis } from 'ioredis';
import { defaultRedisPrefix, type Configuration } from './configuration';

/** How long a login waits for Redis before its host counts for itself, milliseconds. */
const patienceMs = 500;

/** Where all hosts of a ledger count failed logins together. */
export class LoginCounts {
  private constructor(
    readonly redis: Redis,
    readonly prefix: string,
  ) {}

  /** On the Redis that is configured; undefined when there is none. One that is away is no reason not to start. */
  static open({
    redisUrl,
    redisPrefix = defaultRedisPrefix,
  }: Pick<Configuration, 'redisUrl' | 'redisPrefix'>): LoginCounts | undefined {
    if (redisUrl === undefined) return undefined;
    const { Redis: Client } = require('ioredis') as typeof import('ioredis');
    const redis = new Client(redisUrl, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: patienceMs,
    });
    // The job queue, on the same Redis, tells of outages.
    redis.on('error', () => {});
    return new LoginCounts(redis, redisPrefix);
  }

  close(): void {
    this.redis.disconnect();
  }
}
