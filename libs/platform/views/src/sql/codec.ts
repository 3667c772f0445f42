import type { ColumnType, Key, Row, ViewTable } from '../view';

/** A value as the database holds it: the same in every dialect, so that one query runs on all of them. */
export type StoredValue = string | number | null | Uint8Array;

/** `boolean` is 0 or 1, `position` a number, `json` its text. */
type Stored<Type extends ColumnType> = Type extends 'text' | 'json'
  ? string
  : Type extends 'blob'
    ? Uint8Array
    : number;

type Plain<Type extends ColumnType> = Type extends 'text'
  ? string
  : Type extends 'integer' | 'real'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'position'
        ? bigint
        : Type extends 'blob'
          ? Uint8Array
          : unknown;

type Nullable<Table extends ViewTable, Column, Value> = Column extends Table['key'][number]
  ? Value
  : Value | null;

/** The columns that the engine adds to a table with history. */
export interface Validity {
  /** First position at which the version holds. */
  readonly valid_from: number;
  /** First position at which it no longer holds; null while it does. */
  readonly valid_to: number | null;
}

/** A row as a query returns it. */
export type StoredRow<Table extends ViewTable> = {
  readonly [Column in keyof Table['columns']]: Nullable<Table, Column, Stored<Table['columns'][Column]>>;
} & (Table['history'] extends true ? Validity : unknown);

/** The tables of a view, for `views.reader<TablesOf<typeof tables>>()`; wants `tables` to be `as const`. */
export type TablesOf<Tables extends readonly ViewTable[]> = {
  readonly [Name in Tables[number]['name']]: StoredRow<Extract<Tables[number], { readonly name: Name }>>;
};

/** Some columns of a row, as the folds see them. */
export type DecodedRow<Table extends ViewTable, Selected> = {
  readonly [Column in keyof Selected]: Column extends keyof Table['columns']
    ? Nullable<Table, Column, Plain<Table['columns'][Column]>>
    : Selected[Column];
};

/**
 * Turns what a query returned of a table into plain values; columns that it does not have stay as they are.
 */
export function decodeRow<Table extends ViewTable, Selected extends object>(
  table: Table,
  row: Selected,
): DecodedRow<Table, Selected> {
  const decoded = Object.entries(row).map(([column, value]) => {
    const type = table.columns[column];
    return [column, type ? decode(type, value as StoredValue) : value];
  });
  return Object.fromEntries(decoded) as DecodedRow<Table, Selected>;
}

/**
 * A text as every engine can hold it: PostgreSQL has no NUL, which nobody can read either. Input from outside is
 * refused for it; this is for what comes in another way.
 */
export const storedText = (text: string): string =>
  text.includes('\u0000') ? text.replaceAll('\u0000', '\ufffd') : text;

/** A key as the database is asked for it. */
export const storedKey = (key: Key): Key =>
  key.map(part => (typeof part === 'string' ? storedText(part) : part));

/** A part of a key as it stands in the database. */
export function storedPart(part: Key[number]): StoredValue {
  if (typeof part === 'bigint') return storedPosition(part);
  return typeof part === 'string' ? storedText(part) : part;
}

/** A position as a number. @throws RangeError beyond 2^53, where a number is no longer exact */
export function storedPosition(position: bigint): number {
  const stored = Number(position);
  if (Number.isSafeInteger(stored)) return stored;
  throw new RangeError(`Views hold positions up to 2^53, and ${position} lies beyond.`);
}

function decode(type: ColumnType, value: StoredValue): unknown {
  if (value === null) return null;
  switch (type) {
    case 'boolean':
      return value !== 0;
    case 'position':
      return BigInt(value as number);
    case 'json':
      return JSON.parse(value as string);
    case 'blob':
      return new Uint8Array(value as Uint8Array);
    case 'text':
    case 'integer':
    case 'real':
      return value;
  }
}

/** The stored form; undefined for a value that the column's type does not have. */
function encode(type: ColumnType, value: unknown): StoredValue | undefined {
  if (value === null) return null;
  switch (type) {
    case 'text':
      return typeof value === 'string' ? storedText(value) : undefined;
    case 'integer':
      return Number.isSafeInteger(value) ? (value as number) : undefined;
    case 'real':
      return Number.isFinite(value) ? (value as number) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : undefined;
    case 'position':
      return typeof value === 'bigint' ? storedPosition(value) : undefined;
    case 'json':
      return JSON.stringify(value);
    case 'blob':
      return value instanceof Uint8Array ? value : undefined;
  }
}

/** Rows of one table on their way in and out, as lists of values in the order of its columns. */
export class RowCodec {
  readonly columns: readonly string[];
  private readonly types: readonly ColumnType[];
  private readonly known: ReadonlySet<string>;
  private readonly keyIndexes: readonly number[];

  constructor(readonly table: ViewTable) {
    this.columns = Object.keys(table.columns);
    this.types = Object.values(table.columns);
    this.known = new Set(this.columns);
    this.keyIndexes = table.key.map(column => this.columns.indexOf(column));
  }

  /**
   * The row with every column of the table, null where it says nothing: so a fold sees the same row whether
   * it comes from memory or from the database.
   * @throws TypeError for a column that the table does not have
   */
  complete(row: Row): Row {
    const given = Object.keys(row);
    for (const column of given) {
      if (!this.known.has(column)) throw new TypeError(`${this.table.name} has no column "${column}".`);
    }
    if (given.length === this.columns.length && this.columns.every(column => row[column] !== undefined))
      return row;
    const complete: Record<string, unknown> = {};
    for (const column of this.columns) complete[column] = row[column] ?? null;
    return complete;
  }

  /** @throws TypeError for a value of another type than its column's, and for a key without a value */
  encode(row: Row): StoredValue[] {
    const { columns, types } = this;
    const values: StoredValue[] = [];
    for (let index = 0; index < columns.length; index++) {
      const value = row[columns[index]!];
      const stored = encode(types[index]!, value);
      if (stored === undefined) throw this.mismatch(index, value);
      values.push(stored);
    }
    for (const index of this.keyIndexes) {
      if (values[index] === null) throw this.mismatch(index, null);
    }
    return values;
  }

  /** Reads the values of the table's columns; more of them may follow. */
  decode(values: readonly StoredValue[]): Row {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < this.columns.length; index++) {
      row[this.columns[index]!] = decode(this.types[index]!, values[index]!);
    }
    return row;
  }

  keyOf(values: readonly StoredValue[]): StoredValue[] {
    return this.keyIndexes.map(index => values[index]!);
  }

  /** Orders encoded rows by their keys, so that a bulk of them is written from left to right. */
  compare = (a: readonly StoredValue[], b: readonly StoredValue[]): number => {
    for (const index of this.keyIndexes) {
      const [left, right] = [a[index]!, b[index]!];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };

  private mismatch(index: number, value: unknown): TypeError {
    const found = value === null ? 'null' : typeof value;
    const column = `${this.table.name}.${this.columns[index]}`;
    return new TypeError(`${column} holds ${this.types[index]} values, and was given one of type ${found}.`);
  }
}
