import { sql, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely';
import { storedPosition } from './sql/codec';
import { validFrom, validTo } from './sql/physical-table';

/**
 * For the `where` of a query over a table with history: the versions that held at a position, or without
 * one those that hold now. With a join, name the table: `query.where(holdsAt(position, 'site_list'))`.
 *
 * A position that the view has not reached yet answers as the view stands; whoever asks has waited for it
 * before.
 */
export function holdsAt(position?: bigint, table?: string): RawBuilder<SqlBool> {
  const column = (name: string) => sql.ref(table === undefined ? name : `${table}.${name}`);
  if (position === undefined) return sql<SqlBool>`${column(validTo)} is null`;
  const at = sql.val(storedPosition(position));
  const [from, to] = [column(validFrom), column(validTo)];
  return sql<SqlBool>`(${from} <= ${at} and (${to} is null or ${to} > ${at}))`;
}

/** A query over a table with history, as of a position or, without one, now. */
export const asOf = <DB, Tables extends keyof DB, Selected>(
  query: SelectQueryBuilder<DB, Tables, Selected>,
  position?: bigint,
  table?: string,
): SelectQueryBuilder<DB, Tables, Selected> => query.where(holdsAt(position, table));
