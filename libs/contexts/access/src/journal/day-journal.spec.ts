import {
  LogUnavailable,
  MemoryEventLog,
  WrongExpectedRevision,
  eachOfStream,
  type EventLog,
} from '@platform/event-log';
import {
  ManualClock,
  emptyStream,
  hashOf,
  headOf,
  streamName,
  timeOrderedIds,
  type RecordedEvent,
  type StreamName,
} from '@platform/kernel';
import { accessStream } from '../domain/access-log';
import { systemCaller } from '../callers';
import { LoggedAccessJournal } from './access-journal';
import { DayJournal, type JournalEntry } from './day-journal';

const now = '2024-03-05T08:00:00.000Z';
const today = accessStream(now);

const entry = (request: string): JournalEntry => ({
  event: { type: 'RecordRead', data: { request, permission: 'site.read' } },
  actor: { user: 'monitor-01', printedName: 'Monitor 01', role: 'monitor' },
  source: 'person',
  subject: { trial: 'NCT05794425', site: '03' },
  address: '127.0.0.1',
});

const journalOn = (log: EventLog, clock = ManualClock.at(now), capacity?: number): DayJournal =>
  new DayJournal({ log, clock, ids: timeOrderedIds, software: 'test/1', capacity });

async function eventsOf(log: EventLog, stream: StreamName = today): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of eachOfStream(log, stream)) events.push(event);
  return events;
}

const requestsOf = (events: readonly RecordedEvent[]): unknown[] => events.map(({ data }) => data.request);

const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `read-${from + index}`);

/** A log whose appends fail as they are told to, before or after the real one. */
class FaultyLog extends MemoryEventLog {
  appends = 0;
  before: (attempt: number) => Promise<void> | void = () => undefined;
  after: (attempt: number) => Promise<void> | void = () => undefined;

  override async append(...call: Parameters<EventLog['append']>): ReturnType<EventLog['append']> {
    const attempt = ++this.appends;
    await this.before(attempt);
    const appended = await super.append(...call);
    await this.after(attempt);
    return appended;
  }
}

test('1,000 entries at once are all there, in their order, dense and chained, in few appends', async () => {
  const log = new FaultyLog();
  const journal = journalOn(log);
  await Promise.all(numbers(1_000).map(request => journal.write(entry(request))));
  const events = await eventsOf(log);
  expect(requestsOf(events)).toEqual(numbers(1_000));
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
  expect(new Set(events.map(({ id }) => id)).size).toBe(1_000);
  let head = emptyStream;
  for (const event of events) {
    expect([event.metadata.previousHash, event.metadata.hash]).toEqual([head.hash, hashOf(event)]);
    head = headOf(event);
  }
  expect(log.appends).toBeLessThanOrEqual(5);
});

test('two journals that write at once, as two processes do, lose nothing', async () => {
  const log = new FaultyLog();
  const [one, other] = [journalOn(log), journalOn(log)];
  await Promise.all([
    ...numbers(500).map(request => one.write(entry(request))),
    ...numbers(500, 500).map(request => other.write(entry(request))),
  ]);
  expect(new Set(requestsOf(await eventsOf(log)))).toEqual(new Set(numbers(1_000)));
  expect(await eventsOf(log)).toHaveLength(1_000);
});

test('goes on behind what an earlier process wrote', async () => {
  const log = new MemoryEventLog();
  await journalOn(log).write(entry('before'));
  await journalOn(log).write(entry('after'));
  expect(requestsOf(await eventsOf(log))).toEqual(['before', 'after']);
});

test('tells nobody that an entry is durable before the log says so', async () => {
  const log = new FaultyLog();
  let release = (): void => undefined;
  const reached = new Promise<void>(arrived => {
    log.before = () => {
      arrived();
      return new Promise(resolve => (release = resolve));
    };
  });
  let durable = false;
  const written = journalOn(log)
    .write(entry('read'))
    .then(() => (durable = true));
  await reached;
  expect([durable, await eventsOf(log)]).toEqual([false, []]);
  release();
  await written;
  expect(requestsOf(await eventsOf(log))).toEqual(['read']);
});

test('who waits for an entry that cannot be written is told; the next one is written', async () => {
  const log = new FaultyLog();
  const journal = journalOn(log);
  await journal.write(entry('first'));
  log.before = () => {
    throw new LogUnavailable('storage full', 'not written');
  };
  const failing = numbers(3).map(request => journal.write(entry(request)));
  const outcomes = await Promise.allSettled(failing);
  expect(
    outcomes.map(outcome => outcome.status === 'rejected' && outcome.reason instanceof LogUnavailable),
  ).toEqual([true, true, true]);
  log.before = () => undefined;
  await journal.write(entry('last'));
  expect(requestsOf(await eventsOf(log))).toEqual(['first', 'last']);
});

// What became of an append whose answer was lost × how often the answer is lost.
test.each([
  ['was written', 'after', 1],
  ['was written', 'after', 3],
  ['was not written', 'before', 1],
  ['was not written', 'before', 3],
] as const)('an append without an answer that %s ends in one entry', async (_, when, times) => {
  const log = new FaultyLog();
  log[when] = attempt => {
    if (attempt <= times) throw new LogUnavailable('no answer', 'unknown');
  };
  await journalOn(log).write(entry('read'));
  expect(requestsOf(await eventsOf(log))).toEqual(['read']);
});

test('gives up a stream that others keep for themselves, and passes the conflict on', async () => {
  const log = new FaultyLog();
  log.before = () => {
    throw new WrongExpectedRevision(today, 0, -1);
  };
  await expect(journalOn(log).write(entry('read'))).rejects.toThrow(WrongExpectedRevision);
});

test('each day in UTC has its stream, also for entries that wait across midnight', async () => {
  const log = new MemoryEventLog();
  const clock = ManualClock.at('2024-03-05T23:59:59.999Z');
  const journal = journalOn(log, clock);
  const first = journal.write(entry('yesterday'));
  clock.advance(1);
  await Promise.all([first, journal.write(entry('today')), journal.write(entry('today, too'))]);
  clock.advance(24 * 60 * 60 * 1_000);
  await journal.write(entry('tomorrow'));
  const days = ['2024-03-05', '2024-03-06', '2024-03-07'].map(day => streamName('access', day));
  const found = await Promise.all(days.map(async day => requestsOf(await eventsOf(log, day))));
  expect(found).toEqual([['yesterday'], ['today', 'today, too'], ['tomorrow']]);
});

test('holds a bounded number of entries in memory', async () => {
  const log = new MemoryEventLog();
  const journal = journalOn(log, undefined, 2);
  const outcomes = await Promise.allSettled(numbers(3).map(request => journal.write(entry(request))));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await journal.write(entry('later'));
  expect(requestsOf(await eventsOf(log))).toEqual(['read-0', 'read-1', 'later']);
});

test('an entry that has no canonical form fails alone', async () => {
  const log = new MemoryEventLog();
  const journal = journalOn(log);
  const outcomes = await Promise.allSettled(
    ['good', '\ud800', 'too'].map(request => journal.write(entry(request))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(requestsOf(await eventsOf(log))).toEqual(['good', 'too']);
});

describe('the gate’s entries', () => {
  const record = async (change: object): Promise<RecordedEvent | undefined> => {
    const log = new MemoryEventLog();
    const caller = { user: 'monitor-01', printedName: 'Monitor 01', organisation: 'CRO', rights: undefined };
    await new LoggedAccessJournal(journalOn(log)).record({
      kind: 'read',
      caller,
      role: 'monitor',
      permission: 'participant.read',
      request: 'ReadCasebook',
      target: { trial: 'NCT05794425', participant: '03-007' },
      address: '127.0.0.1',
      ...change,
    });
    return (await eventsOf(log))[0];
  };

  test('say who read what, from where and as of when', async () => {
    expect(await record({ asOf: '41' })).toMatchObject({
      stream: today,
      type: 'RecordRead',
      data: { request: 'ReadCasebook', permission: 'participant.read', asOf: '41' },
      metadata: {
        recordedAt: now,
        actor: {
          user: 'monitor-01',
          printedName: 'Monitor 01',
          role: 'monitor',
          organisation: 'CRO',
          site: '03',
        },
        source: 'person',
        address: '127.0.0.1',
        subject: { trial: 'NCT05794425', participant: '03-007' },
        software: 'test/1',
      },
    });
  });

  test('tell exports and refused attempts from reads, and components from people', async () => {
    expect((await record({ permission: 'audit.export' }))?.type).toBe('Exported');
    const refused = await record({ kind: 'refused', permission: 'audit.export', role: undefined });
    expect([refused?.type, refused?.metadata.actor.role]).toEqual(['AccessAttemptRefused', 'none']);
    expect((await record({ caller: systemCaller('sealer') }))?.metadata.source).toBe('system');
  });
});
