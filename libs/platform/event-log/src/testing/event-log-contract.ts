import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { chainEvents, emptyStream, hashOf, type ChainedEvent, type Position } from '@platform/kernel';
import {
  AppendTooLarge,
  LogUnavailable,
  maxAppendBytes,
  maxEventBytes,
  WrongExpectedRevision,
} from '../port';
import { eachOfStream, eachPage, type EventLog } from '../port';
import { verifyLog } from '../verify-log';
import { appendNew, histories, LogModel, plain } from './log-model';
import { headBehind, participantStream, someCircumstances, someEvents } from './some-events';

/** A log that this test alone writes to while it is open. It need not be empty. */
export interface OpenedLog {
  readonly log: EventLog;
  /** Closes the log and opens the same one again; absent where nothing outlives the object. */
  reopen?(): Promise<EventLog>;
  close(): Promise<void>;
}

/** What the port promises, for every adapter alike. */
export function eventLogContract(name: string, adapter: { open(): Promise<OpenedLog> }): void {
  const withLog = async (use: (model: LogModel, log: EventLog, opened: OpenedLog) => Promise<void>) => {
    const opened = await adapter.open();
    try {
      await use(await newModel(opened.log), opened.log, opened);
    } finally {
      await opened.close();
    }
  };

  describe(`${name} keeps the promises of the event log`, () => {
    test('it behaves like the reference model through any history', async () => {
      const property = fc.asyncProperty(histories(30), history =>
        withLog(async (model, log, opened) => {
          const holder = { log, reopen: opened.reopen?.bind(opened) };
          await fc.asyncModelRun(() => ({ model, real: holder }), history);
        }),
      );
      await fc.assert(property, { numRuns: 20 });
    });

    describe('appending', () => appending(withLog));
    describe('reading', () => reading(withLog));
    describe('waiting for news', () => waiting(withLog));

    test('a closed log says so, and that nothing was written', async () => {
      await withLog(async (model, log, opened) => {
        await opened.close();
        const closed = { name: 'LogUnavailable', failure: 'closed', outcome: 'not written' };
        const [stream] = model.streams as [ChainedEvent['stream']];
        await expect(log.append(stream, -1, someEvents(stream))).rejects.toMatchObject(closed);
        await expect(log.head()).rejects.toThrow(LogUnavailable);
      });
    });
  });
}

type WithLog = (use: (model: LogModel, log: EventLog, opened: OpenedLog) => Promise<void>) => Promise<void>;

/** Streams of this test alone, and times behind everything that is in the log. */
async function newModel(log: EventLog): Promise<LogModel> {
  const run = randomUUID().slice(0, 8);
  const head = await log.head();
  const since = Math.max(((await log.timeAt(head)) ?? 0) + 1, Date.parse('2024-03-05T08:15:00.000Z'));
  return new LogModel(
    ['a', 'b', 'c'].map(each => participantStream(`${run}-${each}`)),
    head,
    since,
  );
}

const streamsOf = (model: LogModel) =>
  model.streams as [ChainedEvent['stream'], ChainedEvent['stream'], ChainedEvent['stream']];

function appending(withLog: WithLog): void {
  test('of many appends for one place in a stream exactly one is written', () =>
    withLog(async (model, log) => {
      const [stream] = streamsOf(model);
      const rivals = Array.from({ length: 20 }, () => model.next(stream, emptyStream, 2, 0));
      const results = await Promise.allSettled(rivals.map(events => log.append(stream, -1, events)));
      const lost = results.filter(each => each.status === 'rejected');
      expect(lost).toHaveLength(19);
      lost.forEach(({ reason }) => expect(reason).toBeInstanceOf(WrongExpectedRevision));
      const winner = rivals[results.findIndex(each => each.status === 'fulfilled')];
      expect((await log.readStream(stream)).map(plain)).toEqual(winner?.map(plain));
    }));

  test('the same append many times at once is written once', () =>
    withLog(async (model, log) => {
      const [stream] = streamsOf(model);
      const events = model.next(stream, emptyStream, 3, 0);
      const results = await Promise.all(Array.from({ length: 10 }, () => log.append(stream, -1, events)));
      expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(new Set(results.map(({ position }) => position)).size).toBe(1);
      expect(await log.readStream(stream)).toHaveLength(3);
    }));

  test('an event and an append may have their greatest size, and not a byte more', () =>
    withLog(async (model, log) => {
      const [small, large] = streamsOf(model);
      const greatest = eventOf(small, maxEventBytes);
      await appendNew(model, log, [greatest]);
      await expect(log.append(large, -1, [eventOf(large, maxEventBytes + 1)])).rejects.toThrow(
        AppendTooLarge,
      );
      const many = Array.from({ length: 5 }, (_, index) => (maxAppendBytes * (index + 1)) / 5);
      expect(await log.readStream(large)).toEqual([]);
      await expect(log.append(large, -1, chainOf(large, many.length, maxAppendBytes + 5))).rejects.toThrow(
        AppendTooLarge,
      );
      await appendNew(model, log, chainOf(large, many.length, maxAppendBytes));
    }));

  test('any JSON comes back as it was hashed', () =>
    withLog(async (model, log) => {
      const [stream] = streamsOf(model);
      let head = emptyStream;
      const json = fc.dictionary(
        fc.string({ unit: 'binary' }),
        fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 }),
        {
          maxKeys: 4,
        },
      );
      const property = fc.asyncProperty(json, async data => {
        const events = chainEvents(stream, head, [{ type: 'Recorded', data }], someCircumstances());
        await log.append(stream, head.revision, events);
        head = headBehind(events);
        const [read] = await log.readStream(stream, { from: head.revision });
        expect(read && hashOf(read)).toBe(head.hash);
        expect(read?.data).toEqual(JSON.parse(JSON.stringify(data)));
      });
      await fc.assert(property, { numRuns: 40 });
    }));
}

/** One event whose texts have together exactly so many bytes. */
function eventOf(stream: ChainedEvent['stream'], bytes: number): ChainedEvent {
  return chainOf(stream, 1, bytes)[0] as ChainedEvent;
}

function chainOf(stream: ChainedEvent['stream'], count: number, bytes: number): ChainedEvent[] {
  const sized = (fill: number) =>
    chainEvents(
      stream,
      emptyStream,
      // The character has two bytes; the rest is filled up by those of one.
      Array.from({ length: count }, (_, index) => ({
        type: 'NoteRecorded',
        data: {
          note: 'é'.repeat(1_000) + 'x'.repeat(Math.floor(fill / count) + (index < fill % count ? 1 : 0)),
        },
      })),
      someCircumstances(),
    );
  return sized(bytes - bytesOf(sized(0)));
}

const bytesOf = (events: readonly ChainedEvent[]): number =>
  events.reduce(
    (sum, { data, metadata }) => sum + Buffer.byteLength(JSON.stringify([data, metadata])) - 3,
    0,
  );

function reading(withLog: WithLog): void {
  test('pages put together are the whole, of a stream and of the log', () =>
    withLog(async (model, log) => {
      const [long, other] = streamsOf(model);
      for (let i = 0; i < 5; i++) {
        await appendNew(model, log, model.next(long, headBehind(model.of(long)), 5, i));
        await appendNew(model, log, model.next(other, headBehind(model.of(other)), 1, i));
      }
      expect(await allOf(eachOfStream(log, long, { pageSize: 4 }))).toEqual(model.of(long));
      const pages = await allOf(eachPage(log, { after: model.before, pageSize: 7 }));
      expect(pages.flat()).toEqual(model.events);
      expect(await log.readStream(participantStream('nobody'))).toEqual([]);
    }));

  test('the time of the log is the latest recording so far, also when clocks differ', () =>
    withLog(async (model, log) => {
      const [ahead, behind, late] = streamsOf(model);
      for (const [stream, afterMs] of [
        [ahead, 1_000],
        [behind, 400],
        [late, 1_500],
      ] as const) {
        await appendNew(model, log, model.next(stream, emptyStream, 1, afterMs));
      }
      const [first, second, third] = model.events.map(({ position }) => position) as [
        Position,
        Position,
        Position,
      ];
      const at = (afterMs: number) => log.positionAt(model.sinceMs + afterMs);
      expect(await Promise.all([first, second, third].map(each => log.timeAt(each)))).toEqual(
        [1_000, 1_000, 1_500].map(afterMs => model.sinceMs + afterMs),
      );
      expect([await at(399), await at(999), await at(1_000), await at(1_499), await at(1_500)]).toEqual([
        model.before,
        model.before,
        second,
        second,
        third,
      ]);
    }));
}

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function waiting(withLog: WithLog): void {
  test('who catches up and then waits sees every event once and in order, whoever else writes', () =>
    withLog(async (model, log) => {
      const perWriter = 12;
      const enough = new AbortController();
      const seen: ChainedEvent[] = [];
      const follow = async () => {
        let after = model.before;
        while (seen.length < 3 * perWriter * 2) {
          const page = await log.readAll({ after, limit: 5 });
          seen.push(...page);
          after = page.at(-1)?.position ?? after;
          if (page.length === 0) await log.waitForNews(after, enough.signal);
        }
      };
      const write = async (stream: ChainedEvent['stream']) => {
        let head = emptyStream;
        for (let i = 0; i < perWriter; i++) {
          const events = model.next(stream, head, 2, i);
          await log.append(stream, head.revision, events);
          head = headBehind(events);
        }
      };
      await Promise.all([follow(), ...model.streams.map(write)]);
      const all = await allOf(eachPage(log, { after: model.before }));
      expect(seen).toEqual(all.flat());
      expect(await verifyLog(log)).toMatchObject({ problems: [] });
    }));

  test('it ends at once when there is news already, and when the signal aborts', () =>
    withLog(async (model, log) => {
      const [stream] = streamsOf(model);
      await appendNew(model, log, model.next(stream, emptyStream, 1, 0));
      await log.waitForNews(model.before, new AbortController().signal);
      await log.waitForNews(model.head, AbortSignal.abort());
      const abort = new AbortController();
      const waited = log.waitForNews(model.head, abort.signal);
      abort.abort();
      await waited;
    }));

  test('closing wakes who waits', () =>
    withLog(async (model, log, opened) => {
      const waited = log.waitForNews(model.head, new AbortController().signal);
      await opened.close();
      await waited;
    }));
}
