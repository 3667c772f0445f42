import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryEventLog, readEventStoreUrl, type EventLog } from '@platform/event-log';
import type { RecordedEvent } from '@platform/kernel';
import type { Configuration } from '../../../apps/composition/src/configuration';
import { FakeEventStore } from '../fake-eventstore/server';
import type { FakeStore } from '../fake-eventstore/store';
import { ownDatabase, type OwnDatabase } from '../postgresql/server';
import { isScaleOut, templateName } from './mode';

/** Where a ledger stands besides its data folder. */
export type Place = Pick<Configuration, 'eventStore' | 'viewsUrl' | 'secretsUrl'>;

interface Servers {
  readonly log: FakeEventStore;
  readonly database: OwnDatabase;
  readonly place: Place;
}

/** By data folder: whoever opens one again finds the same log, the same views and the same secrets. */
const servers = new Map<string, Servers>();

/**
 * Where the ledger of a data folder stands: in the folder, or in scale-out mode on an event log server in this process
 * and in a PostgreSQL database that only this folder has.
 */
export async function placeOf(folder: string): Promise<Place> {
  if (!isScaleOut) return {};
  const known = servers.get(folder);
  return known ? known.place : serve(folder);
}

/** Removes a data folder, and what stands elsewhere for it. Its hosts have stopped. */
export async function removeLedger(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const known = servers.get(folder);
  servers.delete(folder);
  await known?.log.stop();
  await known?.database.remove();
}

/** A log that waits for no disk; in scale-out mode it is on a server, and does so anyway. */
export const logInMemory = (): { readonly log?: EventLog } =>
  isScaleOut ? {} : { log: new MemoryEventLog() };

/**
 * Makes a folder the place of a ledger whose log ends earlier than another one's, with nothing in its views yet, and
 * with the other's secrets.
 * @param events those that it has
 * @returns what its hosts are opened with
 */
export async function makeShorter(
  folder: string,
  from: string,
  events: readonly RecordedEvent[],
): Promise<{ readonly log?: EventLog }> {
  if (isScaleOut) {
    const { log, place } = servers.get(from)!;
    await serve(folder, { store: log.store.copyUpTo(events.at(-1)!.position), secretsUrl: place.secretsUrl });
    return {};
  }
  const log = new MemoryEventLog();
  for (const { position: _, ...event } of events) await log.append(event.stream, event.revision - 1, [event]);
  for (const file of ['signing-key.json', 'credentials.sqlite'])
    copyFileSync(join(from, file), join(folder, file));
  return { log };
}

/** All texts and bytes that stand where a ledger keeps the secrets of contact points. */
export async function keptSecrets(folder: string): Promise<string> {
  if (!isScaleOut) return readFileSync(join(folder, 'contact-secrets.sqlite'), 'latin1');
  const kept = await servers.get(folder)!.database.query('select * from ledger_secrets.secret');
  return JSON.stringify(kept);
}

async function serve(
  folder: string,
  { store, secretsUrl }: { readonly store?: FakeStore; readonly secretsUrl?: string } = {},
): Promise<Place> {
  const [log, database] = await Promise.all([FakeEventStore.start({ store }), ownDatabase(templateName())]);
  const eventStore = readEventStoreUrl(log.url());
  if (typeof eventStore === 'string') throw new Error(`The connection string ${eventStore}`);
  const place = { eventStore, viewsUrl: database.url, secretsUrl: secretsUrl ?? database.url };
  servers.set(folder, { log, database, place });
  return place;
}
