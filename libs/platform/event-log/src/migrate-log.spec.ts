import * as fc from 'fast-check';
import { emptyStream, logStart, type StreamHead, type StreamName } from '@platform/kernel';
import { MemoryEventLog } from './memory-event-log';
import { migrateLog, TargetDiffers } from './migrate-log';
import { LogUnavailable, type EventLog } from './port';
import { SqliteEventLog } from './sqlite/sqlite-event-log';
import { headBehind, participantStream, someEvents, temporaryFolder } from './testing';

const streams = ['a', 'b', 'c'].map(code => participantStream(code));

/** A history of appends to three streams, in the order that is given. */
async function history(log: EventLog, order: readonly number[]): Promise<void> {
  const heads = new Map<StreamName, StreamHead>();
  for (const [index, which] of order.entries()) {
    const stream = streams[which % streams.length]!;
    const head = heads.get(stream) ?? emptyStream;
    const events = someEvents(stream, { head, count: 1 + (index % 3), command: `command ${index}` });
    await log.append(stream, head.revision, events);
    heads.set(stream, headBehind(events));
  }
}

const contentOf = async (log: EventLog) =>
  (await log.readAll({ after: logStart, limit: 10_000 })).map(({ position: _own, ...event }) => event);

/** A log that goes away after some appends. */
const dyingAfter = (log: EventLog, appends: number): EventLog => {
  let left = appends;
  const append: EventLog['append'] = async (...call) => {
    if (left-- === 0) throw new LogUnavailable('no answer', 'unknown');
    return log.append(...call);
  };
  return new Proxy(log, {
    get: (target, name) =>
      name === 'append' ? append : (Reflect.get(target, name, target) as () => unknown).bind(target),
  });
};

describe('migrating a log', () => {
  test('whenever it dies, the next run goes on there, and the copy is the source', async () => {
    const orders = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 30 });
    const property = fc.asyncProperty(
      orders,
      fc.array(fc.nat({ max: 8 }), { maxLength: 3 }),
      async (order, deaths) => {
        const [from, to] = [new MemoryEventLog(), new MemoryEventLog()];
        await history(from, order);
        for (const appends of deaths) await migrateLog(from, dyingAfter(to, appends)).catch(() => undefined);
        const beforehand = (await contentOf(to)).length;
        const { events, copied, digest } = await migrateLog(from, to);
        expect(await contentOf(to)).toEqual(await contentOf(from));
        expect(copied).toBe(events - beforehand);
        expect(await migrateLog(from, to)).toMatchObject({ events, copied: 0, digest });
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test('out of a file and into one', async () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    const from = SqliteEventLog.open({ folder: one.path });
    const to = SqliteEventLog.open({ folder: other.path });
    await history(from, [0, 1, 1, 2, 0, 0]);
    const steps = new Set<string>();
    const { events } = await migrateLog(from, to, ({ step }) => steps.add(step));
    expect([events, ...steps]).toEqual([12, 'copying']);
    expect(await contentOf(to)).toEqual(await contentOf(from));
    await Promise.all([from.close(), to.close()]);
    for (const folder of [one, other]) folder.remove();
  });

  test.each([
    ['another history', [0, 1, 0]],
    ['the same streams in another order', [1, 0]],
    ['more than the source', [0, 1, 2, 0, 1, 2]],
  ])('a target that holds %s is refused and left alone', async (_, order) => {
    const [from, to] = [new MemoryEventLog(), new MemoryEventLog()];
    await history(from, [0, 1, 2]);
    await history(to, order);
    const beforehand = await contentOf(to);
    await expect(migrateLog(from, to)).rejects.toThrow(TargetDiffers);
    expect(await contentOf(to)).toEqual(beforehand);
  });

  test('a copy whose content was changed on the way is found out', async () => {
    const [from, to] = [new MemoryEventLog(), new MemoryEventLog()];
    await history(from, [0, 1, 2]);
    const append: EventLog['append'] = (stream, expected, events) =>
      to.append(
        stream,
        expected,
        events.map(event => ({ ...event, data: { ...event.data, comment: 'x' } })),
      );
    const changing = new Proxy(to, {
      get: (target, name) =>
        name === 'append' ? append : (Reflect.get(target, name, target) as () => unknown).bind(target),
    });
    await expect(migrateLog(from, changing)).rejects.toThrow('not the one that was hashed');
  });

  test('a target that somebody else writes to is refused', async () => {
    const [from, to] = [new MemoryEventLog(), new MemoryEventLog()];
    await history(from, [0, 1, 2]);
    const rivals = someEvents(streams[1]!, { command: 'a rival' });
    const migrated = migrateLog(
      from,
      to,
      () => void to.append(streams[1]!, -1, rivals).catch(() => undefined),
    );
    await expect(migrated).rejects.toThrow(TargetDiffers);
  });
});
