import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import { replayViews } from '../replay';
import { eventsIn, partitionsOf } from '../follow/partitions';
import { furthestOf, isOf, readCheckpoints, type Standing } from '../sql/checkpoints';
import type { StoredValue } from '../sql/codec';
import { validFrom, validTo } from '../sql/physical-table';
import { scan } from '../sql/scan';
import type { MetaTables } from '../sql/writer';
import type { View, ViewTable } from '../view';
import type { ViewDatabase, ViewSnapshot } from '../view-database';

/**
 * SHA-256 over the rows of a view in the order of their keys: equal exactly when the rows are, however they
 * came there. With a position: of its tables with history alone, as they stood there.
 */
export function fingerprintOf(
  database: ViewDatabase,
  view: View,
  options: { readonly upTo?: Position } = {},
): Promise<string> {
  const { upTo } = options;
  return database.snapshot(async snapshot => {
    const hash = createHash('sha256');
    for (const table of view.tables) {
      if (upTo !== undefined && !table.history) continue;
      hash.update(`${table.name}\n`);
      for await (const values of scan(snapshot.reader<unknown>(), table, upTo))
        hash.update(`${textOf(values)}\n`);
    }
    return hash.digest('hex');
  });
}

const textOf = (values: readonly StoredValue[]): string =>
  JSON.stringify(values, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );

/** A table whose rows are not those that follow from the log. Names keys and columns, and no values. */
export interface TableDrift {
  readonly view: string;
  readonly table: string;
  /** Rows that differ, are missing or are too many. */
  readonly rows: number;
  /** The first of them, by key; with history the position where the version begins is the key's last part. */
  readonly first: readonly RowDrift[];
}

export interface RowDrift {
  readonly key: readonly StoredValue[];
  readonly kind: 'missing' | 'surplus' | 'different';
  /** For `different`: in which columns. */
  readonly columns: readonly string[];
}

export interface DriftReport {
  /** What was compared, and at which checkpoint. */
  readonly compared: readonly { readonly view: string; readonly position: Position }[];
  /** Views that have no rows of their present version and tables, and could not be compared. */
  readonly absent: readonly string[];
  readonly drifts: readonly TableDrift[];
}

const keysReported = 5;

/**
 * Compares the rows in use with those that follow from the log, at the checkpoint where they stand, while
 * everything goes on: rows are read from one snapshot, and the log is replayed into a folder of its own.
 * Partitions that stand apart are compared each where it stands.
 * @param options.folder where to put that folder; the system's place for temporary files unless given
 */
export async function driftOf(options: {
  readonly log: EventLog;
  readonly database: ViewDatabase;
  readonly views: readonly View[];
  readonly folder?: string;
}): Promise<DriftReport> {
  return options.database.snapshot(async snapshot => {
    const checkpoints = await readCheckpoints(snapshot.reader<MetaTables>());
    const present = options.views.flatMap(view => {
      const standing = checkpoints.get(view.name);
      if (!standing || !isOf(standing, view)) return [];
      const { position } = standing;
      return [{ view, position, upTo: furthestOf(standing), asItStands: asItStands(view, standing) }];
    });
    const drifts: TableDrift[] = [];
    for (const upTo of new Set(present.map(each => each.upTo))) {
      const views = present.filter(each => each.upTo === upTo).map(each => each.asItStands);
      drifts.push(...(await driftAt(snapshot, views, upTo, options)));
    }
    const names = new Set(present.map(({ view }) => view.name));
    return {
      compared: present.map(({ view, position }) => ({ view: view.name, position })),
      absent: options.views.map(({ name }) => name).filter(name => !names.has(name)),
      drifts,
    };
  });
}

/** The view as it is computed by partitions each of which has taken its events up to where it stands. */
function asItStands(view: View, { partitions }: Standing): View {
  const parts = partitionsOf(partitions.length);
  if (parts.length === 1) return view;
  return {
    ...view,
    project(events, rows) {
      const taken = new Set(
        parts.flatMap(part =>
          eventsIn(view, part, events).filter(({ position }) => position <= partitions[part.index]!.position),
        ),
      );
      return view.project(
        events.filter(event => taken.has(event)),
        rows,
      );
    },
  };
}

async function driftAt(
  snapshot: ViewSnapshot,
  views: readonly View[],
  upTo: Position,
  options: { readonly log: EventLog; readonly folder?: string },
): Promise<TableDrift[]> {
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), 'views-check-'));
  try {
    const replayed = await replayViews(options.log, views, { upTo, folder });
    try {
      const drifts: TableDrift[] = [];
      for (const view of views) {
        for (const table of view.tables) {
          const live = scan(snapshot.reader<unknown>(), table);
          const due = scan(replayed.reader<unknown>(), table);
          const drift = await compare(table, live, due);
          if (drift.rows > 0) drifts.push({ view: view.name, table: table.name, ...drift });
        }
      }
      return drifts;
    } finally {
      await replayed.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Rows = AsyncGenerator<readonly StoredValue[]>;

/** Walks along two scans in the order of their keys. */
async function compare(table: ViewTable, live: Rows, due: Rows): Promise<Pick<TableDrift, 'rows' | 'first'>> {
  const columns = [...Object.keys(table.columns), ...(table.history ? [validFrom, validTo] : [])];
  const key = table.history ? [...table.key, validFrom] : table.key;
  const indexes = key.map(column => columns.indexOf(column));
  const keyOf = (values: readonly StoredValue[]) => indexes.map(index => values[index]!);
  const first: RowDrift[] = [];
  let rows = 0;
  const report = (
    kind: RowDrift['kind'],
    values: readonly StoredValue[],
    differing: readonly string[] = [],
  ) => {
    rows++;
    if (first.length < keysReported) first.push({ key: keyOf(values), kind, columns: differing });
  };
  let [left, right] = [await live.next(), await due.next()];
  while (!left.done || !right.done) {
    const order = left.done ? 1 : right.done ? -1 : compareKeys(keyOf(left.value), keyOf(right.value));
    if (order === 0) {
      const [mine, other] = [left.value as readonly StoredValue[], right.value as readonly StoredValue[]];
      const differing = columns.filter((_, index) => textOf([mine[index]!]) !== textOf([other[index]!]));
      if (differing.length > 0) report('different', mine, differing);
    } else if (order < 0) report('surplus', left.value as readonly StoredValue[]);
    else report('missing', right.value as readonly StoredValue[]);
    if (order <= 0) left = await live.next();
    if (order >= 0) right = await due.next();
  }
  return { rows, first };
}

/** The order of the database: numbers by value, texts by their UTF-8 bytes. */
function compareKeys(a: readonly StoredValue[], b: readonly StoredValue[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]!;
    if (left === right) continue;
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    const order = Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
    if (order !== 0) return order;
  }
  return 0;
}
