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
