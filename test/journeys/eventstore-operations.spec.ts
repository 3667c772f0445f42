import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyStream, hashOf, logStart, type StreamHead, type StreamName } from '@platform/kernel';
import { SqliteEventLog, type EventLog } from '@platform/event-log';
import { headBehind, participantStream, someEvents, temporaryFolder } from '@platform/event-log/testing';
import { certificate } from '../support/fake-eventstore/certificate';
import { openLog, until } from '../support/fake-eventstore/open-log';
import { FakeEventStore } from '../support/fake-eventstore/server';

/* What an operator does with a server: sets it up, and moves an embedded log there, also when that is killed. */
const root = join(__dirname, '../..');
const folder = temporaryFolder();
afterAll(() => folder.remove());

const start = (environment: Readonly<Record<string, string>>, ...args: string[]) => {
  const program = [join(root, 'test/support/run-typescript.cjs'), join(root, 'apps/cli/src/main.ts')];
  const env = { ...process.env, EVENTSTORE_URL: '', LEDGER_DATA: folder.path, ...environment };
  const child = spawn(process.execPath, ['-r', ...program, '--json', ...args], { env });
  const said = { result: '', complaint: '' };
  child.stdout.on('data', chunk => (said.result += String(chunk)));
  child.stderr.on('data', chunk => (said.complaint += String(chunk)));
  return {
    child,
    ended: once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, ...said })),
  };
};
const run = (environment: Readonly<Record<string, string>>, ...args: string[]) =>
  start(environment, ...args).ended;

describe('ledger provision eventstore', () => {
  const authority = join(folder.path, 'authority.pem');
  const options = `&tlsCAFile=${encodeURIComponent(authority)}`;
  let server: FakeEventStore;

  beforeAll(() => writeFileSync(authority, certificate.cert));
  beforeEach(async () => (server = await FakeEventStore.start({ tls: certificate })));
  afterEach(() => server.stop());

  const urls = (user = 'ledger:sword%3Afish@') => ({
    EVENTSTORE_URL: server.url(user) + options,
    EVENTSTORE_ADMIN_URL: server.url('admin:changeit@') + options,
  });
  const provision = (environment = urls()) => run(environment, 'provision', 'eventstore');
  const done = { user: 'ledger', deleteRefused: true, metadataRefused: true };

  test('sets the user and the rights; again, it changes nothing; and the log opens', async () => {
    await expect(openLog(urls().EVENTSTORE_URL)).rejects.toThrow('provision');
    const first = await provision();
    expect(JSON.parse(first.result)).toEqual({ ...done, account: 'created', rights: 'set', reading: 'set' });
    const written = server.store.all.length;
    const again = await provision();
    const unchanged = { account: 'unchanged', rights: 'unchanged', reading: 'unchanged' };
    expect(JSON.parse(again.result)).toEqual({ ...done, ...unchanged });
    expect(server.store.all).toHaveLength(written);
    const log = await openLog(urls().EVENTSTORE_URL);
    const stream = participantStream('03-001');
    await log.append(stream, -1, someEvents(stream));
    expect(await log.readAll({ after: logStart, limit: 10 })).toHaveLength(1);
    expect(server.lastRoles).toEqual(['ledger']);
    await log.close();
  });

  test('sets the password anew for a user who has another one', async () => {
    await provision();
    const other = await provision(urls('ledger:another@'));
    expect(JSON.parse(other.result)).toMatchObject({ ...done, account: 'password set', rights: 'unchanged' });
  });

  test('proves it: an administrator as the user of the application is refused', async () => {
    server.access.users.set('ledger', { password: 'sword:fish', groups: ['$admins'] });
    const { exitCode, complaint } = await provision();
    expect(exitCode).toBe(2);
    expect(complaint).toContain('lets this user delete streams');
  });

  test('a log whose rights were loosened is not opened', async () => {
    await provision();
    const acl = { $userStreamAcl: { $r: '$all', $w: '$all', $d: '$admins', $mr: '$all', $mw: '$all' } };
    const loosened = {
      id: 'x',
      type: 'update-default-acl',
      contentType: 'application/json',
      metadata: Buffer.alloc(0),
    };
    server.store.append('$settings', 'any', [{ ...loosened, data: Buffer.from(JSON.stringify(acl)) }]);
    await expect(openLog(urls().EVENTSTORE_URL)).rejects.toThrow('write the metadata of streams');
  });

  test.each([
    ['no server of the application', { EVENTSTORE_URL: '' }, 'Set EVENTSTORE_URL'],
    ['no administrator', { EVENTSTORE_ADMIN_URL: '' }, 'EVENTSTORE_ADMIN_URL'],
    ['a wrong password of the administrator', { EVENTSTORE_ADMIN_URL: 'wrong' }, 'correct user and password'],
    ['no encryption', { EVENTSTORE_URL: 'insecure' }, 'Run it with TLS'],
  ])('%s: one sentence, exit code 2', async (_, given, sentence) => {
    const meant: Readonly<Record<string, string>> = {
      wrong: server.url('admin:wrong@') + options,
      insecure: `esdb://127.0.0.1:${server.port}?tls=false`,
    };
    const changed = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, meant[value] ?? value]),
    );
    const { exitCode, complaint } = await provision({ ...urls(), ...changed });
    expect({ exitCode, complaint }).toEqual({
      exitCode: 2,
      complaint: expect.stringContaining(sentence) as string,
    });
    expect(complaint).not.toMatch(/sword(%3A|:)fish|changeit/);
  });
});

describe('ledger migrate', () => {
  const source = `sqlite:${folder.path}`;
  const events = 600;
  let from: EventLog;
  let server: FakeEventStore;

  beforeAll(async () => {
    from = SqliteEventLog.open({ folder: folder.path });
    const heads = new Map<StreamName, StreamHead>();
    for (let i = 0; i < events / 2; i++) {
      const stream = participantStream(`03-${i % 7}`);
      const head = heads.get(stream) ?? emptyStream;
      const some = someEvents(stream, { head, count: 2, command: `command ${i}` });
      await from.append(stream, head.revision, some);
      heads.set(stream, headBehind(some));
    }
  });
  beforeEach(async () => (server = await FakeEventStore.start()));
  afterEach(() => server.stop());
  afterAll(() => from.close());

  const expectSame = async (): Promise<void> => {
    const to = await openLog(server.url(), { patienceMs: 5_000 });
    const page = { after: logStart, limit: events + 1 };
    const [original, copied] = await Promise.all([from.readAll(page), to.readAll(page)]);
    const said = (all: typeof copied) =>
      all.map(event => [event.stream, event.revision, event.id, hashOf(event)]);
    expect(said(copied)).toEqual(said(original));
    await to.close();
  };

  test('copies a log event for event, and proves it; again, it copies nothing', async () => {
    const first = await run({}, 'migrate', '--from', source, '--to', server.url());
    expect(JSON.parse(first.result)).toMatchObject({
      events,
      copied: events,
      alreadyThere: 0,
      identical: true,
    });
    await expectSame();
    const again = await run({ EVENTSTORE_URL: server.url() }, 'migrate', '--from', source);
    const { digest } = JSON.parse(first.result) as { digest: string };
    expect(JSON.parse(again.result)).toMatchObject({ events, copied: 0, digest });
  });

  test('killed in the middle, it goes on there', async () => {
    const own = () => server.store.all.filter(({ stream }) => stream.startsWith('participant-')).length;
    for (const reached of [100, 300]) {
      const { child, ended } = start({}, 'migrate', '--from', source, '--to', server.url());
      await until(() => own() > reached);
      child.kill('SIGKILL');
      await ended;
    }
    const left = own();
    expect(left).toBeLessThan(events);
    const { result } = await run({}, 'migrate', '--from', source, '--to', server.url());
    expect(JSON.parse(result)).toMatchObject({ events, copied: events - left, identical: true });
    await expectSame();
  });

  test('a target that holds something else is refused, and left as it was', async () => {
    const to = await openLog(server.url());
    const stream = participantStream('03-0');
    await to.append(stream, -1, someEvents(stream, { command: 'another history' }));
    await to.close();
    const before = server.store.all.length;
    const { exitCode, complaint } = await run({}, 'migrate', '--from', source, '--to', server.url());
    expect(exitCode).toBe(1);
    expect(complaint).toContain('not a beginning of the source');
    expect(server.store.all).toHaveLength(before);
  });

  test.each([
    ['sqlite:/nowhere', 'esdb://127.0.0.1:1?tls=false', 2, 'holds no event log'],
    [source, 'kurrentdb://u:swordfish@h', 2, 'write esdb://'],
    [source, 'postgres://u:swordfish@h', 2, '--to takes'],
    [source, 'esdb://127.0.0.1:1?tls=false', 1, 'Run the same command again'],
  ])('%s to %s ends with %i and a sentence', async (given, to, exitCode, sentence) => {
    const ended = await run({}, 'migrate', '--from', given, '--to', to);
    expect(ended).toMatchObject({ exitCode, complaint: expect.stringContaining(sentence) as string });
    expect(ended.complaint).not.toContain('swordfish');
  });
});
