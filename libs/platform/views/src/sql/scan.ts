import { sql, type Kysely } from 'kysely';
import { giveWay } from '../follow/pauses';
import type { ViewTable } from '../view';
import { storedPosition, type StoredValue } from './codec';
import { validFrom, validTo, type DynamicTables } from './physical-table';

const rowsAtATime = 2_000;

/**
 * All rows of a table in the order of their keys, in pages, so that no scan holds the thread. With history
 * and a position: as the table stood when it had taken the events up to there and no more.
 */
export async function* scan(
  db: Kysely<unknown>,
  table: ViewTable,
  upTo?: bigint,
): AsyncGenerator<readonly StoredValue[]> {
  const columns = [...Object.keys(table.columns), ...(table.history ? [validFrom, validTo] : [])];
  const key = table.history ? [...table.key, validFrom] : table.key;
  const keyIndexes = key.map(column => columns.indexOf(column));
  const last = upTo === undefined ? undefined : storedPosition(upTo);
  let query = db
    .withTables<DynamicTables>()
    .selectFrom(table.name)
    .select(columns)
    .limit(rowsAtATime)
    .$if(last !== undefined && table.history === true, rows => rows.where(validFrom, '<=', last!));
  for (const column of key) query = query.orderBy(column);
  let after: readonly StoredValue[] | undefined;
  for (;;) {
    const rows = await (after === undefined ? query : query.where(isBehind(key, after))).execute();
    for (const row of rows) {
      const values = columns.map(column => row[column]!);
      if (table.history && last !== undefined) hideLaterEnd(values, last);
      yield values;
      after = values;
    }
    if (rows.length < rowsAtATime) return;
    after = keyIndexes.map(index => after![index]!);
    await giveWay();
  }
}

const isBehind = (key: readonly string[], values: readonly StoredValue[]) =>
  sql<boolean>`(${sql.join(key.map(column => sql.ref(column)))}) > (${sql.join([...values])})`;

/** A version that ended later still held then. */
function hideLaterEnd(values: StoredValue[], last: number): void {
  const end = values.length - 1;
  if (values[end] !== null && (values[end] as number) > last) values[end] = null;
}
