import * as fc from 'fast-check';
import { DueHeap, type Due } from './due-heap';

test('whatever is added and taken out, the first is what a sorted list has first', () => {
  const steps = fc.array(fc.record({ add: fc.nat(3).map(n => n > 0), number: fc.nat(1_000) }), {
    maxLength: 100,
    size: 'max',
  });
  fc.assert(
    fc.property(steps, plan => {
      const heap = new DueHeap<Due>();
      let list: Due[] = [];
      for (const [order, { add, number }] of plan.entries()) {
        const victim = list[number % Math.max(list.length, 1)];
        if (add || !victim) {
          const item: Due = { dueMs: number, order, place: -1 };
          heap.add(item);
          list = [...list, item].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
        } else {
          heap.remove(victim);
          list = list.filter(each => each !== victim);
          expect(victim.place).toBe(-1);
        }
        expect(heap.first).toBe(list[0]);
        expect([...heap].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)).toEqual(list);
      }
      expect(heap.size).toBe(list.length);
    }),
  );
});

test('the last one rises when it takes the place of one that was later than it should be there', () => {
  const heap = new DueHeap<Due>();
  // Level by level; 8, the last one, comes to stand below 10.
  const items = [1, 10, 2, 20, 21, 3, 4, 30, 31, 32, 33, 5, 6, 7, 8].map((dueMs, order): Due => ({
    dueMs,
    order,
    place: -1,
  }));
  for (const item of items) heap.add(item);
  heap.remove(items[3] as Due);
  const drained: number[] = [];
  for (let first = heap.first; first; first = heap.first) {
    drained.push(first.dueMs);
    heap.remove(first);
  }
  expect(drained).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 21, 30, 31, 32, 33]);
});
