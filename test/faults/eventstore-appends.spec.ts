import { LogUnavailable, verifyLog, WrongExpectedRevision, type EventLog } from '@platform/event-log';
import { participantStream, someEvents } from '@platform/event-log/testing';
import type { Fault } from '../support/fake-eventstore/faults';
import { openLog, until } from '../support/fake-eventstore/open-log';
import { FakeEventStore } from '../support/fake-eventstore/server';
import { openTcpGate, type TcpGate } from '../support/fake-eventstore/tcp-gate';

/*
 * Whatever becomes of a call that appends: the events are in the log once or not at all, and the caller is told which,
 * or that nobody knows. Faults: no answer, an answer without content, errors of every kind, another leader, answers
 * out of order, cut and half-open connections, a server that is gone. Each once as "failed" and once as "failed, and
 * written all the same". Survivable because an append that is sent again has the same ids and the same expected
 * revision, and because the one that was acknowledged is read back.
 */
const stream = participantStream('03-001');
const events = someEvents(stream, { count: 3 });
const written = { firstRevision: 0, lastRevision: 2, repeated: false };

describe('appending to EventStoreDB', () => {
  let server: FakeEventStore;
  let gate: TcpGate;
  let log: EventLog;

  beforeEach(async () => {
    server = await FakeEventStore.start();
    gate = await openTcpGate(server.port);
    log = await openLog(`esdb://127.0.0.1:${gate.port}?tls=false`);
  });

  afterEach(async () => {
    await log.close();
    await gate.close();
    await server.stop();
  });

  /** The events once, in order and as they were chained; repeated, they are known. */
  const expectOnce = async (): Promise<void> => {
    expect((await log.readStream(stream)).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(await verifyLog(log)).toMatchObject({ events: 3, problems: [] });
    expect(await log.append(stream, -1, events)).toMatchObject({ lastRevision: 2, repeated: true });
  };

  const passing: readonly (readonly [string, Fault])[] = [
    ['no answer', { kind: 'silent' }],
    ['an answer without content', { kind: 'end' }],
    ['cancelled by the server', { kind: 'error', code: 1 }],
    ['an unknown error', { kind: 'error', code: 2 }],
    ['a deadline that has passed', { kind: 'error', code: 4 }],
    ["the server's own timeout", { kind: 'error', code: 10 }],
    ['an internal error', { kind: 'error', code: 13 }],
    ['a server that is unavailable', { kind: 'error', code: 14 }],
  ];

  describe.each([
    ['failed', false],
    ['failed, and written all the same', true],
  ])('%s', (_, persisted) => {
    test.each(passing)(
      '%s once: the events are written once, and this append has written them',
      async (_name, fault) => {
        server.faults.next('append', fault, { persisted });
        expect(await log.append(stream, -1, events)).toMatchObject(written);
        await expectOnce();
      },
    );

    test.each(passing)('%s each time: %j', async (_name, fault) => {
      server.faults.next('append', fault, { persisted, times: 2 });
      const appending = log.append(stream, -1, events);
      if (persisted) expect(await appending).toMatchObject(written);
      else await expect(appending).rejects.toMatchObject({ failure: 'no answer', outcome: 'unknown' });
      expect(server.store.of(stream)).toHaveLength(persisted ? 3 : 0);
      // Whoever repeats it learns, or has it written.
      expect(await log.append(stream, -1, events)).toMatchObject({ lastRevision: 2, repeated: persisted });
      await expectOnce();
    });
  });

  test('a cut connection: written once', async () => {
    let release: (value?: unknown) => void = () => {};
    server.faults.next('append', { kind: 'held', until: new Promise(resolve => (release = resolve)) });
    const appending = log.append(stream, -1, events);
    await until(() => server.store.of(stream).length > 0);
    gate.cut();
    release();
    expect(await appending).toMatchObject(written);
    await expectOnce();
  });

  test('a half-open connection: unknown, and written once when it is repeated', async () => {
    gate.block();
    const failure = { failure: 'no answer', outcome: 'unknown' };
    await expect(log.append(stream, -1, events)).rejects.toMatchObject(failure);
    gate.unblock();
    expect(await log.append(stream, -1, events)).toMatchObject(written);
    await expectOnce();
  });

  test('a server that is gone: not written, and written when it is back', async () => {
    await server.stop();
    gate.cut();
    const { port, store } = server;
    await expect(log.append(stream, -1, events)).rejects.toThrow(LogUnavailable);
    server = await FakeEventStore.start({ port, store });
    expect(await log.append(stream, -1, events)).toMatchObject(written);
    await expectOnce();
  });

  test('another leader: the append goes there', async () => {
    const leader = await FakeEventStore.start({ store: server.store });
    server.faults.next('append', { kind: 'not leader', host: '127.0.0.1', port: leader.port });
    expect(await log.append(stream, -1, events)).toMatchObject(written);
    expect([server.calls.append, leader.calls.append]).toEqual([1, 1]);
    await expectOnce();
    await leader.stop();
  });

  test('answers out of order: each append is told of its own', async () => {
    let release: (value?: unknown) => void = () => {};
    server.faults.next('append', { kind: 'held', until: new Promise(resolve => (release = resolve)) });
    const other = participantStream('03-002');
    const first = log.append(stream, -1, events);
    await until(() => server.store.of(stream).length > 0);
    const second = await log.append(other, -1, someEvents(other));
    release();
    expect(await first).toMatchObject({ ...written, position: server.store.of(stream)[2]?.position });
    expect(second).toMatchObject({ repeated: false, position: server.store.of(other)[0]?.position });
  });

  test.each<[string, Fault, object]>([
    ['the wrong version', { kind: 'wrong version' }, { name: 'WrongExpectedRevision', actual: 0 }],
    [
      'no right to write',
      { kind: 'error', code: 7 },
      { failure: 'read-only storage', outcome: 'not written' },
    ],
    [
      'an unknown caller',
      { kind: 'error', code: 16 },
      { failure: 'read-only storage', outcome: 'not written' },
    ],
  ])('%s: told at once, and not tried again', async (_, fault, error) => {
    server.faults.next('append', fault);
    await expect(log.append(stream, -1, events)).rejects.toMatchObject(error);
    expect(server.calls.append).toBe(1);
    expect(server.store.of(stream)).toEqual([]);
  });

  test('no right to write after a try without an answer: unknown, and found when it is repeated', async () => {
    server.faults.next('append', { kind: 'error', code: 14 }, { persisted: true });
    server.faults.next('append', { kind: 'error', code: 7 });
    const unknown = { failure: 'read-only storage', outcome: 'unknown' };
    await expect(log.append(stream, -1, events)).rejects.toMatchObject(unknown);
    await expectOnce();
  });

  test('a stream that was deleted: the storage is corrupt', async () => {
    server.store.tombstone(stream);
    const corrupt = { failure: 'corrupt storage', outcome: 'not written' };
    await expect(log.append(stream, -1, events)).rejects.toMatchObject(corrupt);
  });

  test('the place was taken meanwhile: wrong revision, whatever became of the first try', async () => {
    server.faults.next('append', { kind: 'silent' });
    const appending = log.append(stream, -1, events);
    await until(() => server.faults.left('append') === 0);
    const rival = await openLog(server.url());
    await rival.append(stream, -1, someEvents(stream, { command: 'a rival' }));
    await expect(appending).rejects.toThrow(WrongExpectedRevision);
    await rival.close();
  });

  test('an append while the log is being closed has its answer', async () => {
    const appending = log.append(stream, -1, events);
    await log.close();
    expect(await appending).toMatchObject(written);
  });
});
