import * as fc from 'fast-check';
import { chainEvents, emptyStream, toPosition, type StreamHead, type StreamName } from '@platform/kernel';
import { writeEvents, type EventRow } from './event-text';
import { RecentEvents } from './recent-events';
import { SqliteEventLog } from './sqlite-event-log';
import { headBehind, participantStream, someCircumstances, someEvent, temporaryFolder } from '../testing';

const [a, b, c] = ['03-001', '03-002', '03-003'].map(code => participantStream(code)) as [
  StreamName,
  StreamName,
  StreamName,
];

const eventOf = (stream: StreamName, head: StreamHead, value: number) =>
  chainEvents(stream, head, [someEvent(value)], someCircumstances());

/** Rows of two streams in turns, from a position on. */
function rowsFrom(position: number, count: number): EventRow[] {
  const heads = new Map<StreamName, StreamHead>();
  return Array.from({ length: count }, (_, index) => {
    const stream = index % 2 === 0 ? a : b;
    const head = heads.get(stream) ?? emptyStream;
    const events = eventOf(stream, head, index);
    heads.set(stream, headBehind(events));
    const [{ id, type, data, metadata }] = writeEvents(stream, head.revision, events) as [
      ReturnType<typeof writeEvents>[number],
    ];
    return [position + index, stream, head.revision + 1, id, type, data, metadata];
  });
}

const places = (events: readonly { position: bigint; revision: number }[] | undefined) =>
  events?.map(({ position, revision }) => [Number(position), revision]);

describe('what is kept of the end of a log', () => {
  const some = (bounds = { events: 4, size: 1e6, streams: 10 }) => {
    const recent = new RecentEvents(bounds);
    recent.restart(toPosition(9));
    for (const row of rowsFrom(10, 8)) recent.add(row);
    return recent;
  };

  test('answers pages of the log that begin in it, and no others', () => {
    const recent = some();
    expect(recent.position).toBe(17n);
    expect(recent.readAll({ after: toPosition(12), limit: 10 })).toBeUndefined();
    expect(places(recent.readAll({ after: toPosition(13), limit: 2 }))).toEqual([
      [14, 2],
      [15, 2],
    ]);
    expect(places(recent.readAll({ after: toPosition(15), upTo: toPosition(16), limit: 9 }))).toEqual([
      [16, 3],
    ]);
    expect(recent.readAll({ after: toPosition(16), upTo: toPosition(14), limit: 9 })).toEqual([]);
    expect(recent.readAll({ after: toPosition(17), limit: 9 })).toEqual([]);
    expect(recent.readAll({ after: toPosition(40), limit: 9 })).toEqual([]);
  });

  test('answers pages of a stream that begin in it, and knows where a stream ends', () => {
    const recent = some();
    expect(recent.readStream(a, { from: 1, limit: 9 })).toBeUndefined();
    expect(places(recent.readStream(a, { from: 2, limit: 9 }))).toEqual([
      [14, 2],
      [16, 3],
    ]);
    expect(places(recent.readStream(a, { from: 2, limit: 1 }))).toEqual([[14, 2]]);
    expect(places(recent.readStream(a, { from: 2, upTo: toPosition(15), limit: 9 }))).toEqual([[14, 2]]);
    expect(recent.readStream(a, { from: 4, limit: 9 })).toEqual([]);
    expect(recent.readStream(c, { from: 0, limit: 9 })).toBeUndefined();
    recent.learnEnd(c, 3);
    expect([
      recent.readStream(c, { from: 3, limit: 9 }),
      recent.readStream(c, { from: 2, limit: 9 }),
    ]).toEqual([[], undefined]);
  });

  test('is bounded by text as well as by number', () => {
    const recent = some({ events: 100, size: 3_000, streams: 10 });
    expect(recent.readAll({ after: toPosition(12), limit: 10 })).toBeUndefined();
    expect(places(recent.readAll({ after: toPosition(16), limit: 10 }))).toEqual([[17, 3]]);
  });

  test('takes nothing that does not follow, and nothing is left of it after a restart', () => {
    const recent = some();
    for (const row of rowsFrom(19, 2)) recent.add(row);
    expect(recent.position).toBe(17n);
    recent.restart(toPosition(20));
    expect(recent.readAll({ after: toPosition(17), limit: 9 })).toBeUndefined();
    expect(recent.readStream(a, { from: 4, limit: 9 })).toBeUndefined();
    expect(recent.readAll({ after: toPosition(20), limit: 9 })).toEqual([]);
  });
});

describe('two processes on one file', () => {
  test('each of them reads what both have written, at every moment and in one order', async () => {
    const steps = fc.array(fc.record({ writer: fc.nat(1), stream: fc.nat(2), reader: fc.nat(1) }), {
      maxLength: 25,
    });
    const property = fc.asyncProperty(steps, async all => {
      const folder = temporaryFolder();
      const logs = [folder, folder].map(({ path }) => SqliteEventLog.open({ folder: path }));
      const written: [StreamName, string][] = [];
      const heads = new Map<StreamName, StreamHead>();
      for (const [index, step] of all.entries()) {
        const stream = [a, b, c][step.stream]!;
        const head = heads.get(stream) ?? emptyStream;
        const events = eventOf(stream, head, index);
        await logs[step.writer]!.append(stream, head.revision, events);
        heads.set(stream, headBehind(events));
        written.push([stream, events[0]!.id + events[0]!.metadata.hash]);
        const read = async (log: SqliteEventLog) => {
          expect(Number(await log.head())).toBe(written.length - 1);
          const whole = await log.readAll({ after: toPosition(-1), limit: 100 });
          expect(whole.map(event => [event.stream, event.id + event.metadata.hash])).toEqual(written);
          const end = await log.readAll({ after: toPosition(index - 2), limit: 100 });
          expect(end).toEqual(whole.slice(-2));
          for (const each of [a, b, c]) {
            const known = whole.filter(event => event.stream === each);
            expect(await log.readStream(each)).toEqual(known);
            expect(await log.readStream(each, { from: known.length - 1 })).toEqual(known.slice(-1));
            expect(await log.readStream(each, { from: known.length })).toEqual([]);
          }
        };
        // Mostly one of the two reads: the other one has to notice later what it has missed.
        await read(logs[step.reader]!);
      }
      await Promise.all(logs.map(log => log.close()));
      folder.remove();
    });
    await fc.assert(property, { numRuns: 20 });
  });

  test('readers of one process share what it has appended; a reopened log reads the same from the file', async () => {
    const folder = temporaryFolder();
    const log = SqliteEventLog.open({ folder: folder.path });
    const start = await log.head();
    const events = eventOf(a, emptyStream, 1);
    await log.append(a, -1, events);
    const [follower] = await log.readAll({ after: start, limit: 9 });
    const [decider] = await log.readStream(a);
    expect(follower).toBe(decider);
    // What a reader gets is what JSON keeps of an event, never the object that was appended.
    expect(follower).not.toBe(events[0]);
    expect(follower?.data).not.toBe(events[0]?.data);
    await log.close();
    const reopened = SqliteEventLog.open({ folder: folder.path });
    expect(await reopened.readAll({ after: start, limit: 9 })).toEqual([follower]);
    await reopened.close();
    folder.remove();
  });
});
