import {
  HandleEmptyInListsPlugin,
  Kysely,
  replaceWithNoncontingentExpression,
  PostgresAdapter,
  PostgresQueryCompiler,
  sql,
  type ColumnMetadata,
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type DatabaseMetadata,
  type Driver,
  type QueryResult,
  type SchemaMetadata,
  type TableMetadata,
} from 'kysely';
import type { ClientBase } from 'pg';
import Cursor from 'pg-cursor';
import { asFailure } from './postgres-dialect';

/** Lends connections. */
export interface Lender {
  /** How long an answer is waited for, milliseconds. */
  readonly answerMs: number;
  lend(): Promise<ClientBase>;
  /** @param failure what its last statement failed with: one that has gone silent is not used again */
  giveBack(client: ClientBase, failure?: unknown): void;
}

/** Whether the other end did not answer in time, so that nobody knows what the connection is at. */
export const isSilent = (failure: unknown): boolean => {
  const { message, cause } = (failure ?? {}) as { readonly message?: unknown; readonly cause?: unknown };
  return message === 'Query read timeout' || (cause !== undefined && isSilent(cause));
};

export const onlyOne = (client: ClientBase, answerMs: number): Lender => ({
  answerMs,
  lend: async () => client,
  giveBack: () => undefined,
});

class PostgresConnection implements DatabaseConnection {
  failure: unknown;

  constructor(
    readonly client: ClientBase,
    private readonly answerMs: number,
  ) {}

  async executeQuery<Row>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const query = { text, values: parameters.map(bindable), query_timeout: this.answerMs };
      const { rows, rowCount } = await this.client.query(query);
      return { rows: (rows ?? []) as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
    } catch (error) {
      this.failure = error;
      throw asFailure(error);
    }
  }

  /** The rows as they stood when the first was read. Whoever stops half-way closes the cursor by it. */
  async *streamQuery<Row>(
    { sql: text, parameters }: CompiledQuery,
    chunk = 100,
  ): AsyncGenerator<QueryResult<Row>> {
    const cursor = this.client.query(new Cursor<Row>(text, parameters.map(bindable)));
    try {
      for (;;) {
        const rows = await cursor.read(chunk);
        if (rows.length === 0) return;
        yield { rows };
      }
    } catch (error) {
      this.failure = error;
      throw asFailure(error);
    } finally {
      await cursor.close();
    }
  }
}

/** Booleans are stored as 0 and 1, as in every dialect. */
const bindable = (value: unknown): unknown => (typeof value === 'boolean' ? Number(value) : value);

class PostgresDriver implements Driver {
  constructor(private readonly lender: Lender) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return new PostgresConnection(await this.lender.lend(), this.lender.answerMs);
    } catch (error) {
      throw asFailure(error);
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const { client, failure } = connection as PostgresConnection;
    this.lender.giveBack(client, failure);
  }

  async beginTransaction(): Promise<void> {
    throw new Error('Several queries that have to see the same rows are asked in `ViewDatabase.snapshot`.');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  /** Who opened the connections closes them. */
  async destroy(): Promise<void> {}
}

interface ColumnFound {
  readonly table: string;
  readonly is_view: boolean;
  readonly column: string;
  readonly type: string;
  readonly is_nullable: boolean;
  readonly has_default: boolean;
}

/**
 * Knows the tables of one schema only: Kysely's own looks at all of them, and fails when somebody drops another one
 * meanwhile.
 */
class SchemaIntrospector implements DatabaseIntrospector {
  constructor(
    private readonly db: Kysely<unknown>,
    private readonly schema: string,
  ) {}

  async getSchemas(): Promise<SchemaMetadata[]> {
    return [{ name: this.schema }];
  }

  async getTables(): Promise<TableMetadata[]> {
    const { rows } = await sql<ColumnFound>`
      select c.relname as table, c.relkind = 'v' as is_view, a.attname as column, t.typname as type,
        not a.attnotnull as is_nullable, a.atthasdef as has_default
      from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type t on t.oid = a.atttypid
      where n.nspname = ${this.schema} and c.relkind in ('r', 'v')
      order by c.relname, a.attnum`.execute(this.db);
    const tables = new Map<string, TableMetadata & { readonly columns: ColumnMetadata[] }>();
    for (const { table: name, is_view: isView, column, type, is_nullable, has_default } of rows) {
      const table = tables.get(name) ?? { name, isView, schema: this.schema, columns: [] };
      tables.set(name, table);
      table.columns.push({
        name: column,
        dataType: type,
        isNullable: is_nullable,
        hasDefaultValue: has_default,
        isAutoIncrementing: false,
      });
    }
    return [...tables.values()];
  }

  async getMetadata(): Promise<DatabaseMetadata> {
    return { tables: await this.getTables() };
  }
}

export const kyselyOver = <Tables>(lender: Lender, schema: string): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PostgresDriver(lender),
      createIntrospector: db => new SchemaIntrospector(db as Kysely<unknown>, schema),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    // A caller who may see no site: SQLite takes an empty list, PostgreSQL none.
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
  });
