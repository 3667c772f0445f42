import type { Kysely } from 'kysely';
import type { ClientBase, Pool, QueryConfig } from 'pg';
import type { PhysicalTable } from '../sql/physical-table';
import { Turns } from '../sql/turns';
import {
  ReadersInTheWay,
  ViewsBusy,
  type MetaTables,
  type RowAccess,
  type TransactionOptions,
  type ViewTransaction,
  type ViewWriter,
} from '../sql/writer';
import { answerMs, type SessionSettings, type Timed } from './address';
import { namesLock, writersLock } from './locks';
import { isSilent, kyselyOver, onlyOne } from './postgres-connection';
import { asFailure, codeOf, lockTimeout, postgresDialect } from './postgres-dialect';
import { PostgresRows } from './postgres-rows';
import { poolLender } from './pools';

/** How long a transaction waits for another one's lock. */
const patienceMs = 30_000;
/**
 * How long who renames waits for readers, whom it holds up meanwhile. Shorter than PostgreSQL's own `deadlock_timeout`
 * of a second: who renames gives way, and no reader fails.
 */
const renamePatienceMs = 250;

export class PostgresWriter implements ViewWriter {
  readonly dialect = postgresDialect;
  readonly db: Kysely<MetaTables>;
  readonly rows: RowAccess;
  /** One connection of the pool is left for what is found while a transaction is open. */
  private readonly turns = new Turns();

  constructor(
    private readonly pool: Pool,
    private readonly schema: string,
    private readonly settings: SessionSettings,
  ) {
    const lender = poolLender(pool, settings);
    this.db = kyselyOver<MetaTables>(lender, schema);
    this.rows = new PostgresRows(lender);
  }

  transaction<Result>(
    work: (within: ViewTransaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    return this.turns.take(async () => {
      const client = await this.pool.connect().catch((error: unknown) => {
        throw asFailure(error);
      });
      let broken = true;
      try {
        await this.begin(client, options);
        const lender = onlyOne(client, answerMs(this.settings));
        const db = kyselyOver<MetaTables>(lender, this.schema);
        const result = await work({ db, rows: new PostgresRows(lender) });
        // Whoever waits for a position hears of the commit, and of nothing that is rolled back.
        await this.run(client, `notify "${this.schema}"; commit`);
        broken = false;
        return result;
      } catch (error) {
        broken = isSilent(error) || !(await rolledBack(client));
        throw asFailure(error);
      } finally {
        client.release(broken);
      }
    });
  }

  private async begin(client: ClientBase, { shared = false, renames }: TransactionOptions): Promise<void> {
    await this.run(client, `begin; set local lock_timeout = ${patienceMs}`);
    if (shared) return;
    await this.lock(client, [`select pg_advisory_xact_lock(${writersLock(this.schema)})`], ViewsBusy);
    if (renames) await this.beginRenaming(client, renames);
  }

  /**
   * Everything that others may hold is taken before anything is done, so that a new attempt costs nothing: snapshots,
   * commits of pages, and statements that read (a lock on a view is one on its tables as well).
   */
  private async beginRenaming(client: ClientBase, names: readonly string[]): Promise<void> {
    const { rows } = await client.query<{ name: string }>(
      'select relname as name from pg_class where relnamespace = $1::regnamespace and relname = any($2) ' +
        "and relkind = 'v' order by relname",
      [this.schema, names],
    );
    const locks = [
      `set local lock_timeout = ${renamePatienceMs}`,
      `select pg_advisory_xact_lock(${namesLock(this.schema)})`,
      'select 1 from view_checkpoint order by name for update',
      ...rows.map(({ name }) => `lock table "${name}" in access exclusive mode`),
      `set local lock_timeout = ${patienceMs}`,
    ];
    await this.lock(client, locks, ReadersInTheWay);
  }

  private async lock(client: ClientBase, statements: readonly string[], Held: Busy): Promise<void> {
    try {
      for (const statement of statements) await this.run(client, statement);
    } catch (cause) {
      throw codeOf(cause) === lockTimeout ? new Held({ cause }) : cause;
    }
  }

  private async run(client: ClientBase, text: string): Promise<void> {
    const statement: Timed<QueryConfig> = { text, query_timeout: answerMs(this.settings) };
    await client.query(statement);
  }

  async analyze(tables: readonly Pick<PhysicalTable, 'name'>[]): Promise<void> {
    try {
      for (const { name } of tables) await this.pool.query(`analyze "${name}"`);
    } catch (error) {
      throw asFailure(error);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

type Busy = new (options: ErrorOptions) => Error;

/** False when the connection is gone, and the transaction with it. */
const rolledBack = (client: ClientBase): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  );
