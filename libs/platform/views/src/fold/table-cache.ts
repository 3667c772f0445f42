import { storedKey, type StoredValue } from '../sql/codec';
import type { PhysicalTable } from '../sql/physical-table';
import type { Found, TableChanges } from '../sql/writer';
import type { Key, Row } from '../view';
import { KeyFilter } from './key-filter';

/** How a cache reads rows that it does not have. */
export type Finder = (table: PhysicalTable, keys: readonly Key[]) => Found | Promise<Found>;

/** What the cache knows of one key. */
export interface Slot {
  readonly key: Key;
  row: Row | undefined;
  /** Whether the database holds the row; for a key that was never read, whether it may. */
  stored: boolean;
  /** Whether the database holds something else than `row`. */
  dirty: boolean;
}

export interface TableCacheOptions {
  readonly find: Finder;
  /** The table is new and filled by this cache alone: what was never written out of it is not there. */
  readonly startsEmpty: boolean;
}

const separator = '\u001f';

/** A key as one text. The parts of one column are all of one type, so no two keys share it. */
const textOf = (key: Key): string => (key.length === 1 ? String(key[0]) : key.join(separator));

/** A first guess of a row's size, and what a slot costs beside it, bytes. */
const guessedRowBytes = 400;
const slotBytes = 300;
/** Bulks below this size are written in the order in which they came. */
const worthSorting = 1_000;

/**
 * The rows of one table that a fold has in its hands, and what it changed. Two halves make it a cheap cache
 * of what was used last: a touched row moves to the younger half, and `rotate` writes out the older one and
 * forgets it.
 */
export abstract class TableCache<Kept extends Slot> {
  private young = new Map<string, Kept>();
  private old = new Map<string, Kept>();
  /**
   * Rows that were put without having been asked for, as the rows of a trail are: written at the next
   * occasion.
   */
  private unasked = new Map<string, Kept>();
  /** What the last `rotate` handed over to be written, until `written` says that it is. */
  private leaving = new Map<string, Kept>();
  private readonly writtenOut: KeyFilter | undefined;
  private rowBytes = guessedRowBytes;
  protected readonly find: Finder;

  constructor(
    readonly physical: PhysicalTable,
    options: TableCacheOptions,
  ) {
    const { find } = options;
    this.find = (table, keys) => find(table, keys.map(storedKey));
    this.writtenOut = options.startsEmpty ? new KeyFilter() : undefined;
  }

  /** Whether a row that is put unasked is written and forgotten soon. */
  protected abstract readonly forgetsUnasked: boolean;

  /** A slot for a key that was not read; `absent` when it is known that the database does not hold it. */
  protected abstract newSlot(key: Key, absent: boolean): Kept;

  protected abstract rowOf(slot: Kept): Row | undefined;

  /** Takes over what the database answered for a slot that was made by `load`. */
  protected abstract fill(slot: Kept, values: readonly StoredValue[] | undefined): void;

  /** @param unasked the slot was made for this change */
  protected abstract change(slot: Kept, row: Row | undefined, at: bigint, unasked: boolean): void;

  /** Reads what was changed unread, where the change depends on it. Comes before `drain` and `rotate`. */
  abstract settle(): Promise<void> | void;

  protected abstract changesOf(slots: Iterable<Kept>): TableChanges;

  /** How many whole rows wait to be written beside those in the slots. */
  protected abstract readonly waiting: number;

  /** Roughly what `rotate` would write or keep, bytes. */
  get bytes(): number {
    return (this.young.size + this.unasked.size + this.waiting) * (slotBytes + 3 * this.rowBytes);
  }

  load(keys: readonly Key[]): Promise<void> | void {
    const unread: Kept[] = [];
    for (const key of keys) {
      const text = textOf(key);
      if (this.lookUp(text)) continue;
      const slot = this.addSlot(this.young, text, key);
      if (slot.stored) unread.push(slot);
    }
    if (unread.length > 0) return this.readInto(unread);
  }

  private readInto(slots: readonly Kept[]): Promise<void> | void {
    const fill = (rows: Found) => slots.forEach((slot, index) => this.fill(slot, rows[index]));
    const found = this.find(
      this.physical,
      slots.map(({ key }) => key),
    );
    return found instanceof Promise ? found.then(fill) : fill(found);
  }

  get(key: Key): Row | undefined {
    const slot = this.lookUp(textOf(key));
    if (slot) return this.rowOf(slot);
    const { name } = this.physical.table;
    throw new Error(`The row ${key.join('/')} of ${name} was asked for, and had not been loaded.`);
  }

  put(row: Row, at: bigint): void {
    const complete = this.physical.codec.complete(row);
    const key = this.physical.table.key.map(column => complete[column]) as unknown as Key;
    this.set(key, complete, at);
  }

  remove(key: Key, at: bigint): void {
    this.set(key, undefined, at);
  }

  private set(key: Key, row: Row | undefined, at: bigint): void {
    const text = textOf(key);
    const known = this.lookUp(text);
    const place = this.forgetsUnasked ? this.unasked : this.young;
    this.change(known ?? this.addSlot(place, text, key), row, at, known === undefined);
  }

  private lookUp(text: string): Kept | undefined {
    const young = this.young.get(text);
    if (young) return young;
    for (const half of [this.old, this.unasked, this.leaving]) {
      const slot = half.get(text);
      if (!slot) continue;
      half.delete(text);
      this.young.set(text, slot);
      return slot;
    }
    return undefined;
  }

  private addSlot(half: Map<string, Kept>, text: string, key: Key): Kept {
    const absent = this.writtenOut !== undefined && !this.writtenOut.mayHold(text);
    const slot = this.newSlot(key, absent);
    half.set(text, slot);
    return slot;
  }

  /** Everything that is not written yet. The caller writes it, or throws the cache away. */
  drain(): TableChanges {
    return this.changesOf([this.old, this.young, this.unasked].flatMap(half => [...half.values()]));
  }

  /**
   * What is not written yet of the rows that were not touched lately. They are forgotten once they are
   * written: until then nobody could read them again.
   */
  rotate(): TableChanges {
    this.leaving = new Map([...this.old, ...this.unasked]);
    this.old = this.young;
    this.young = new Map();
    this.unasked = new Map();
    return this.changesOf(this.leaving.values());
  }

  /** What `rotate` handed over is in the database. */
  written(): void {
    for (const [text, slot] of this.leaving) if (slot.stored) this.writtenOut?.add(text);
    this.leaving = new Map();
  }

  /** In the order of their keys, which a tree takes several times as fast as a random one. */
  protected inOrder(rows: StoredValue[][]): StoredValue[][] {
    this.rowBytes = averageBytes(rows) ?? this.rowBytes;
    return rows.length < worthSorting ? rows : rows.sort(this.physical.codec.compare);
  }
}

function averageBytes(rows: readonly (readonly StoredValue[])[]): number | undefined {
  const sample = rows.slice(-100);
  if (sample.length === 0) return undefined;
  const bytes = sample.flat().reduce<number>((sum, value) => sum + bytesOf(value), 0);
  return bytes / sample.length;
}

const bytesOf = (value: StoredValue): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
