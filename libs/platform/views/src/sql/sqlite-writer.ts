import type Database from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { pause } from '../follow/pauses';
import type { ColumnType } from '../view';
import type { PhysicalTable } from './physical-table';
import { kyselyOf, SqliteConnection } from './sqlite-connection';
import { SqliteRows } from './sqlite-rows';
import { Turns } from './turns';
import { ViewsBusy } from './writer';
import type { MetaTables, RowAccess, ViewDialect, ViewTransaction, ViewWriter } from './writer';

/** How long a transaction waits for another writer's. Building an index over a large table takes seconds. */
const patienceMs = 30_000;
const longestPauseMs = 20;
/** Rows that the planner's statistics are drawn from, for each index. */
const analysedRows = 1_000;

const columnTypes: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'integer',
  real: 'real',
  boolean: 'integer',
  json: 'text',
  position: 'integer',
  blob: 'blob',
};

/** Errors of the storage, by the prefix of SQLite's code: the statement was right, and may work later. */
const outages = ['BUSY', 'LOCKED', 'FULL', 'IOERR', 'READONLY', 'CANTOPEN', 'NOMEM', 'INTERRUPT', 'PROTOCOL'];

const codeOf = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

export const sqliteDialect: ViewDialect = {
  columnType: type => columnTypes[type],
  // Strict: a number in a text column is an error here, as it is in PostgreSQL.
  tableOptions: 'strict',
  dropsWithDependents: false,
  isOutage: error => outages.some(code => codeOf(error).startsWith(`SQLITE_${code}`)),
};

export class SqliteWriter implements ViewWriter {
  readonly dialect = sqliteDialect;
  readonly db: Kysely<MetaTables>;
  readonly rows: RowAccess;
  private readonly turns = new Turns();

  readonly connection: SqliteConnection;

  constructor(private readonly database: Database.Database) {
    this.connection = new SqliteConnection(database, undefined, async () => undefined);
    this.db = kyselyOf<MetaTables>(this.connection);
    this.rows = new SqliteRows(database, this.db as Kysely<unknown>);
  }

  transaction<Result>(work: (within: ViewTransaction) => Promise<Result>): Promise<Result> {
    return this.turns.take(async () => {
      await this.begin();
      try {
        const result = await work(this);
        this.database.exec('commit');
        return result;
      } catch (error) {
        // A full disk has rolled back already.
        if (this.database.inTransaction) this.database.exec('rollback');
        throw error;
      }
    });
  }

  /** Resolves when no transaction is open on this connection: what another user of it has to wait for. */
  idle(): Promise<void> {
    return this.turns.idle();
  }

  /**
   * SQLite's own waiting would block the thread, and with it every request: here it is a pause between
   * attempts.
   */
  private async begin(): Promise<void> {
    const attempts = patienceMs / longestPauseMs;
    for (let attempt = 1; ; attempt++) {
      try {
        this.database.exec('begin immediate');
        return;
      } catch (error) {
        if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error;
        if (attempt >= attempts) throw new ViewsBusy({ cause: error });
      }
      await pause(Math.min(attempt, longestPauseMs));
    }
  }

  async analyze(tables: readonly Pick<PhysicalTable, 'name'>[]): Promise<void> {
    this.database.pragma(`analysis_limit = ${analysedRows}`);
    for (const { name } of tables) this.database.exec(`analyze "${name}"`);
  }

  async close(): Promise<void> {
    this.database.close();
  }
}
