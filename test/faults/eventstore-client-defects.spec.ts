import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import createDebug from 'debug';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { chainEvents, emptyStream, hashOf, logStart, toPosition } from '@platform/kernel';
import { LogUnavailable, readEventStoreUrl, type EventLog } from '@platform/event-log';
import {
  participantStream,
  someCircumstances,
  someEvents,
  temporaryFolder,
} from '@platform/event-log/testing';
import { certificate } from '../support/fake-eventstore/certificate';
import { openLog, until } from '../support/fake-eventstore/open-log';
import { FakeEventStore } from '../support/fake-eventstore/server';

/*
 * What @eventstore/db-client 6.2.1 does wrong, each with the log that is not harmed by it. Where it can be shown
 * without harm, the client is shown first: when one of those tests fails, the client was mended.
 */
const stream = participantStream('03-001');
const events = someEvents(stream, { count: 2 });
const noted = () => jsonEvent({ type: 'Noted', data: { text: 'x' } });

/** What a promise gives, or that it gives nothing for a while. */
async function withoutEnd<Result>(promise: Promise<Result>, waitMs = 700): Promise<Result | 'nothing'> {
  let timer: NodeJS.Timeout | undefined;
  const nothing = new Promise<'nothing'>(resolve => (timer = setTimeout(() => resolve('nothing'), waitMs)));
  return Promise.race([promise, nothing]).finally(() => clearTimeout(timer));
}

describe('the client', () => {
  let server: FakeEventStore;
  let client: EventStoreDBClient;
  let log: EventLog;

  beforeEach(async () => {
    server = await FakeEventStore.start();
    client = EventStoreDBClient.connectionString(`${server.url()}&defaultDeadline=300`);
    log = await openLog(server.url());
  });

  afterEach(async () => {
    await log.close();
    await client.dispose();
    await server.stop();
  });

  const expectAppended = async (): Promise<void> => {
    expect(await log.append(stream, -1, events)).toMatchObject({ lastRevision: 1, repeated: false });
    expect(server.calls['batch append']).toBe(0);
  };

  describe('has a batch append path without a deadline: a silent server means a promise that never settles', () => {
    test('so the client', async () => {
      server.faults.next('batch append', { kind: 'silent' });
      expect(await withoutEnd(client.appendToStream('stream-1', noted()))).toBe('nothing');
    });

    test('the log takes the unary path, by credentials on every append, and ends', async () => {
      server.faults.next('append', { kind: 'silent' }, { times: 2 });
      await expect(log.append(stream, -1, events)).rejects.toThrow(LogUnavailable);
      await expectAppended();
    });
  });

  describe("has one process-wide promise table: an error on one client rejects another client's healthy append", () => {
    test('so the client', async () => {
      const other = await FakeEventStore.start();
      const healthy = EventStoreDBClient.connectionString(other.url());
      other.faults.next('batch append', { kind: 'silent' });
      server.faults.next('batch append', { kind: 'error', code: 13 });
      const appends = [
        healthy.appendToStream('stream-1', noted()),
        client.appendToStream('stream-1', noted()),
      ];
      // Whoever is rejected, it is not only the one whose server has failed.
      const ends = await withoutEnd(Promise.allSettled(appends), 10_000);
      expect(ends === 'nothing' ? ends : ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await healthy.dispose();
      await other.stop();
    });

    test('the log has appends that know nothing of each other', async () => {
      const other = await FakeEventStore.start();
      const healthy = await openLog(other.url());
      server.faults.next('append', { kind: 'error', code: 13 }, { times: 2 });
      const [failed, done] = await Promise.allSettled([
        log.append(stream, -1, events),
        healthy.append(stream, -1, events),
      ]);
      expect([failed.status, done.status]).toEqual(['rejected', 'fulfilled']);
      await healthy.close();
      await other.stop();
    });
  });

  describe('hangs at a BigInt payload', () => {
    test('the log refuses it before the wire', async () => {
      const [first] = events;
      const data = { count: 1n as unknown as number };
      const wrong = { ...first!, data };
      await expect(log.append(stream, -1, [wrong])).rejects.toThrow('has no JSON form');
      expect(server.calls.append).toBe(0);
    });
  });

  describe('always reports revision 1 with throwOnAppendFailure: false', () => {
    test('so the client', async () => {
      const quiet = EventStoreDBClient.connectionString(`${server.url()}&throwOnAppendFailure=false`);
      for (let i = 0; i < 5; i++) await quiet.appendToStream('stream-1', noted());
      const wrong = await quiet.appendToStream('stream-1', noted(), { expectedRevision: 2n });
      expect(wrong).toMatchObject({ success: false, nextExpectedRevision: 1n });
      await quiet.dispose();
    });

    test('the log tells the real one, and takes no connection string with that option', async () => {
      await log.append(stream, -1, someEvents(stream, { count: 5 }));
      const late = someEvents(stream, { command: 'late' });
      await expect(log.append(stream, -1, late)).rejects.toMatchObject({ actual: 4 });
      expect(readEventStoreUrl(`${server.url()}&throwOnAppendFailure=false`)).toContain('take it out');
    });
  });

  describe('has batch deadlines that are absolute: a clock 10 s behind times out every append', () => {
    beforeEach(() => (server.nowMs = () => Date.now() + 11_000));

    test('so the client', async () => {
      const appended = client.appendToStream('stream-1', noted(), { deadline: 10_000 });
      expect(await withoutEnd(appended)).toBe('nothing');
    });

    test('the log has relative ones', () => expectAppended());
  });

  describe('rejects the first call to a dead server with a raw gRPC error', () => {
    test('the log maps it by its code', async () => {
      await log.close();
      await server.stop();
      const opening = openLog(server.url());
      await expect(opening).rejects.toMatchObject({ name: 'LogUnavailable', failure: 'no answer' });
    });
  });

  describe('never settles an append whose answer is empty', () => {
    test('the log gives it up, and finds out', async () => {
      server.faults.next('append', { kind: 'end' }, { persisted: true });
      await expectAppended();
    });
  });

  describe('leaks the call when a loop over a read is left by break', () => {
    test('so the client', async () => {
      await log.append(stream, -1, someEvents(stream, { count: 100 }));
      await until(() => server.open.size === 0);
      const subscription = client.subscribeToAll();
      for await (const each of subscription) if (each.event) break;
      expect(server.open.size).toBeGreaterThan(0);
    });

    test('the log ends what it leaves', async () => {
      const { position } = await log.append(stream, -1, someEvents(stream, { count: 100 }));
      const upTo = toPosition(position - 1n);
      for (let i = 0; i < 50; i++)
        await log.readStream(stream, { upTo: server.store.of(stream)[1]!.position as never });
      await log.readAll({ after: logStart, upTo, limit: 1_000 });
      await until(() => server.open.size === 0);
      expect(server.open.size).toBe(0);
    });
  });

  describe('has reads without a deadline', () => {
    test('the log gives them up', async () => {
      server.faults.next('read', { kind: 'silent' });
      await expect(log.head()).rejects.toMatchObject({ failure: 'no answer' });
    });
  });

  describe('ends a subscription without an error, or with an error that is thrown when nobody listens', () => {
    test.each([undefined, 14])('the log listens to both, and goes on (%s)', async code => {
      const uncaught: unknown[] = [];
      const note = (error: unknown) => uncaught.push(error);
      process.on('uncaughtException', note);
      const waiting = log.waitForNews(logStart, new AbortController().signal);
      await until(() => server.subscriptions.size === 1);
      server.endSubscriptions(code);
      await until(() => server.calls.subscribe === 2);
      await log.append(stream, -1, events);
      await waiting;
      process.off('uncaughtException', note);
      expect(uncaught).toEqual([]);
    });
  });

  describe('stalls a subscription for ever when checkpointReached rejects', () => {
    test('the log has none: checkpoints come, and events behind them', async () => {
      const waiting = log.waitForNews(logStart, new AbortController().signal);
      await until(() => server.subscriptions.size === 1);
      for (let i = 0; i < 100; i++) server.store.writeStatistics();
      const other = await openLog(server.url());
      const { position } = await other.append(stream, -1, events);
      await waiting;
      await log.waitForNews(toPosition(position - 1n), new AbortController().signal);
      expect(server.calls.subscribe).toBe(1);
      await other.close();
    });
  });

  describe('gives an idempotent answer that may carry no position, and dropped the payload', () => {
    test('the log reads the position, and compares the hashes', async () => {
      const first = await log.append(stream, -1, events);
      server.store.repeatedWithPosition = false;
      expect(await log.append(stream, -1, events)).toEqual({ ...first, repeated: true });
      const others = someEvents(stream, { count: 2, value: 1 });
      await expect(log.append(stream, -1, others)).rejects.toMatchObject({ name: 'EventIdReused' });
    });
  });

  describe('writes again what is appended at the current revision under known ids', () => {
    test('the log appends at exact revisions, and never at "any"', async () => {
      await log.append(stream, -1, events);
      await log.append(stream, -1, events);
      server.store.restart();
      await log.append(stream, -1, events);
      expect(server.store.of(stream)).toHaveLength(2);
    });
  });

  describe('takes an append of zero events', () => {
    test('the log refuses it before the wire', async () => {
      await expect(log.append(stream, -1, [])).rejects.toMatchObject({ name: 'AppendTooLarge' });
      expect(server.calls.append).toBe(0);
    });
  });

  describe('changes the bytes of JSON', () => {
    test('the log hashes the canonical form, which is the same afterwards', async () => {
      const data = { z: 1e21, a: [1.0, -0, 0.1 + 0.2], é: '\u2028', __proto__: null };
      const facts = [{ type: 'Noted', data: JSON.parse(JSON.stringify(data)) as object }];
      const chained = chainEvents(stream, emptyStream, facts, someCircumstances());
      await log.append(stream, -1, chained);
      expect((await log.readStream(stream)).map(hashOf)).toEqual(
        chained.map(({ metadata }) => metadata.hash),
      );
    });
  });

  describe('reads from followers unless it is told otherwise', () => {
    test('the log reads from the leader', async () => {
      await log.readStream(stream);
      expect(server.lastRequiredLeader).toBe(true);
      await log.head();
      expect(server.lastRequiredLeader).toBe(true);
    });
  });
});

describe('the connection string', () => {
  const folder = temporaryFolder();
  const authority = join(folder.path, 'authority.pem');
  beforeAll(() => writeFileSync(authority, certificate.cert));
  afterAll(() => folder.remove());

  test.each([
    [
      'of the successor is refused by the client',
      'kurrentdb://ledger:quaxfizz@db.example.org',
      'write esdb://',
    ],
    [
      'with an unescaped : in the password is cut off by the client',
      'esdb://ledger:quax:fizz@db.example.org',
      '%3A',
    ],
    ['with an unescaped @ in the password', 'esdb://ledger:quax@fizz@db.example.org', 'percent-encode'],
    [
      'with tlsVerifyCert=false, which has no effect',
      'esdb://ledger:quaxfizz@db.example.org?tlsVerifyCert=false',
      'tlsCAFile',
    ],
    ['with a user that would not be sent', 'esdb://ledger:quaxfizz@db.example.org?tls=false', 'never send'],
    ['without a user', 'esdb://db.example.org', 'user and password'],
    [
      'with an option that the client would warn of, with the password',
      'esdb://ledger:quaxfizz@h?colour=red',
      'does not know',
    ],
    [
      'with an authority that is not there',
      'esdb://ledger:quaxfizz@h?tlsCAFile=/nowhere/ca.pem',
      'not there',
    ],
    ['with a broken escape', 'esdb://ledger:quax%fizz@db.example.org', '%25'],
    ['without a host', 'esdb://ledger:quaxfizz@', 'no host'],
    ['of something else', 'http://ledger:quaxfizz@db.example.org', 'no address'],
  ])('%s', (_, url, advice) => {
    const problem = readEventStoreUrl(url);
    expect(problem).toEqual(expect.stringContaining(advice));
    expect(problem).not.toMatch(/quax|fizz/);
  });

  test('with a percent-encoded password arrives as a whole', async () => {
    const server = await FakeEventStore.start({ tls: certificate });
    server.access.users.set('ledger', { password: 'sw:o@r/d', groups: ['$admins'] });
    const url = server.url('ledger:sw%3Ao%40r%2Fd@') + `&tlsCAFile=${encodeURIComponent(authority)}`;
    // An administrator may delete, which is what the start refuses: so much as that the server has known the user.
    await expect(openLog(url)).rejects.toThrow('delete streams');
    expect(server.lastRoles).toEqual(['ledger', '$admins']);
    await server.stop();
  });

  test('is not logged with its password when the client writes its log', async () => {
    const server = await FakeEventStore.start({ tls: certificate });
    server.access.users.set('ledger', { password: 'swordfish', groups: [] });
    const said: string[] = [];
    const { log } = createDebug;
    createDebug.log = (...parts: unknown[]) => void said.push(format(...parts));
    createDebug.enable('esdb*');
    const url = server.url('ledger:swordfish@') + `&tlsCAFile=${encodeURIComponent(authority)}`;
    await expect(openLog(url)).rejects.toThrow('provision');
    createDebug.disable();
    createDebug.log = log;
    expect(said.join('\n')).toContain(String(server.port));
    expect(said.join('\n')).not.toContain('swordfish');
    await server.stop();
  });
});
