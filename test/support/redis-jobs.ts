import { setTimeout as pause } from 'node:timers/promises';
import { BullMqJobQueue, type Job, type JobFailure, type JobPolicy, type QueueNotice } from '@platform/jobs';
import { systemClock, systemRandom, systemTimers } from '@platform/kernel';

/** Quick to try again, so that a test in real time is short. */
export const quickPolicy: JobPolicy = {
  maxAttempts: 3,
  firstRetryMs: 20,
  longestRetryMs: 100,
  timeoutMs: 60_000,
  concurrency: 4,
};

export const job = (id: string, inMs = 0, kind = 'alert'): Job => ({
  id,
  kind,
  refs: { obligation: id },
  runAt: Date.now() + inMs,
});

export interface WatchedQueue {
  readonly queue: BullMqJobQueue;
  readonly notices: QueueNotice[];
  readonly failures: JobFailure[];
}

/** A queue in real time, with what it told of. */
export async function openQueue(
  url: string,
  prefix: string,
  policy: Partial<JobPolicy> = {},
): Promise<WatchedQueue> {
  const notices: QueueNotice[] = [];
  const failures: JobFailure[] = [];
  const queue = await BullMqJobQueue.open({
    url,
    prefix,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    policy: { ...quickPolicy, ...policy },
    silenceMs: 1_000,
    onFailure: failure => failures.push(failure),
    onNotice: notice => notices.push(notice),
  });
  return { queue, notices, failures };
}

/** Resolves when something is so; a test that waits for what never comes ends by its own time limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5);
}

/** A handler that notes its jobs, and does not come to its end before it may. */
export function gate() {
  const ran: string[] = [];
  let open = (): void => {};
  const opened = new Promise<void>(resolve => (open = resolve));
  const handler = async ({ id }: Job, { number }: { number: number }): Promise<void> => {
    ran.push(`${id}#${number}`);
    await opened;
  };
  return { ran, handler, open };
}
