import type { PhysicalTable } from '../sql/physical-table';
import type { TableChanges } from '../sql/writer';
import type { Key, Row, RowStore } from '../view';
import { HistoryTable } from './history-table';
import { PlainTable } from './plain-table';
import type { TableCacheOptions } from './table-cache';

type AnyTable = PlainTable | HistoryTable;

/** The row store that a view folds into: in memory, until the caller writes what it changed. */
export class RowCache implements RowStore {
  private readonly tables: ReadonlyMap<string, AnyTable>;

  constructor(tables: readonly PhysicalTable[], options: TableCacheOptions) {
    this.tables = new Map(
      tables.map(physical => [
        physical.table.name,
        physical.table.history ? new HistoryTable(physical, options) : new PlainTable(physical, options),
      ]),
    );
  }

  load(table: string, keys: readonly Key[]): Promise<void> | void {
    return this.tableOf(table).load(keys);
  }

  get(table: string, key: Key): Row | undefined {
    return this.tableOf(table).get(key);
  }

  put(table: string, row: Row, at: bigint): void {
    this.tableOf(table).put(row, at);
  }

  remove(table: string, key: Key, at: bigint): void {
    this.tableOf(table).remove(key, at);
  }

  /** Roughly what the cache holds, bytes. */
  get bytes(): number {
    let bytes = 0;
    for (const table of this.tables.values()) bytes += table.bytes;
    return bytes;
  }

  /** Everything that was changed since the last call, for one transaction. */
  async drain(): Promise<TableChanges[]> {
    return this.changes(table => table.drain());
  }

  /**
   * The changes of rows that were not touched since the last call but one; `written` lets the cache forget
   * them.
   */
  async rotate(): Promise<TableChanges[]> {
    return this.changes(table => table.rotate());
  }

  written(): void {
    for (const table of this.tables.values()) table.written();
  }

  private async changes(of: (table: AnyTable) => TableChanges): Promise<TableChanges[]> {
    const changes: TableChanges[] = [];
    for (const table of this.tables.values()) {
      await table.settle();
      changes.push(of(table));
    }
    return changes.filter(
      ({ removals, upserts, endings, versions }) =>
        removals.length + upserts.length + endings.length + versions.length > 0,
    );
  }

  private tableOf(name: string): AnyTable {
    const table = this.tables.get(name);
    if (table) return table;
    throw new Error(`The view has no table "${name}".`);
  }
}
