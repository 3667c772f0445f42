/** Something with a moment, and the place in the heap that holds it; -1 while none does. */
export interface Due {
  dueMs: number;
  /** Breaks ties: who came first. */
  readonly order: number;
  place: number;
}

/** What is due next, among many: a binary heap from which anything can be taken out. */
export class DueHeap<Item extends Due> {
  private readonly items: Item[] = [];

  get size(): number {
    return this.items.length;
  }

  get first(): Item | undefined {
    return this.items[0];
  }

  /** In no order. */
  [Symbol.iterator](): Iterator<Item> {
    return this.items[Symbol.iterator]();
  }

  add(item: Item): void {
    this.put(item, this.items.length);
    this.rise(item);
  }

  remove(item: Item): void {
    const last = this.items.pop() as Item;
    if (last !== item) {
      this.put(last, item.place);
      this.rise(last);
      this.sink(last);
    }
    item.place = -1;
  }

  private put(item: Item, place: number): void {
    this.items[place] = item;
    item.place = place;
  }

  private rise(item: Item): void {
    while (item.place > 0) {
      const parent = this.items[(item.place - 1) >> 1] as Item;
      if (!isBefore(item, parent)) return;
      this.swap(item, parent);
    }
  }

  private sink(item: Item): void {
    for (;;) {
      const left = this.items[2 * item.place + 1];
      const right = this.items[2 * item.place + 2];
      const smaller = left && right && isBefore(right, left) ? right : left;
      if (!smaller || !isBefore(smaller, item)) return;
      this.swap(item, smaller);
    }
  }

  private swap(a: Item, b: Item): void {
    const place = a.place;
    this.put(a, b.place);
    this.put(b, place);
  }
}

const isBefore = (a: Due, b: Due): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
