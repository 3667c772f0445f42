import * as fc from 'fast-check';
import { KeyedQueue } from './keyed-queue';

/** Lets everything that can go on do so. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

function task(log: string[], name: string) {
  let finish = (): void => {};
  const done = new Promise<void>(resolve => (finish = resolve));
  const run = async (): Promise<string> => {
    log.push(`${name} begins`);
    await done;
    log.push(`${name} ends`);
    return name;
  };
  return { run, finish };
}

describe('a keyed queue', () => {
  let log: string[];
  let queue: KeyedQueue;
  beforeEach(() => {
    log = [];
    queue = new KeyedQueue();
  });

  test('runs tasks of one key one after another, in the order they came', async () => {
    const [a, b, c] = [task(log, 'a'), task(log, 'b'), task(log, 'c')];
    const all = Promise.all([a, b, c].map(each => queue.run('key', each.run)));
    c.finish();
    b.finish();
    await settle();
    expect(log).toEqual(['a begins']);
    a.finish();
    expect(await all).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  test('runs tasks of other keys meanwhile', async () => {
    const [a, b] = [task(log, 'a'), task(log, 'b')];
    const first = queue.run('one', a.run);
    b.finish();
    await queue.run('two', b.run);
    expect(log).toEqual(['a begins', 'b begins', 'b ends']);
    a.finish();
    await first;
  });

  test.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
  ])('tells its caller, and nobody else, when a task %s', async (_what, broken) => {
    const failed = queue.run('key', broken);
    const next = queue.run('key', async () => 'fine');
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe('fine');
  });

  test('forgets a key when its last task is done', async () => {
    const tails = (queue as unknown as { readonly tails: ReadonlyMap<string, unknown> }).tails;
    await Promise.all([
      queue.run('a', async () => 1),
      queue.run('a', async () => 2),
      queue.run('b', async () => 3),
    ]);
    await queue.run('a', () => Promise.reject(new Error('broken'))).catch(() => {});
    expect(tails.size).toBe(0);
  });

  test('in any schedule, keeps the order of each key and runs one of them at a time', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), keys, async (scheduler, plan) => {
        const any = new KeyedQueue();
        const begun: string[] = [];
        const busy = new Set<string>();
        const overlaps: string[] = [];
        const runs = plan.map((key, index) =>
          any.run(key, async () => {
            if (busy.has(key)) overlaps.push(key);
            busy.add(key);
            begun.push(`${key}${index}`);
            await scheduler.schedule(Promise.resolve());
            busy.delete(key);
          }),
        );
        await scheduler.waitFor(Promise.all(runs));
        expect(overlaps).toEqual([]);
        for (const key of ['a', 'b', 'c']) {
          const mine = begun.filter(each => each.startsWith(key));
          expect(mine).toEqual(plan.flatMap((each, index) => (each === key ? [`${key}${index}`] : [])));
        }
      }),
    );
  });
});
