import { EventStoreEventLog, readEventStoreUrl, type EventStoreOptions } from '@platform/event-log';

/** The ledger's log on a server, with little patience unless a test wants more. */
export function openLog(url: string, options: Partial<EventStoreOptions> = {}): Promise<EventStoreEventLog> {
  const address = readEventStoreUrl(url);
  if (typeof address === 'string') throw new Error(`The connection string ${address}`);
  return EventStoreEventLog.open({
    address,
    categories: ['participant'],
    patienceMs: 1_500,
    attempts: 2,
    watchMs: 100,
    ...options,
  });
}

/** Resolves when a condition holds; a test that waits in vain ends by its own time limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5));
}
