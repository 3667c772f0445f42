import {
  EventStoreEventLog,
  SqliteEventLog,
  type EventLog,
  type EventStoreAddress,
} from '@platform/event-log';
import type { Random, Timers } from '@platform/kernel';

/** Of which categories the streams of all contexts are: those that a server's log is read for, and may be written. */
export const streamCategories = [
  'access',
  'account',
  'adverseEvent',
  'alert',
  'alerting',
  'contact',
  'deviation',
  'enrollment',
  'participant',
  'productRecalls',
  'reportingCase',
  'reportingRules',
  'signature',
  'site',
  'stopping',
  'treatment',
  'trial',
] as const;

/** Where the ledger of a process is. */
export interface LedgerPlace {
  /** Folder of the views and the keys, and of the event log unless that is on a server. */
  readonly dataFolder: string;
  readonly eventStore?: EventStoreAddress;
}

/**
 * The log that is configured: on a server, or the file in the data folder.
 * @throws EventStoreUnfit | NewerEventLog | LogUnavailable
 */
export async function openEventLog(
  { dataFolder, eventStore: address }: LedgerPlace,
  options: { readonly readCacheKiB?: number; readonly timers?: Timers; readonly random?: Random } = {},
): Promise<EventLog> {
  const { readCacheKiB, timers, random } = options;
  if (!address) return SqliteEventLog.open({ folder: dataFolder, readCacheKiB });
  return EventStoreEventLog.open({ address, categories: streamCategories, timers, random });
}
