import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { temporaryFolder } from '@platform/event-log/testing';
import { TalkingProcess, startTypeScript } from '../support/child-process';
import { FakeEventStore } from '../support/fake-eventstore/server';

/* The host and the command line with their event log on a server: the same product, another engine. */
const root = join(__dirname, '../..');
const hook = join(root, 'test/support/run-typescript.cjs');

describe('EVENTSTORE_URL', () => {
  const folder = temporaryFolder();
  let server: FakeEventStore;

  beforeAll(async () => (server = await FakeEventStore.start()));
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  const run = async (program: string, url: string, ...args: string[]) => {
    const environment = { ...process.env, EVENTSTORE_URL: url, LEDGER_DATA: folder.path, LEDGER_PORT: '0' };
    const child = spawn(process.execPath, ['-r', hook, join(root, program), ...args], { env: environment });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += String(chunk)));
    const [exitCode] = (await once(child, 'close')) as [number];
    return { exitCode, said };
  };

  test('the command line writes to the server, and verifies what is there', async () => {
    expect(await run('apps/cli/src/main.ts', server.url(), 'init', 'NCT05794425')).toMatchObject({
      exitCode: 0,
    });
    expect(server.store.of('trial-NCT05794425').length).toBeGreaterThan(0);
    expect(await run('apps/cli/src/main.ts', server.url(), 'rebuild')).toMatchObject({ exitCode: 0 });
    const verified = await run('apps/cli/src/main.ts', server.url(), '--json', 'verify');
    expect(verified.exitCode).toBe(0);
    expect(JSON.parse(verified.said)).toMatchObject({ problems: [], drifts: [], intact: true });
  });

  test('the host says which log it has, and serves', async () => {
    const environment = {
      ...process.env,
      EVENTSTORE_URL: server.url(),
      LEDGER_DATA: folder.path,
      LEDGER_PORT: '0',
    };
    const child = spawn(process.execPath, ['-r', hook, join(root, 'apps/api/src/main.ts')], {
      env: environment,
    });
    const host = new TalkingProcess(child);
    await host.firstLine();
    while (host.lines.length < 3) await once(child.stdout, 'data');
    const url = /http:\S+/.exec(host.lines[0]!)?.[0] ?? '';
    expect(host.lines.join('\n')).toContain(`event log: EventStoreDB at 127.0.0.1:${server.port}`);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    await host.end();
  });

  test('the embedded mode does not load what only a server needs', async () => {
    const ask = `require('@platform/event-log'); process.stdout.write(Object.keys(require.cache).join(','))`;
    const child = spawn(process.execPath, ['-r', hook, '-e', ask]);
    let loaded = '';
    child.stdout.on('data', chunk => (loaded += String(chunk)));
    await once(child, 'close');
    expect(loaded).toContain('eventstore-event-log');
    expect(loaded).not.toMatch(/@grpc|@eventstore/);
  });

  test('a server that is not there is told in one sentence, without the password', async () => {
    const gone = await FakeEventStore.start();
    await gone.stop();
    const { exitCode, said } = await run('apps/api/src/main.ts', gone.url());
    expect(exitCode).toBe(1);
    expect(said).toBe(
      `The EventStoreDB at 127.0.0.1:${gone.port} does not answer. Start it, or correct EVENTSTORE_URL.\n`,
    );
  });

  test('the fake server serves as a process of its own', async () => {
    const child = startTypeScript(join(root, 'test/support/fake-eventstore/serve.ts'), '0');
    const serving = new TalkingProcess(child);
    await serving.firstLine();
    const initialised = await run('apps/cli/src/main.ts', serving.lines[0]!, 'init', 'NCT05794425');
    expect(initialised.exitCode).toBe(0);
    child.stdin.end();
    await serving.end();
  });
});
