import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hook = join(__dirname, '../support/run-typescript.cjs');
const program = join(__dirname, '../../apps/cli/src/main.ts');
const patienceMs = 240_000;
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) process.stderr.write('curl is not installed: the lines that the demo prints are not tried.\n');

/** A demo in a process of its own, with its temporary folders in a place of its own. */
class RunningDemo {
  private said = '';
  private complained = '';
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly ended: Promise<[number | null]>;

  constructor(
    private readonly temporary: string,
    ...options: string[]
  ) {
    this.child = spawn(
      process.execPath,
      ['-r', hook, program, 'demo', '--participants', '5', '--months', '5', ...options],
      { env: { ...process.env, TMPDIR: temporary } },
    );
    this.child.stdout.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.child.stderr.on('data', (chunk: Buffer) => (this.complained += chunk.toString()));
    this.ended = once(this.child, 'close') as Promise<[number | null]>;
  }

  /** Everything on standard output once the last line is there. @throws Error when it ends before that */
  async ready(): Promise<string> {
    const gone = this.ended.then(() => Promise.reject(new Error(`It ended: ${this.complained}`)));
    gone.catch(() => undefined);
    while (!/Ctrl-C .*\n/.test(this.said)) await Promise.race([once(this.child.stdout, 'data'), gone]);
    return this.said;
  }

  /** What it says beside the result, once it says something. */
  async noted(): Promise<string> {
    while (this.complained === '') await once(this.child.stderr, 'data');
    return this.complained;
  }

  async interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    const [code] = await this.ended;
    return code;
  }

  folders(): string[] {
    return readdirSync(this.temporary);
  }
}

const linesOf = (text: string, start: string): string[] =>
  text.split('\n').filter(line => line.startsWith(start));

describe('the demo', () => {
  let temporary: string;
  let busy: Server;
  let demo: RunningDemo;
  let text: string;

  beforeAll(async () => {
    temporary = join(mkdtempSync(join(tmpdir(), 'trial-ledger-')), 'temporary');
    mkdirSync(temporary);
    // Whoever holds port 3000 already holds it as well as this one.
    busy = createServer().on('error', () => {});
    busy.listen(3000, '127.0.0.1');
    demo = new RunningDemo(temporary);
    text = await demo.ready();
  }, patienceMs);

  afterAll(async () => {
    busy.close();
    await demo.interrupt();
    rmSync(join(temporary, '..'), { recursive: true, force: true });
  }, patienceMs);

  it('runs on the first free port behind 3000, on data in a temporary folder', () => {
    const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
    expect(Number(port)).toBeGreaterThan(3000);
    expect(demo.folders()).toHaveLength(1);
    expect(text).toContain(join(temporary, demo.folders()[0]!));
  });

  it('shows a login for each role', async () => {
    const roles =
      'investigator coordinator pharmacist monitor safetyOfficer dataManager inspector administrator';
    const [, url = ''] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(text) ?? [];
    for (const role of roles.split(' ')) {
      const [, user, password] = new RegExp(`^  ${role} +(\\S+) +(\\S+) `, 'm').exec(text) ?? [];
      const answer = await fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user, password }),
      });
      expect([role, answer.status]).toEqual([role, 200]);
    }
  });

  it('prints six lines to paste', () => {
    expect(linesOf(text, 'TOKEN=')).toHaveLength(1);
    expect(linesOf(text, 'curl ')).toHaveLength(6);
  });

  (hasCurl ? it : it.skip)(
    'answers each of them with JSON',
    () => {
      const [logIn = ''] = linesOf(text, 'TOKEN=');
      for (const line of linesOf(text, 'curl ')) {
        const shown = line.replace('curl -s', `curl -s -w '\\n%{http_code} %{content_type}'`);
        const { stdout, stderr } = spawnSync('/bin/sh', ['-c', `${logIn}\n${shown}`], { encoding: 'utf8' });
        const [body = '', status = stderr] = stdout.split('\n');
        expect([line, status]).toEqual([line, expect.stringMatching(/^2\d\d application\/json/)]);
        const answer = JSON.parse(body) as { edits?: unknown[] };
        expect(answer).toMatchObject({ standsAt: { position: expect.any(String) } });
        // A value that was signed and put right is there to be found.
        if (line.includes('edits-after-signature')) expect(answer.edits).toHaveLength(1);
      }
    },
    60_000,
  );

  it('removes its data when it is interrupted', async () => {
    const folder = join(temporary, demo.folders()[0]!);
    expect(existsSync(join(folder, 'events.sqlite'))).toBe(true);
    expect(await demo.interrupt()).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  it(
    'removes its data, too, when it is interrupted before it is ready',
    async () => {
      const impatient = new RunningDemo(temporary);
      expect(await impatient.noted()).toContain('Simulating');
      expect(await impatient.interrupt()).toBe(130);
      expect(impatient.folders()).toEqual([]);
    },
    patienceMs,
  );

  it(
    'says so when the wished port is taken',
    async () => {
      const refused = new RunningDemo(temporary, '--port', '3000');
      await expect(refused.ready()).rejects.toThrow('Port 3000 is in use');
      expect(refused.folders()).toEqual([]);
    },
    patienceMs,
  );
});
