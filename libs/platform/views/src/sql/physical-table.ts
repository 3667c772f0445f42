import type { View, ViewTable } from '../view';
import { RowCodec, type StoredValue } from './codec';

/** One generation of a table: `screening_log__3`. Readers know only `screening_log`. */
export interface PhysicalTable {
  readonly name: string;
  readonly table: ViewTable;
  readonly codec: RowCodec;
}

export const validFrom = 'valid_from';
export const validTo = 'valid_to';

const suffix = /^(.+)__(\d+)$/;

export const tablesOf = (tables: readonly ViewTable[], generation: number): PhysicalTable[] =>
  tables.map(table => ({ name: `${table.name}__${generation}`, table, codec: new RowCodec(table) }));

/** The generation in a physical table's name; undefined for another table. */
export const generationOf = (name: string): number | undefined => {
  const found = suffix.exec(name);
  return found ? Number(found[2]) : undefined;
};

/** All columns, with those of the history. */
export const allColumns = ({ table, codec }: PhysicalTable): readonly string[] =>
  table.history ? [...codec.columns, validFrom, validTo] : codec.columns;

export type DynamicTables = Record<string, Record<string, StoredValue>>;

const identifier = /^[a-z][a-z0-9_]{0,47}$/;

/**
 * Finds what cannot work before a table is made of it.
 * @throws Error naming the view, the table and what is wrong with it
 */
export function checkViews(views: readonly View[]): void {
  const owners = new Map<string, string>();
  const names = new Set<string>();
  for (const view of views) {
    if (names.has(view.name)) throw new Error(`There are two views of the name "${view.name}".`);
    if (view.name.includes('/'))
      throw new Error(`The name of the view "${view.name}" holds "/", as those of partitions do.`);
    names.add(view.name);
    for (const table of view.tables) {
      const owner = owners.get(table.name);
      if (owner)
        throw new Error(`The table ${table.name} belongs to the views "${owner}" and "${view.name}".`);
      owners.set(table.name, view.name);
      const wrong = wrongIn(table);
      if (wrong) throw new Error(`The table ${table.name} of the view "${view.name}" ${wrong}.`);
    }
  }
}

function wrongIn(table: ViewTable): string | undefined {
  const columns = Object.keys(table.columns);
  const missing = [table.key, ...(table.indexes ?? [])].flat().find(column => !columns.includes(column));
  const badName = [table.name, ...columns].find(name => !identifier.test(name) || suffix.test(name));
  if (badName) return `has the name "${badName}", which is not lower_case or ends like a generation`;
  if (table.name.startsWith('view_'))
    return 'has a name that begins with view_, as the tables of the engine do';
  if (table.key.length === 0) return 'has no key';
  if (missing) return `has a key or an index over "${missing}", which is no column`;
  if (columns.includes(validFrom) || columns.includes(validTo)) return 'has a column that the history adds';
  return undefined;
}
