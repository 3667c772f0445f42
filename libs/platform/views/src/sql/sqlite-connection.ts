import type Database from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { LRUCache } from 'lru-cache';

const preparedStatements = 300;

/**
 * Kysely over one better-sqlite3 connection. Its own driver locks the connection around each query and for
 * the whole of a stream, so that an export would hold up every other reader; here a statement is one
 * uninterrupted call and needs no lock, and a stream reads through a connection of its own.
 */
export class SqliteConnection implements IdleConnection {
  private readonly statements = new LRUCache<string, Database.Statement>({ max: preparedStatements });

  /**
   * @param openAnother opens a second connection that reads the same database; undefined for one in memory
   * @param idle resolves when no transaction of others is open on this connection
   */
  constructor(
    private readonly database: Database.Database,
    private readonly openAnother: (() => Database.Database) | undefined,
    readonly idle: () => Promise<void>,
  ) {}

  prepare(sql: string): Database.Statement {
    const kept = this.statements.get(sql);
    if (kept && !kept.busy) return kept;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  executeQuery<Row>(query: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<Row>> {
    const statement = this.prepare(query.sql);
    const parameters = query.parameters.map(bindable);
    if (statement.reader) return Promise.resolve({ rows: statement.all(...parameters) as Row[] });
    const { changes } = statement.run(...parameters);
    return Promise.resolve({ rows: [], numAffectedRows: BigInt(changes) });
  }

  /** The rows as they stood when the first was read. Whoever stops half-way closes the connection by it. */
  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    const parameters = query.parameters.map(bindable);
    if (!this.openAnother) {
      yield await this.executeQuery<Row>(query);
      return;
    }
    const database = this.openAnother();
    try {
      for (const row of database.prepare(query.sql).iterate(...parameters)) yield { rows: [row as Row] };
    } finally {
      database.close();
    }
  }
}

/** SQLite has no booleans; 0 and 1 are stored for them. */
const bindable = (value: unknown): unknown => (typeof value === 'boolean' ? Number(value) : value);

/** What the driver needs of a connection. */
export interface IdleConnection extends DatabaseConnection {
  idle(): Promise<void>;
}

class SqliteDriver implements Driver {
  constructor(private readonly connection: IdleConnection) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.connection.idle();
    return this.connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(): Promise<void> {
    throw new Error('Several queries that have to see the same rows are asked in `ViewDatabase.snapshot`.');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  /** Who opened the connection closes it. */
  async destroy(): Promise<void> {}
}

export const kyselyOf = <Tables>(connection: IdleConnection): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new SqliteDriver(connection),
      createIntrospector: db => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
