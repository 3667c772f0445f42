import * as fc from 'fast-check';
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
import { histories } from './log-histories';
import { appendNew, LogModel, plain } from './log-model';
import { headBehind, participantStream, sizedEvents, someCircumstances, someEvents } from './some-events';

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
      const greatest = sizedEvents(small, 1, maxEventBytes);
      await appendNew(model, log, greatest);
      await expect(log.append(large, -1, sizedEvents(large, 1, maxEventBytes + 1))).rejects.toThrow(
        AppendTooLarge,
      );
      expect(await log.readStream(large)).toEqual([]);
      await expect(log.append(large, -1, sizedEvents(large, 5, maxAppendBytes + 5))).rejects.toThrow(
        AppendTooLarge,
      );
      await appendNew(model, log, sizedEvents(large, 5, maxAppendBytes));
    }));

  test('any JSON comes back as it was hashed', () =>
    withLog(async (model, log) => {
      const [stream] = streamsOf(model);
      let head = emptyStream;
      const awkward = fc.constantFrom(
        '',
        '\u0000',
        '\u2028',
        '"\\/',
        'é',
        '\ufb33',
        '\u{1f600}',
        '\uffff',
        '__proto__',
      );
      const value = fc.oneof(awkward, fc.jsonValue({ maxDepth: 2 }));
      const content = fc.dictionary(fc.oneof(awkward, fc.string()), value, {
        maxKeys: 4,
        noNullPrototype: true,
      });
      const contents = fc.array(content, { minLength: 1, maxLength: 20 });
      const property = fc.asyncProperty(contents, async all => {
        const facts = all.map(data => ({ type: 'Recorded', data }));
        const events = chainEvents(stream, head, facts, someCircumstances());
        await log.append(stream, head.revision, events);
        const read = await log.readStream(stream, { from: head.revision + 1 });
        expect(read.map(hashOf)).toEqual(events.map(({ metadata }) => metadata.hash));
        expect(read.map(({ data }) => data)).toEqual(JSON.parse(JSON.stringify(all)));
        head = headBehind(events);
      });
      await fc.assert(property, { numRuns: 10 });
    }));
}

function reading(withLog: WithLog): void {
  test('pages put together are the whole, of a stream and of the log', () =>
    withLog(async (model, log) => {
      const [long, other] = streamsOf(model);
      for (let i = 0; i < 5; i++) {
        await appendNew(model, log, model.next(long, headBehind(model.of(long)), 5, i));
        await appendNew(model, log, model.next(other, headBehind(model.of(other)), 1, i));
      }
      expect(await allOf(eachOfStream(log, long, { pageSize: 4 }))).toEqual(model.of(long));
      for (const { position } of model.events) {
        const known = model.of(long).filter(event => event.position <= position);
        expect(await log.readStream(long, { from: 2, upTo: position })).toEqual(known.slice(2));
      }
      const pages = await allOf(eachPage(log, { after: model.before, pageSize: 7 }));
      expect(pages.flat()).toEqual(model.events);
      expect(await log.readStream(participantStream('nobody'))).toEqual([]);
    }));

  test('pages of some types hold those events and no others, and may be parsed when they are looked at', () =>
    withLog(async (model, log) => {
      const [stream] = streamsOf(model);
      const types = ['Weighed', 'Measured', 'Noted'];
      const facts = Array.from({ length: 12 }, (_, index) => ({ type: types[index % 3]!, data: { index } }));
      const recordedAt = new Date(model.sinceMs).toISOString();
      await log.append(
        stream,
        -1,
        chainEvents(stream, emptyStream, facts, someCircumstances({ recordedAt })),
      );
      const page = { after: model.before, limit: 100 };
      const all = await log.readAll(page);
      const some = all.filter(({ type }) => type !== 'Measured');
      const wanted = { ...page, types: ['Weighed', 'Noted', 'Never'] };
      expect(await log.readAll(wanted)).toEqual(some);
      expect(await log.readAll({ ...wanted, after: some[1]!.position, limit: 3 })).toEqual(some.slice(2, 5));
      expect(await log.readAll({ ...wanted, upTo: all[4]!.position })).toEqual(some.slice(0, 3));
      expect(await log.readAll({ ...page, types: [] })).toEqual([]);
      const lazily = await log.readAll({ ...wanted, lazily: true });
      expect(lazily.map(({ data, metadata }) => [data, metadata.hash, metadata.subject])).toEqual(
        some.map(({ data, metadata }) => [data, metadata.hash, metadata.subject]),
      );
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
