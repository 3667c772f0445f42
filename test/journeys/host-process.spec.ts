import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filled, Gate } from '@platform/commands';
import { AccountOpening, operatorCaller } from '@trial/access';
import { SelectSite } from '@trial/sites';
import { startHost } from '../../apps/api/src/host';
import { send } from '../support/running-ledger';

const trial = 'NCT05794425';
const main = join(__dirname, '../../apps/api/src/main.ts');
const hook = join(__dirname, '../support/run-typescript.cjs');

describe('a host that stops', () => {
  it('finishes the request at hand, and leaves a folder that another one can go on with', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
    const configuration = {
      dataFolder: folder,
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      trustProxy: false,
    } as const;
    const [one, two] = [await startHost(configuration), await startHost(configuration)];
    const roles = [{ role: 'coordinator', trial, sites: ['01'] }] as const;
    const account = { user: 'coordinator-01', printedName: 'Wang Min', roles, temporary: false };
    const opened = await one.app.get(AccountOpening).open(account);
    const { accessToken: token } = (await send(`${one.url}/auth/login`, 'POST', { body: opened })).body;

    // Two servers on one folder: each reads what the other has written, and takes the other's tokens.
    const site = { name: 'Linyi People’s Hospital', zone: 'Asia/Shanghai' };
    const submission = { caller: operatorCaller(), source: 'person' } as const;
    const target = { trial, site: '01' };
    const { position } = await one.app.get(Gate).submit(filled(SelectSite, site), { ...submission, target });
    const seen = await send(`${two.url}/trials/${trial}/sites?after=${position}`, 'GET', { token });
    expect(seen.body.sites).toMatchObject([{ site: '01' }]);

    // Waits for a position that does not come, for two seconds: long enough to be there when the stop begins.
    const arrived = once(one.app.getHttpServer(), 'request');
    const waiting = send(`${one.url}/trials/${trial}/sites?after=${'9'.repeat(12)}`, 'GET', { token });
    await arrived;
    const stopped = one.stop();
    expect((await waiting).status).toBe(202);
    await stopped;
    await expect(send(`${one.url}/health/live`, 'GET')).rejects.toThrow('fetch failed');
    expect((await send(`${two.url}/trials/${trial}/sites/01`, 'GET', { token })).status).toBe(200);
    await two.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a host as a process', () => {
  it('says where it listens, and ends well by a signal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
    const env = {
      ...process.env,
      LEDGER_DATA: join(folder, 'data'),
      LEDGER_PORT: '0',
      LEDGER_LOG_LEVEL: 'warn',
    };
    const child = spawn(process.execPath, ['-r', hook, main], { env });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const [, url = ''] = /^Trial Ledger listens on (http:\S+)\n/.exec(said.toString()) ?? [];
    expect((await send(`${url}/health/ready`, 'GET')).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a host that cannot start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
  const file = join(folder, 'file');
  const taken = createServer();
  let port = 0;

  beforeAll(async () => {
    writeFileSync(file, '');
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    port = (taken.address() as AddressInfo).port;
  });

  afterAll(() => {
    taken.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [
      'on a port that is in use',
      () => ({ LEDGER_PORT: String(port) }),
      2,
      /^127\.0\.0\.1:\d+ is in use by another program\. .*\n$/,
    ],
    [
      'in a file',
      () => ({ LEDGER_DATA: file, LEDGER_PORT: '0' }),
      1,
      /^The data folder .* is no folder\. .*\n$/,
    ],
    [
      'on a port that is none',
      () => ({ LEDGER_PORT: 'http' }),
      2,
      /^The configuration cannot be used:\n {2}- LEDGER_PORT .*\n$/,
    ],
  ])(
    '%s says so in one sentence',
    (_, environment, exitCode, sentence) => {
      const env = { ...process.env, LEDGER_DATA: join(folder, 'data'), ...environment() };
      const { status, stderr, stdout } = spawnSync(process.execPath, ['-r', hook, main], {
        env,
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: exitCode, stdout: '' });
      expect(stderr).toMatch(sentence);
    },
    30_000,
  );
});
