import { BullMqJobQueue, type JobQueue, type QueueNotice } from '@platform/jobs';
import { systemRandom, type Clock, type Timers } from '@platform/kernel';

/** Steps of alerts wait for the log, and deliveries for nothing: many may run at once. */
export const jobsAtOnce = 32;

/** What all keys of this product begin with: one ledger for each database of a Redis. */
const keyPrefix = 'trial-ledger';

/**
 * The queue on Redis that is configured; undefined for the one in the process.
 * @throws QueueUnfit when Redis refuses the login or the database, or would throw jobs away
 */
export async function configuredQueue(
  redisUrl: string | undefined,
  ports: { readonly clock: Clock; readonly timers: Timers },
  onNotice: (notice: QueueNotice) => void,
): Promise<JobQueue | undefined> {
  if (redisUrl === undefined) return undefined;
  const policy = { concurrency: jobsAtOnce };
  return BullMqJobQueue.open({
    url: redisUrl,
    prefix: keyPrefix,
    ...ports,
    random: systemRandom,
    policy,
    onNotice,
  });
}
