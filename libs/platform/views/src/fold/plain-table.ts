import { storedPart, type StoredValue } from '../sql/codec';
import type { TableChanges } from '../sql/writer';
import type { Key, Row } from '../view';
import { TableCache, type Slot } from './table-cache';

interface PlainSlot extends Slot {
  /** Instead of `row`, for one that was put unasked: nothing of the event stays in memory then. */
  values: StoredValue[] | undefined;
}

/** A table that holds one row for each key: the last one put. */
export class PlainTable extends TableCache<PlainSlot> {
  protected readonly waiting = 0;
  protected readonly forgetsUnasked = true;

  protected newSlot(key: Key, absent: boolean): PlainSlot {
    return { key, row: undefined, stored: !absent, dirty: false, values: undefined };
  }

  protected fill(slot: PlainSlot, values: readonly StoredValue[] | undefined): void {
    slot.row = values && this.physical.codec.decode(values);
    slot.stored = values !== undefined;
  }

  protected rowOf(slot: PlainSlot): Row | undefined {
    if (slot.values) {
      slot.row = this.physical.codec.decode(slot.values);
      slot.values = undefined;
    }
    return slot.row;
  }

  protected change(slot: PlainSlot, row: Row | undefined, _at: bigint, unasked: boolean): void {
    slot.values = unasked && row ? this.physical.codec.encode(row) : undefined;
    slot.row = slot.values ? undefined : row;
    slot.dirty = true;
  }

  settle(): void {
    // A row is written as a whole: what was there before does not matter.
  }

  protected changesOf(slots: Iterable<PlainSlot>): TableChanges {
    const upserts: StoredValue[][] = [];
    const removals: StoredValue[][] = [];
    for (const slot of slots) {
      if (!slot.dirty) continue;
      const values = slot.values ?? (slot.row && this.physical.codec.encode(slot.row));
      if (values) upserts.push(values);
      else if (slot.stored) removals.push(slot.key.map(storedPart));
      slot.stored = values !== undefined;
      slot.dirty = false;
    }
    return { table: this.physical, removals, upserts: this.inOrder(upserts), endings: [], versions: [] };
  }
}
