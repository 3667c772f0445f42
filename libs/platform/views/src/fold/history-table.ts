import { storedPosition, type StoredValue } from '../sql/codec';
import type { Found, TableChanges } from '../sql/writer';
import type { Key, Row } from '../view';
import { TableCache, type Slot } from './table-cache';

/** The current version of a row, and what was done to the row before it was read. */
interface VersionSlot extends Slot {
  read: boolean;
  values: readonly StoredValue[];
  /** Position where the version begins. */
  from: number;
  readonly undone: { readonly row: Row | undefined; readonly at: number }[];
}

/** A table that keeps every version of a row, each with the positions between which it held. */
export class HistoryTable extends TableCache<VersionSlot> {
  /** Whole versions that ended before they were ever written. */
  private ended: StoredValue[][] = [];
  /** [valid_to, ...key, valid_from] of written versions that ended. */
  private endings: StoredValue[][] = [];
  private readonly unsettled = new Set<VersionSlot>();

  /** Its next version needs this one. */
  protected readonly forgetsUnasked = false;

  protected get waiting(): number {
    return this.ended.length + this.endings.length;
  }

  protected newSlot(key: Key, absent: boolean): VersionSlot {
    const slot = { key, row: undefined, stored: !absent, dirty: false };
    return { ...slot, read: absent, values: [], from: -1, undone: [] };
  }

  /** The newest version: one that has ended says that there is no row now. */
  protected fill(slot: VersionSlot, found: readonly StoredValue[] | undefined): void {
    const columns = this.physical.codec.columns.length;
    const holds = found !== undefined && found[columns + 1] === null;
    slot.read = true;
    slot.stored = holds;
    if (!holds) return;
    slot.row = this.physical.codec.decode(found);
    slot.values = found.slice(0, columns);
    slot.from = found[columns] as number;
  }

  protected rowOf(slot: VersionSlot): Row | undefined {
    return slot.row;
  }

  protected change(slot: VersionSlot, row: Row | undefined, position: bigint): void {
    const at = storedPosition(position);
    if (slot.read) {
      this.apply(slot, row, at);
      return;
    }
    slot.undone.push({ row, at });
    slot.row = row;
    this.unsettled.add(slot);
  }

  private apply(slot: VersionSlot, row: Row | undefined, at: number): void {
    const values = row ? this.physical.codec.encode(row) : [];
    if (slot.row) {
      if (row && isSame(slot.values, values)) return;
      this.end(slot, at);
    }
    slot.row = row;
    slot.values = values;
    slot.from = at;
    slot.stored = false;
    slot.dirty = row !== undefined;
  }

  /**
   * A version that began at the same position never held: it is replaced, and leaves no empty interval
   * behind.
   */
  private end(slot: VersionSlot, at: number): void {
    if (at < slot.from) {
      const place = `${slot.key.join('/')} of ${this.physical.table.name}`;
      throw new Error(
        `The row ${place} holds since position ${slot.from} and was changed at ${at}, before it.`,
      );
    }
    if (slot.stored) this.endings.push([at, ...this.physical.codec.keyOf(slot.values), slot.from]);
    else if (at > slot.from) this.ended.push([...slot.values, slot.from, at]);
  }

  settle(): Promise<void> | void {
    const slots = [...this.unsettled];
    if (slots.length === 0) return;
    this.unsettled.clear();
    const redo = (rows: Found) => slots.forEach((slot, index) => this.redo(slot, rows[index]));
    const found = this.find(
      this.physical,
      slots.map(({ key }) => key),
    );
    return found instanceof Promise ? found.then(redo) : redo(found);
  }

  private redo(slot: VersionSlot, found: readonly StoredValue[] | undefined): void {
    slot.row = undefined;
    this.fill(slot, found);
    for (const { row, at } of slot.undone.splice(0)) this.apply(slot, row, at);
  }

  protected changesOf(slots: Iterable<VersionSlot>): TableChanges {
    const { ended, endings } = this;
    [this.ended, this.endings] = [[], []];
    for (const slot of slots) {
      if (!slot.dirty) continue;
      ended.push([...slot.values, slot.from, null]);
      slot.stored = true;
      slot.dirty = false;
    }
    return { table: this.physical, removals: [], upserts: [], endings, versions: this.inOrder(ended) };
  }
}

const isSame = (a: readonly StoredValue[], b: readonly StoredValue[]): boolean =>
  a.every(
    (value, index) => value === b[index] || (value instanceof Uint8Array && isSameBytes(value, b[index])),
  );

const isSameBytes = (a: Uint8Array, b: StoredValue | undefined): boolean =>
  b instanceof Uint8Array && Buffer.compare(a, b) === 0;
