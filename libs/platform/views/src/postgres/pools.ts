import { Pool, type ClientBase, type PoolClient } from 'pg';
import { answerMs, clientConfig, type SessionSettings, type ViewsAddress } from './address';
import { isSilent, type Lender } from './postgres-connection';

/** How long a connection that nobody uses is kept. */
const idleMs = 30_000;

export function openPool(address: ViewsAddress, settings: SessionSettings, max: number): Pool {
  const pool = new Pool({ ...clientConfig(address, settings), max, idleTimeoutMillis: idleMs });
  // A connection that breaks while nobody uses it has left the pool already: the next query takes another one, and
  // says if there is none. Without this the process would end.
  pool.on('error', () => undefined);
  pool.on('connect', client => client.on('error', () => undefined));
  return pool;
}

export const poolLender = (pool: Pool, settings: SessionSettings): Lender => ({
  answerMs: answerMs(settings),
  lend: () => pool.connect(),
  giveBack: (client: ClientBase, failure?: unknown) => (client as PoolClient).release(isSilent(failure)),
});
