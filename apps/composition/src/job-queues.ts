import { BullMqJobQueue, type JobQueue, type QueueNotice } from '@platform/jobs';
import { defaultRedisPrefix, type Configuration } from './configuration';
import { systemRandom, type Clock, type Timers } from '@platform/kernel';

/** Steps of alerts wait for the log, and deliveries for nothing: many may run at once. */
export const jobsAtOnce = 32;

/**
 * The queue on Redis that is configured; undefined for the one in the process.
 * @throws QueueUnfit when Redis refuses the login or the database, or would throw jobs away
 */
export async function configuredQueue(
  { redisUrl, redisPrefix = defaultRedisPrefix }: Pick<Configuration, 'redisUrl' | 'redisPrefix'>,
  ports: { readonly clock: Clock; readonly timers: Timers },
  onNotice: (notice: QueueNotice) => void,
): Promise<JobQueue | undefined> {
  if (redisUrl === undefined) return undefined;
  const policy = { concurrency: jobsAtOnce };
  return BullMqJobQueue.open({
    url: redisUrl,
    prefix: redisPrefix,
    ...ports,
    random: systemRandom,
    policy,
    onNotice,
  });
}
