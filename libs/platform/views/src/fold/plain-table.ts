import { storedPosition, type StoredValue } from '../sql/codec';
import type { TableChanges } from '../sql/writer';
import type { Key, Row } from '../view';
import { TableCache, type Slot } from './table-cache';

/** A table that holds one row for each key: the last one put. */
export class PlainTable extends TableCache<Slot> {
  protected readonly waiting = 0;

  protected newSlot(key: Key, absent: boolean): Slot {
    return { key, row: undefined, stored: !absent, dirty: false };
  }

  protected fill(slot: Slot, values: readonly StoredValue[] | undefined): void {
    slot.row = values && this.physical.codec.decode(values);
    slot.stored = values !== undefined;
  }

  protected change(slot: Slot, row: Row | undefined): void {
    slot.row = row;
    slot.dirty = true;
  }

  settle(): void {
    // A row is written as a whole: what was there before does not matter.
  }

  protected changesOf(slots: Iterable<Slot>): TableChanges {
    const upserts: StoredValue[][] = [];
    const removals: StoredValue[][] = [];
    for (const slot of slots) {
      if (!slot.dirty) continue;
      if (slot.row) upserts.push(this.physical.codec.encode(slot.row));
      else if (slot.stored) removals.push(slot.key.map(storedPart));
      slot.stored = slot.row !== undefined;
      slot.dirty = false;
    }
    return { table: this.physical, removals, upserts: this.inOrder(upserts), endings: [], versions: [] };
  }
}

const storedPart = (part: Key[number]): StoredValue =>
  typeof part === 'bigint' ? storedPosition(part) : part;
