import type { RecordedEvent } from '@platform/kernel';

export type ColumnType = 'text' | 'integer' | 'real' | 'boolean' | 'json' | 'position' | 'blob';

/**
 * A table of a view. In rows, `position` columns are bigints, `json` columns plain values, `boolean`
 * columns booleans, `blob` columns Uint8Arrays; every column may be null.
 */
export interface ViewTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Columns that identify a row (with history: a row's current version). */
  readonly key: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
  /**
   * Keeps every version of a row with the positions between which it held, so that the table answers as of
   * any position: the engine adds `valid_from` (inclusive) and `valid_to` (exclusive, null while it holds).
   */
  readonly history?: boolean;
}

export type Row = Readonly<Record<string, unknown>>;
export type Key = readonly (string | number | bigint)[];

/**
 * The rows of one view while it takes a page of events. Nothing is visible to readers before the page is
 * committed.
 */
export interface RowStore {
  /** Brings rows into reach of `get`, in bulk. */
  load(table: string, keys: readonly Key[]): Promise<void> | void;
  /**
   * The current row under a key that was loaded (or put) before. @throws Error for a key that was not
   * loaded.
   */
  get(table: string, key: Key): Row | undefined;
  /**
   * Inserts or replaces the row under its key. `at` is the event's position: where a version with history
   * begins.
   */
  put(table: string, row: Row, at: bigint): void;
  remove(table: string, key: Key, at: bigint): void;
}

/**
 * A read model: everything about it follows from the log, so it can be thrown away at any time. Raise the
 * version when its tables or the meaning of its rows change; it is then rebuilt beside the one in use and
 * swapped in.
 */
export interface View {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly ViewTable[];
  /** The event types it looks at; every other event only moves its checkpoint. */
  readonly takes: readonly string[] | 'all';
  /**
   * How its events may be divided, so that several workers share the load: a text that all events have in common which
   * touch the same row, so that each row is fed by one partition only. `stream` where each row is fed by one stream.
   * Without it the view is never divided. Raise the version when it changes.
   */
  readonly partitionBy?: 'stream' | ((event: RecordedEvent) => string);
  /**
   * Pure apart from the row store: the same events in the same order give the same rows, however they are
   * paged.
   */
  project(events: readonly RecordedEvent[], rows: RowStore): Promise<void> | void;
}

/** What one event type does to the row under one key: the new row, or undefined to remove it. */
export interface RowRule<Event> {
  readonly table: string;
  /** Key of the row the event is about; undefined when it is about none. */
  key(event: Event): Key | undefined;
  fold(row: Row | undefined, event: Event): Row | undefined;
}

export type RowRules = Readonly<Record<string, RowRule<RecordedEvent> | readonly RowRule<RecordedEvent>[]>>;

interface Step {
  readonly event: RecordedEvent;
  readonly rule: RowRule<RecordedEvent>;
  readonly key: Key;
}

/** A view whose every change is one row folded by one event: the usual kind. */
export function rowView(definition: {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly ViewTable[];
  readonly partitionBy?: View['partitionBy'];
  readonly on: RowRules;
}): View {
  const { name, version, tables, partitionBy } = definition;
  const rulesOf = new Map(Object.entries(definition.on).map(([type, rules]) => [type, [rules].flat()]));
  const stray = [...rulesOf.values()].flat().find(({ table }) => !tables.some(known => known.name === table));
  if (stray)
    throw new Error(`The view "${name}" has a rule for "${stray.table}", which is none of its tables.`);
  return {
    name,
    version,
    tables,
    takes: [...rulesOf.keys()],
    ...(partitionBy && { partitionBy }),
    async project(events, rows) {
      const steps = stepsOf(events, rulesOf);
      for (const [table, keys] of keysByTable(steps)) await rows.load(table, keys);
      for (const { event, rule, key } of steps) {
        const next = rule.fold(rows.get(rule.table, key), event);
        if (next) rows.put(rule.table, next, event.position);
        else rows.remove(rule.table, key, event.position);
      }
    },
  };
}

type RuleTable = ReadonlyMap<string, readonly RowRule<RecordedEvent>[]>;

function stepsOf(events: readonly RecordedEvent[], rulesOf: RuleTable): Step[] {
  const steps: Step[] = [];
  for (const event of events) {
    for (const rule of rulesOf.get(event.type) ?? []) {
      const key = rule.key(event);
      if (key) steps.push({ event, rule, key });
    }
  }
  return steps;
}

function keysByTable(steps: readonly Step[]): Map<string, Key[]> {
  const keys = new Map<string, Key[]>();
  for (const { rule, key } of steps) {
    const known = keys.get(rule.table);
    if (known) known.push(key);
    else keys.set(rule.table, [key]);
  }
  return keys;
}
