import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readEventStoreUrl } from '@platform/event-log';
import { systemClock } from '@platform/kernel';
import { PostgresVault } from '@platform/secrets';
import type { Ports } from '../../../apps/composition/src/engines';
import { ownDatabase } from '../../support/postgresql/server';
import { Program } from '../../support/processes/program';
import { startRedis } from '../../support/redis';
import { newFolder, send } from '../../support/running-ledger';
import { EventStoreProcess } from '../../support/scale-out/event-store-process';
import { RunningTrial, trial } from '../../support/trial';

/** Where a ledger stands, and how the programs are told of it. */
export interface Engines {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: Ports;
  remove(): Promise<void>;
}

/** Files in the data folder, which all processes share. */
export const onFiles = (): Promise<Engines> =>
  Promise.resolve({ environment: {}, ports: {}, remove: () => Promise.resolve() });

/** The event log on the server of EVENTSTORE_URL, which is empty, or on the fake; views and secrets in PostgreSQL. */
export async function onServers(): Promise<Engines> {
  const fake = process.env.EVENTSTORE_URL ? undefined : await EventStoreProcess.start();
  const [database, redis] = [await ownDatabase(), await startRedis()];
  const url = process.env.EVENTSTORE_URL ?? fake?.url ?? '';
  const eventStore = readEventStoreUrl(url);
  if (typeof eventStore === 'string') throw new Error(`EVENTSTORE_URL ${eventStore}`);
  const vault = await PostgresVault.open({ url: database.url });
  return {
    environment: {
      ...{ EVENTSTORE_URL: url, VIEWS_URL: database.url, SECRETS_URL: database.url },
      ...{ REDIS_URL: redis.url },
    },
    ports: { eventStore, viewsUrl: database.url, vault },
    remove: async () => {
      await redis.remove();
      await database.remove();
      await fake?.stop();
    },
  };
}

/** Two hosts that only answer, and a worker, on a ledger with participants who have consented. */
export class ServedLedger {
  private constructor(
    readonly one: Program,
    readonly other: Program,
    readonly token: string,
    readonly participants: readonly string[],
    private readonly stopping: () => Promise<void>,
  ) {}

  static async start(engines: Engines, count: number): Promise<ServedLedger> {
    const folder = newFolder();
    const data = join(folder, 'data');
    const running = await RunningTrial.start(
      ['01'],
      { clock: systemClock, ...engines.ports },
      { folder: data },
    );
    const participants: string[] = [];
    for (let made = 0; made < count; made++) participants.push(await running.consentedAt('01'));
    const { signature } = await running.as({ role: 'coordinator', site: '01' });
    await running.ledger.settled();
    await running.ledger.leave();
    const environment = { LEDGER_DATA: data, LEDGER_ROLE: 'api', ...engines.environment };
    const [worker, one, other] = [
      await Program.start('worker', environment),
      await Program.start('api', environment),
      await Program.start('api', environment),
    ];
    const login = await send(`${one.url}/auth/login`, 'POST', { body: signature });
    const stopping = async (): Promise<void> => {
      for (const program of [one, other, worker]) await program.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    return new ServedLedger(one, other, login.body.accessToken as string, participants, stopping);
  }

  /** What somebody who writes asks for, on either host. */
  get list(): string {
    return `/trials/${trial}/participants?site=01&limit=1`;
  }

  stop(): Promise<void> {
    return this.stopping();
  }
}
