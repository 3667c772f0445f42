import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { StoredValue } from '../sql/codec';

/** Rows that are put into one piece of the stream. */
const rowsInPiece = 200;

const special = /[\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * One value in the text format of COPY: `\N` for null, bytes in hexadecimal with their backslash escaped.
 * https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2
 */
function fieldOf(value: StoredValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return value.replace(special, character => escapes[character]!);
  if (typeof value === 'number') return String(value);
  return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
}

export const lineOf = (values: readonly StoredValue[]): string => `${values.map(fieldOf).join('\t')}\n`;

function* pieces(rows: readonly (readonly StoredValue[])[]): Generator<string> {
  for (let first = 0; first < rows.length; first += rowsInPiece) {
    yield rows
      .slice(first, first + rowsInPiece)
      .map(lineOf)
      .join('');
  }
}

/** Adds rows that are not there yet. */
export async function copyInto(
  client: ClientBase,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly StoredValue[])[],
): Promise<void> {
  const names = columns.map(column => `"${column}"`).join(', ');
  await pipeline(
    Readable.from(pieces(rows)),
    client.query(copyFrom(`copy "${table}" (${names}) from stdin`)),
  );
}
