import { logStart, toPosition, type Position } from '@platform/kernel';
import { UnreadableEvent, type EventLog } from '@platform/event-log';
import { participantStream, someEvents } from '@platform/event-log/testing';
import type { Fault } from '../support/fake-eventstore/faults';
import { openLog, until } from '../support/fake-eventstore/open-log';
import { FakeEventStore } from '../support/fake-eventstore/server';
import { openTcpGate, type TcpGate } from '../support/fake-eventstore/tcp-gate';

/*
 * Reads that fail say so in bounded time; and who waits for news hears of it, whatever becomes of the one subscription:
 * ended in good order, ended with an error, refused, cut, half open, or open and silent for ever.
 */
const stream = participantStream('03-001');

describe('reading from EventStoreDB', () => {
  let server: FakeEventStore;
  let gate: TcpGate;
  let log: EventLog;
  let writer: EventLog;

  beforeEach(async () => {
    server = await FakeEventStore.start();
    gate = await openTcpGate(server.port);
    [log, writer] = await Promise.all([
      openLog(`esdb://127.0.0.1:${gate.port}?tls=false`),
      openLog(server.url()),
    ]);
    await writer.append(stream, -1, someEvents(stream, { count: 5 }));
  });

  afterEach(async () => {
    await Promise.all([log.close(), writer.close()]);
    await gate.close();
    await server.stop();
  });

  const noAnswer = { name: 'LogUnavailable', failure: 'no answer', outcome: 'not written' };

  test.each<[string, Fault, object]>([
    ['no answer', { kind: 'silent' }, noAnswer],
    ['unavailable', { kind: 'error', code: 14 }, noAnswer],
    ['an unknown error', { kind: 'error', code: 2 }, noAnswer],
    ['another leader', { kind: 'not leader', host: '127.0.0.1', port: 1 }, noAnswer],
    ['no right to read', { kind: 'error', code: 7 }, { ...noAnswer, failure: 'read-only storage' }],
  ])('%s: the read fails, and the next one is another', async (_, fault, error) => {
    for (const read of [
      () => log.readStream(stream),
      () => log.readAll({ after: logStart, limit: 10 }),
      () => log.head(),
    ]) {
      server.faults.next('read', fault);
      await expect(read()).rejects.toMatchObject(error);
    }
    gate.cut();
    await until(() => server.open.size === 0);
  });

  test('a page that is left in the middle is closed', async () => {
    const [, second] = await log.readStream(stream);
    for (let i = 0; i < 50; i++) await log.readStream(stream, { upTo: second!.position });
    for (let i = 0; i < 50; i++) await log.readAll({ after: logStart, upTo: second!.position, limit: 100 });
    await until(() => server.open.size === 0);
    expect(server.open.size).toBe(0);
  });

  test('what the server writes about itself, links and the streams of others are not in the log', async () => {
    server.store.writeLink(stream, `0@${stream}`);
    for (let i = 0; i < 2_500; i++) server.store.writeStatistics();
    server.store.append('invoice-1', 'any', [
      {
        id: 'x',
        type: 'Paid',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: Buffer.alloc(0),
      },
    ]);
    const all = await log.readAll({ after: logStart, limit: 100 });
    expect(all).toHaveLength(5);
    expect(await log.head()).toBe(all.at(-1)?.position);
    expect(
      await log.readAt(server.store.all.slice(0, 50).map(({ position }) => toPosition(position))),
    ).toEqual(all);
    const other = participantStream('03-002');
    const { position } = await writer.append(other, -1, someEvents(other));
    expect((await log.readAll({ after: all.at(-1)!.position, limit: 1 })).map(each => each.position)).toEqual(
      [position],
    );
    expect(await log.head()).toBe(position);
  });

  test('a position where no event begins is a place between two events', async () => {
    const all = await log.readAll({ after: logStart, limit: 100 });
    const within = toPosition(all[2]!.position + 1n);
    expect(await log.readAll({ after: within, limit: 100 })).toEqual(all.slice(3));
    expect(await log.readAt([within, all[3]!.position])).toEqual([all[3]]);
    expect(await log.timeAt(within)).toBe(Date.parse(all[2]!.metadata.recordedAt));
  });

  test('the first question for a time reads the log once, and later ones little of it', async () => {
    const streams = Array.from({ length: 12 }, (_, index) => participantStream(`04-${index}`));
    for (const each of streams) await writer.append(each, -1, someEvents(each, { count: 100 }));
    const [old, head] = [server.store.of(streams[3]!)[50]!.position, await log.head()];
    const sentFor = async (ask: () => Promise<unknown>): Promise<number> => {
      const before = server.sent;
      await ask();
      return server.sent - before;
    };
    expect(await sentFor(() => log.timeAt(head))).toBeGreaterThan(1_200);
    expect(await sentFor(() => log.timeAt(head))).toBe(0);
    expect(await sentFor(() => log.timeAt(toPosition(old)))).toBeLessThan(300);
    expect(await sentFor(() => log.positionAt(0))).toBeLessThan(300);
  });

  test('an event whose content was redacted is unreadable, and told by its position', async () => {
    server.store.redact(stream, 1);
    const position = server.store.of(stream)[1]!.position;
    await expect(log.readStream(stream)).rejects.toMatchObject({ name: 'UnreadableEvent', position });
    await expect(log.readStream(stream)).rejects.toThrow(UnreadableEvent);
  });

  test('a log that has lost its end under a running process is not the same one', async () => {
    await log.head();
    server.store.restore(server.store.of(stream)[1]!.position);
    await expect(log.head()).rejects.toMatchObject({ failure: 'corrupt storage' });
  });

  describe('who waits for news hears of it when the subscription', () => {
    const abort = new AbortController();

    const expectHeard = async (disturb: () => unknown): Promise<void> => {
      const head: Position = await log.head();
      const waiting = log.waitForNews(head, abort.signal);
      await until(() => server.subscriptions.size === 1);
      await disturb();
      const other = participantStream('03-009');
      await writer.append(other, -1, someEvents(other));
      await waiting;
      // A reader may be woken for nothing; he asks again.
      while ((await log.readAll({ after: head, limit: 10 }).catch(() => [])).length === 0)
        await log.waitForNews(head, abort.signal);
      expect(await log.head()).toBeGreaterThan(head);
    };

    test.each<[string, () => unknown]>([
      ['lives', () => undefined],
      ['is ended in good order', () => server.endSubscriptions()],
      ['is ended with an error', () => server.endSubscriptions(14)],
      ['is ended because of the right to read', () => server.endSubscriptions(7)],
      ['is cut', () => gate.cut()],
      ['is open and silent for ever', () => (server.isDeaf = true)],
      [
        'is ended, and refused twice',
        () => {
          server.faults.next('subscribe', { kind: 'error', code: 14 }, { times: 2 });
          server.endSubscriptions();
        },
      ],
      [
        'is ended, and then begins in silence',
        () => {
          server.faults.next('subscribe', { kind: 'silent' });
          server.endSubscriptions();
        },
      ],
      [
        'is half open for a while',
        async () => {
          gate.block();
          setTimeout(() => gate.unblock(), 500);
        },
      ],
    ])('%s', async (_, disturb) => {
      await expectHeard(disturb);
    });

    test('there is one subscription, however many wait', async () => {
      const head = await log.head();
      const waiting = Array.from({ length: 20 }, () => log.waitForNews(head, new AbortController().signal));
      await until(() => server.subscriptions.size > 0);
      const other = participantStream('03-009');
      await writer.append(other, -1, someEvents(other));
      await Promise.all(waiting);
      expect(server.calls.subscribe).toBe(1);
    });

    test('a silent subscription is begun again, and not only looked past', async () => {
      const before = server.calls.subscribe;
      server.faults.next('subscribe', { kind: 'silent' });
      await expectHeardInSilence();
      await until(() => server.calls.subscribe > before + 1);
      expect(server.faults.left('subscribe')).toBe(0);
    });

    const expectHeardInSilence = async (): Promise<void> => {
      const head = await log.head();
      const waiting = log.waitForNews(head, abort.signal);
      await until(() => server.faults.left('subscribe') === 0);
      const other = participantStream('03-009');
      await writer.append(other, -1, someEvents(other));
      await waiting;
    };

    test('while nobody answers, the waiting are woken to find out', async () => {
      const head = await log.head();
      const waiting = log.waitForNews(head, abort.signal);
      await until(() => server.subscriptions.size === 1);
      gate.block();
      await waiting;
      await expect(log.head()).rejects.toMatchObject(noAnswer);
    });
  });
});
