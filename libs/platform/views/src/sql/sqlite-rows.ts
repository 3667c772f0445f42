import type Database from 'better-sqlite3';
import { sql, type Kysely } from 'kysely';
import type { Key } from '../view';
import type { StoredValue } from './codec';
import { allColumns, validFrom, validTo, type DynamicTables, type PhysicalTable } from './physical-table';
import type { Found, RowAccess, TableChanges } from './writer';

type Values = readonly StoredValue[];

/** Rows in one insert: a third faster than one by one; more gains nothing. */
const rowsInOne = 10;

interface Statements {
  readonly find: Database.Statement;
  readonly insert: Database.Statement;
  readonly insertMany: Database.Statement;
  readonly remove: Database.Statement;
  readonly end: Database.Statement | undefined;
}

/** Prepared once for each table, and run for each row: the hot path of every fold. */
export class SqliteRows implements RowAccess {
  private readonly prepared = new WeakMap<PhysicalTable, Statements>();
  private readonly db: Kysely<DynamicTables>;

  constructor(
    private readonly database: Database.Database,
    db: Kysely<unknown>,
  ) {
    this.db = db.withTables<DynamicTables>();
  }

  find(table: PhysicalTable, keys: readonly Key[]): Found {
    const { find } = this.statementsOf(table);
    return keys.map(key => find.get(...key) as Values | undefined);
  }

  write({ table, removals, upserts, endings, versions }: TableChanges): void {
    const { remove, end, insert, insertMany } = this.statementsOf(table);
    for (const key of removals) remove.run(key);
    for (const ending of endings) end?.run(ending);
    for (const rows of [upserts, versions]) insertAll(rows, insert, insertMany);
  }

  private statementsOf(table: PhysicalTable): Statements {
    const known = this.prepared.get(table);
    if (known) return known;
    const prepare = (query: { readonly sql: string }) => this.database.prepare(query.sql);
    const statements = {
      find: prepare(this.findOne(table)).raw(),
      insert: prepare(this.insertRows(table, 1)),
      insertMany: prepare(this.insertRows(table, rowsInOne)),
      remove: prepare(this.removeOne(table)),
      end: table.table.history ? prepare(this.endVersion(table)) : undefined,
    };
    this.prepared.set(table, statements);
    return statements;
  }

  private findOne(table: PhysicalTable) {
    const select = this.db.selectFrom(table.name).select([...allColumns(table)]);
    const byKey = table.table.key.reduce((query, column) => query.where(column, '=', ''), select);
    return (table.table.history ? byKey.orderBy(validFrom, 'desc').limit(sql.lit(1)) : byKey).compile();
  }

  private insertRows(table: PhysicalTable, count: number) {
    const row = Object.fromEntries(allColumns(table).map(column => [column, '']));
    const insert = this.db.insertInto(table.name).values(Array.from({ length: count }, () => row));
    if (table.table.history) return insert.compile();
    const others = table.codec.columns.filter(column => !table.table.key.includes(column));
    return insert
      .onConflict(conflict => {
        const onKey = conflict.columns([...table.table.key]);
        if (others.length === 0) return onKey.doNothing();
        return onKey.doUpdateSet(eb =>
          Object.fromEntries(others.map(column => [column, eb.ref(`excluded.${column}`)])),
        );
      })
      .compile();
  }

  private removeOne(table: PhysicalTable) {
    const remove = this.db.deleteFrom(table.name);
    return table.table.key.reduce((query, column) => query.where(column, '=', ''), remove).compile();
  }

  private endVersion(table: PhysicalTable) {
    const end = this.db.updateTable(table.name).set({ [validTo]: 0 });
    const version = [...table.table.key, validFrom];
    return version.reduce((query, column) => query.where(column, '=', ''), end).compile();
  }
}

function insertAll(rows: readonly Values[], one: Database.Statement, many: Database.Statement): void {
  const inMany = rows.length - (rows.length % rowsInOne);
  for (let from = 0; from < inMany; from += rowsInOne) {
    many.run(rows.slice(from, from + rowsInOne).flat());
  }
  for (let index = inMany; index < rows.length; index++) one.run(rows[index]);
}
