import type { Timers } from '@platform/kernel';
import type { EventStoreAddress } from './address';
import { AdminClient } from './admin-client';
import { readFailure, wireFailureOf } from './failures';
import { LogClient } from './log-client';
import { checkRights, EventStoreUnfit } from './start-checks';

export interface ProvisionReport {
  readonly user: string;
  readonly account: 'created' | 'password set' | 'unchanged';
  /** Default rights of all streams, in `$settings`. */
  readonly rights: 'set' | 'unchanged';
  /** The right to read the log as a whole. */
  readonly reading: 'set' | 'unchanged';
}

export interface ProvisionOptions {
  readonly admin: EventStoreAddress;
  /** Who the application connects as. */
  readonly application: EventStoreAddress;
  /** The category of the streams that the proof is tried with. */
  readonly category: string;
  readonly timers: Timers;
  readonly patienceMs?: number;
}

/** How often, and after which pause, it is looked whether the server has taken the new rights in. */
const looks = 10;
const pauseMs = 200;

/**
 * Sets a server up for the application: its user, who may read and append but neither delete nor write the metadata of
 * streams, where ages and truncations are set that lose events. Then proves it as that user. Doing it again changes
 * nothing. If we die on the way, doing it again completes the rest: each step looks at what is there.
 * @throws EventStoreUnfit | LogUnavailable
 */
export async function provisionEventStore(options: ProvisionOptions): Promise<ProvisionReport> {
  const { admin, application, timers, patienceMs = 5_000 } = options;
  const { username: user } = application.credentials;
  for (const { secure, hosts } of [admin, application]) {
    if (secure) continue;
    throw new EventStoreUnfit(
      `The server at ${hosts} is called without encryption, and then asks nobody who he is: ` +
        'whatever rights are set, everybody may delete. Run it with TLS, and take tls=false out.',
    );
  }
  if (user === admin.credentials.username)
    throw new EventStoreUnfit(
      'EVENTSTORE_URL names the administrator; name a user of the application there.',
    );
  const server = new AdminClient(admin, timers, patienceMs);
  const caller = new LogClient(application, timers, patienceMs);
  try {
    const created = await server.createUser(application);
    const rights = await server.setRights(user);
    const reading = await server.setReaders(user);
    const isKnown = created || (await mayRead(caller));
    if (!isKnown) await server.setPassword(application);
    await proveRights(caller, options);
    const account = created ? 'created' : isKnown ? 'unchanged' : 'password set';
    return { user, account, rights, reading };
  } finally {
    await Promise.all([server.close(), caller.close()]);
  }
}

async function mayRead(client: LogClient): Promise<boolean> {
  try {
    await client.readAll({ from: 'end', count: 1, backwards: true });
    return true;
  } catch (error) {
    if (wireFailureOf(error).kind === 'refused') return false;
    throw readFailure(error);
  }
}

async function proveRights(client: LogClient, options: ProvisionOptions): Promise<void> {
  const { application, category, timers } = options;
  for (let look = 1; ; look++) {
    try {
      return await checkRights(client, application, `${category}-provision.probe`);
    } catch (error) {
      if (!(error instanceof EventStoreUnfit) || look === looks) throw error;
      await new Promise<void>(resolve => timers.after(pauseMs, resolve));
    }
  }
}
