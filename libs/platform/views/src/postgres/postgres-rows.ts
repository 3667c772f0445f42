import type { ClientBase, QueryArrayConfig } from 'pg';
import type { ColumnType, Key } from '../view';
import type { StoredValue } from '../sql/codec';
import { allColumns, validFrom, validTo, type PhysicalTable } from '../sql/physical-table';
import type { Found, RowAccess, TableChanges } from '../sql/writer';
import type { Timed } from './address';
import { copyInto } from './copy-rows';
import { arrayType, asFailure } from './postgres-dialect';
import type { Lender } from './postgres-connection';

type Values = readonly StoredValue[];

/** Rows in one statement: what is sent is in memory two or three times. */
const rowsInOne = 2_000;
/** From so many rows on that are new in any case, copying them costs less than inserting them. */
const worthCopying = 100;

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly ColumnType[];
}

interface Statements {
  readonly find: Statement;
  readonly remove: Statement;
  readonly end: Statement;
  readonly insert: Statement;
}

/**
 * Rows of views in bulk: one statement for each kind of change, whose parameters are lists, one for each column. They
 * are prepared under names, once for each connection.
 */
export class PostgresRows implements RowAccess {
  constructor(private readonly lender: Lender) {}

  async find(table: PhysicalTable, keys: readonly Key[]): Promise<Found> {
    const found: (Values | undefined)[] = keys.map(() => undefined);
    const { find } = statementsOf(table);
    for (let from = 0; from < keys.length; from += rowsInOne) {
      const rows = await this.run(find, keys.slice(from, from + rowsInOne));
      for (const [place, ...values] of rows) found[from + Number(place) - 1] = values;
    }
    return found;
  }

  async write({ table, removals, upserts, endings, versions }: TableChanges): Promise<void> {
    const { remove, end, insert } = statementsOf(table);
    await this.runInParts(remove, removals);
    await this.runInParts(end, endings);
    await this.runInParts(insert, upserts);
    if (versions.length < worthCopying) return this.runInParts(insert, versions);
    await this.using(client => copyInto(client, table.name, allColumns(table), versions));
  }

  private async runInParts(statement: Statement, rows: readonly Values[]): Promise<void> {
    for (let from = 0; from < rows.length; from += rowsInOne) {
      await this.run(statement, rows.slice(from, from + rowsInOne));
    }
  }

  private run({ name, text, columns }: Statement, rows: readonly (Key | Values)[]): Promise<Values[]> {
    const values = columns.map((_, column) => rows.map(row => row[column]));
    const { answerMs } = this.lender;
    const query: Timed<QueryArrayConfig> = { name, text, values, rowMode: 'array', query_timeout: answerMs };
    return this.using(async client => (await client.query<StoredValue[]>(query)).rows);
  }

  private async using<Result>(work: (client: ClientBase) => Promise<Result>): Promise<Result> {
    try {
      const client = await this.lender.lend();
      let failure: unknown;
      try {
        return await work(client);
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        this.lender.giveBack(client, failure);
      }
    } catch (error) {
      throw asFailure(error);
    }
  }
}

const known = new WeakMap<PhysicalTable, Statements>();

function statementsOf(table: PhysicalTable): Statements {
  const made = known.get(table) ?? {
    find: findAll(table),
    remove: removeAll(table),
    end: endAll(table),
    insert: insertAll(table),
  };
  known.set(table, made);
  return made;
}

/** Names of columns and tables are checked before any table is made, and need no more than quotes. */
const quoted = (name: string): string => `"${name}"`;

const typesOf = ({ table }: PhysicalTable, columns: readonly string[]): ColumnType[] =>
  columns.map(column => table.columns[column] ?? 'position');

/** `unnest($1::text[], $2::bigint[])`: a row for each place of the lists. */
const lists = (types: readonly ColumnType[]): string =>
  `unnest(${types.map((type, index) => `$${index + 1}::${arrayType(type)}`).join(', ')})`;

const places = (count: number): string => Array.from({ length: count }, (_, index) => `v${index}`).join(', ');

const matching = (columns: readonly string[], first = 0): string =>
  columns.map((column, index) => `t.${quoted(column)} = k.v${index + first}`).join(' and ');

function findAll(table: PhysicalTable): Statement {
  const { key, history } = table.table;
  const columns = typesOf(table, key);
  const newest = history ? `order by t.${quoted(validFrom)} desc ` : '';
  const found = allColumns(table).map(quoted).join(', ');
  const text =
    `select k.place, found.* from ${lists(columns)} with ordinality as k(${places(key.length)}, place) ` +
    `cross join lateral (select ${found} from ${quoted(table.name)} as t ` +
    `where ${matching(key)} ${newest}limit 1) as found`;
  return { name: `find ${table.name}`, text, columns };
}

function removeAll(table: PhysicalTable): Statement {
  const { key } = table.table;
  const columns = typesOf(table, key);
  const text =
    `delete from ${quoted(table.name)} as t using ${lists(columns)} as k(${places(key.length)}) ` +
    `where ${matching(key)}`;
  return { name: `remove ${table.name}`, text, columns };
}

function endAll(table: PhysicalTable): Statement {
  const version = [...table.table.key, validFrom];
  const columns = typesOf(table, [validTo, ...version]);
  const text =
    `update ${quoted(table.name)} as t set ${quoted(validTo)} = k.v0 ` +
    `from ${lists(columns)} as k(${places(columns.length)}) where ${matching(version, 1)}`;
  return { name: `end ${table.name}`, text, columns };
}

function insertAll(table: PhysicalTable): Statement {
  const all = allColumns(table);
  const columns = typesOf(table, all);
  const insert = `insert into ${quoted(table.name)} (${all.map(quoted).join(', ')}) select * from ${lists(columns)}`;
  const text = table.table.history ? insert : `${insert} ${onKey(table)}`;
  return { name: `insert ${table.name}`, text, columns };
}

function onKey({ table, codec }: PhysicalTable): string {
  const key = table.key.map(quoted).join(', ');
  const others = codec.columns.filter(column => !table.key.includes(column)).map(quoted);
  if (others.length === 0) return `on conflict (${key}) do nothing`;
  return `on conflict (${key}) do update set ${others.map(name => `${name} = excluded.${name}`).join(', ')}`;
}
