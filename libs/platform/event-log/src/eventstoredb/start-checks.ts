import type { EventStoreAddress } from './address';
import { readFailure, wireFailureOf } from './failures';
import type { LogClient } from './log-client';

/** A server that must not hold a ledger as it is. The message says what to do. */
export class EventStoreUnfit extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EventStoreUnfit';
  }
}

const oldestMajor = 21;

/**
 * What is looked at before a server is trusted: that it tells its version, and, where it knows who calls, that this
 * caller can neither delete a stream nor set an age at which events vanish. Both are asked for in earnest, of a stream
 * that does not exist at a revision that it has not, so that a server which would allow it changes nothing.
 * @throws EventStoreUnfit | LogUnavailable
 */
export async function checkServer(
  client: LogClient,
  address: EventStoreAddress,
  category: string,
): Promise<void> {
  const version = await client.serverVersion().catch(error => {
    throw readFailure(error);
  });
  const [, major = ''] = /^(\d+)\.\d+/.exec(version) ?? [];
  if (Number(major) < oldestMajor || major === '')
    throw new EventStoreUnfit(
      `The server at ${address.hosts} has the version "${version}"; run EventStoreDB 21.10 or later, or KurrentDB.`,
    );
  if (address.secure) await checkRights(client, address, `${category}-provision.probe`);
}

/** @throws EventStoreUnfit | LogUnavailable */
export async function checkRights(
  client: LogClient,
  { hosts }: EventStoreAddress,
  stream: string,
): Promise<void> {
  const attempts = [
    ['delete streams', () => client.tryDelete(stream)],
    ['write the metadata of streams', () => client.tryMetadata(stream)],
  ] as const;
  for (const [what, attempt] of attempts) {
    if (await isRefused(attempt)) continue;
    throw new EventStoreUnfit(
      `The server at ${hosts} lets this user ${what}, and so lose events. ` +
        'Run `ledger provision eventstore`, and use a user that is no administrator.',
    );
  }
  // The head is in $all, which is for administrators only unless it was provisioned.
  await client.readAll({ from: 'end', count: 1, backwards: true }).catch((error: unknown) => {
    if (wireFailureOf(error).kind !== 'refused') throw readFailure(error);
    throw new EventStoreUnfit(
      `The server at ${hosts} does not let this user read, or does not know the user. ` +
        'Check the user and the password, and run `ledger provision eventstore`.',
    );
  });
}

/** A server that would have done it complains of the revision instead. */
export async function isRefused(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    const { kind } = wireFailureOf(error);
    if (kind === 'refused') return true;
    if (kind === 'wrong revision' || kind === 'no such stream') return false;
    throw readFailure(error);
  }
}
