import { sql, type Kysely } from 'kysely';
import { allColumns, generationOf, validFrom, validTo } from './physical-table';
import type { DynamicTables, PhysicalTable } from './physical-table';
import type { MetaTables, ViewDialect, ViewTransaction } from './writer';

/**
 * The engine's own tables. All of it can be lost: it says how far the rows beside it have come, and nothing
 * else.
 */
export async function createMetaTables({ db }: ViewTransaction, dialect: ViewDialect): Promise<void> {
  const [text, integer] = [sql.raw(dialect.columnType('text')), sql.raw(dialect.columnType('position'))];
  const tables: Record<keyof MetaTables, readonly (readonly [column: string, type: typeof text])[]> = {
    view_checkpoint: [
      ['version', integer],
      ['shape', text],
      ['generation', integer],
      ['position', integer],
      ['event_hash', text],
      ['updated_at', integer],
    ],
    view_lease: [
      ['holder', text],
      ['token', integer],
      ['taken_at', integer],
      ['expires_at', integer],
    ],
    view_claim: [
      ['holder', text],
      ['token', integer],
      ['beat', integer],
    ],
    view_counter: [['value', integer]],
    view_reaction: [['position', integer]],
  };
  for (const [table, columns] of Object.entries(tables)) {
    const create = db.schema
      .createTable(table)
      .ifNotExists()
      .addColumn('name', text, column => column.primaryKey().notNull())
      .modifyEnd(sql.raw(dialect.tableOptions));
    await columns
      .reduce((builder, [name, type]) => builder.addColumn(name, type, column => column.notNull()), create)
      .execute();
  }
  // A file whose checkpoints do not say which tables they speak of: its views are computed once more.
  const known = (await db.introspection.getTables()).find(({ name }) => name === 'view_checkpoint');
  if (known?.columns.some(({ name }) => name === 'shape')) return;
  await db.schema
    .alterTable('view_checkpoint')
    .addColumn('shape', text, column => column.notNull().defaultTo(''))
    .execute();
}

/**
 * Makes the tables of a generation, with the index over the key only; the others are made once they are
 * filled.
 */
export async function createTables(
  { db }: ViewTransaction,
  dialect: ViewDialect,
  tables: readonly PhysicalTable[],
): Promise<void> {
  for (const { name, table } of tables) {
    const key = table.history ? [...table.key, validFrom] : [...table.key];
    let create = db.schema.createTable(name).modifyEnd(sql.raw(dialect.tableOptions));
    for (const [column, type] of Object.entries(table.columns)) {
      create = create.addColumn(column, sql.raw(dialect.columnType(type)), definition =>
        key.includes(column) ? definition.notNull() : definition,
      );
    }
    if (table.history) {
      const position = sql.raw(dialect.columnType('position'));
      create = create
        .addColumn(validFrom, position, definition => definition.notNull())
        .addColumn(validTo, position);
    }
    await create.addPrimaryKeyConstraint(`${name}_key`, key as never[]).execute();
  }
}

/**
 * Makes the declared indexes. In a table with history each of them ends in `valid_to`, which serves the
 * rows that hold now and those that held at a recent position alike; one more has the current rows alone,
 * each key once.
 */
export async function createIndexes({ db }: ViewTransaction, { name, table }: PhysicalTable): Promise<void> {
  for (const [index, columns] of (table.indexes ?? []).entries()) {
    await db.schema
      .createIndex(`${name}_by_${index + 1}`)
      .on(name)
      .columns(table.history ? [...columns, validTo] : [...columns])
      .execute();
  }
  if (!table.history) return;
  await db.schema
    .createIndex(`${name}_now`)
    .unique()
    .on(name)
    .columns([...table.key])
    .where(sql.ref(validTo), 'is', null)
    .execute();
}

/** Lets the logical names mean this generation, for every query that begins after the commit. */
export async function pointTo({ db }: ViewTransaction, tables: readonly PhysicalTable[]): Promise<void> {
  for (const table of tables) {
    await db.schema.dropView(table.table.name).ifExists().execute();
    const rows = dynamic(db)
      .selectFrom(table.name)
      .select([...allColumns(table)]);
    await db.schema.createView(table.table.name).as(rows).execute();
  }
}

/** Drops tables that no logical name means any more; one that still does, of a version before, goes with it. */
export async function dropTables(
  { db }: ViewTransaction,
  dialect: ViewDialect,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const drop = db.schema.dropTable(name).ifExists();
    await (dialect.dropsWithDependents ? drop.cascade() : drop).execute();
  }
}

/** Names of physical tables that no checkpoint speaks of: left behind by a rebuild that was interrupted. */
export async function orphanedTables({ db }: ViewTransaction): Promise<string[]> {
  const checkpoints = await db.selectFrom('view_checkpoint').select('generation').execute();
  const used = new Set(checkpoints.map(({ generation }) => generation));
  const tables = await db.introspection.getTables();
  return tables
    .filter(({ isView }) => !isView)
    .map(({ name }) => name)
    .filter(name => {
      const generation = generationOf(name);
      return generation !== undefined && !used.has(generation);
    });
}

const dynamic = (db: Kysely<MetaTables>): Kysely<DynamicTables> => db.withTables<DynamicTables>();
