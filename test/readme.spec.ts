import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readConfiguration } from '../apps/composition/src/configuration';
import { TalkingProcess } from './support/child-process';

const root = resolve(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
const operations = read('docs/operations.md');

/** The commands of a document's shell blocks, without their remarks. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/```(?:sh)?\n(.*?)```/gs)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map(line => line.replace(/\s+#.*$/, '').trim())
    .filter(line => line !== '');

/** A study small enough to be imported at once, for the line that names a folder. */
const study = join(__dirname, 'support', 'small-study');

describe('the README', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-readme-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ledger = commandsOf(readme).filter(command => command.startsWith('npx ledger'));

  it('shows the command line at work', () => {
    expect(ledger.length).toBeGreaterThanOrEqual(7);
  });

  // One after the other in one folder, as somebody would who tries them from the top.
  it.each(ledger)(
    '%s',
    command => {
      const args = command.replace('npx ledger', '').replace('FOLDER', study).trim().split(/\s+/);
      const run = [
        `-r`,
        join(root, 'test/support/run-typescript.cjs'),
        join(root, 'apps/cli/src/main.ts'),
        ...args,
      ];
      const { status, stdout, stderr } = spawnSync(process.execPath, run, { cwd: folder, encoding: 'utf8' });
      expect({ status, said: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
    },
    120_000,
  );

  it('npm start', async () => {
    const environment = { ...process.env, LEDGER_DATA: join(folder, 'data'), LEDGER_PORT: '0' };
    const main = [join(root, 'test/support/run-typescript.cjs'), join(root, 'apps/api/src/main.ts')];
    const server = spawn(process.execPath, ['-r', ...main], { cwd: folder, env: environment });
    const ended = once(server, 'close');
    try {
      const host = new TalkingProcess(server);
      await host.firstLine();
      const url = /http:\S+/.exec(host.lines[0]!)?.[0] ?? '';
      const paths = [...readme.matchAll(/`GET (\/\S+)`/g)].map(([, path = '']) => path);
      expect(paths).toHaveLength(3);
      const statuses = await Promise.all(paths.map(async path => (await fetch(`${url}${path}`)).status));
      expect(statuses).toEqual([200, 200, 200]);
    } finally {
      server.kill('SIGTERM');
    }
    expect((await ended)[0]).toBe(0);
  });

  it('names scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [readme, read('CONTRIBUTING.md')].flatMap(commandsOf);
    const used = named.flatMap(command => /^npm (?:run )?(\S+)/.exec(command)?.slice(1) ?? []);
    expect(used).toEqual(expect.arrayContaining(['demo', 'test', 'build', 'start']));
    expect(used.filter(name => scripts[name] === undefined)).toEqual([]);
  });

  it('names no variable that operators are not told of', () => {
    const named = readme.match(/\b(?:LEDGER_[A-Z_]+|[A-Z]+_URL)\b/g) ?? [];
    expect(named.filter(name => !operations.includes(`\`${name}\``))).toEqual([]);
  });
});

test.each([
  ['README.md', readme],
  ['docs/operations.md', operations],
])('%s tells the defaults of the configuration', (_, page) => {
  const { dataFolder, host, port } = readConfiguration({});
  const row = (...names: string[]): string[] => {
    const found = page.split('\n').find(line => names.every(name => line.includes(`\`${name}\``))) ?? '';
    return [...(found.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
  };
  expect(resolve(row('LEDGER_DATA')[0] ?? '')).toBe(dataFolder);
  expect(row('LEDGER_HOST', 'LEDGER_PORT')).toEqual([host, String(port)]);
});

test('docs/operations.md tells the other defaults too', () => {
  const { logLevel, trustProxy } = readConfiguration({});
  expect(operations).toContain(`| \`LEDGER_LOG_LEVEL\` | \`${logLevel}\` |`);
  expect(operations).toContain(`| \`LEDGER_TRUST_PROXY\` | \`${String(trustProxy)}\` |`);
});

const pages = ['.', 'docs', 'infra', 'libs', 'test'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter(file => file.endsWith('.md'))
    .map(file => join(folder, file)),
);

describe('a page', () => {
  it.each(pages)('%s links to what is there', file => {
    const links = [...read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    expect(links.filter(link => !existsSync(join(root, dirname(file), link)))).toEqual([]);
  });
});
