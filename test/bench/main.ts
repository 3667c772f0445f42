import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SqliteEventLog } from '@platform/event-log';
import { openViews, reactionCheckpoints, rebuildViews } from '@platform/views';
import { allReactions, allViews } from '../../apps/composition/src/contexts';
import { benchAlerts } from './alerts.bench';
import { benchAudit } from './audit.bench';
import { simulatedEvents, writeBigLog } from './big-log';
import { benchCasebook } from './casebook.bench';
import { benchDecisions } from './decisions.bench';
import { benchEventLog } from './event-log.bench';
import { benchHttp } from './http.bench';
import { benchObligations } from './obligations.bench';
import { figure, rowOf, type Row } from './row';
import { benchPartitions } from './partitions/partitions.bench';
import { benchPostgresViews, canMeasure } from './postgresql-views.bench';
import { canStartRedis } from '../support/redis';
import { benchScaleOut } from './scale-out/scale-out.bench';
import { benchViews } from './views.bench';

/*
 * npm run bench [-- --sizes 10000,100000,1000000] [--only appends,http,alerts,scale-out,…] [--write]
 *
 * Prints each figure beside the raw engine's in the same run; `--write` puts them into docs/benchmarks.md, with the
 * machine, the date and the command.
 */
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};
const sizes = (option('sizes') ?? '10000,100000,1000000').split(',').map(Number);
/** All parts, unless some are named. */
const parts = [
  'appends',
  'decisions',
  'http',
  'obligations',
  'alerts',
  'logs',
  'postgresql',
  'scale-out',
  'partitions',
] as const;
const wanted = (part: (typeof parts)[number]): boolean => {
  const only = option('only');
  return only === undefined || only.split(',').includes(part);
};
const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');

interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

async function main(): Promise<void> {
  const write = process.argv.includes('--write');
  if (write && option('only') !== undefined) throw new Error('The page holds all parts: leave out --only.');
  const place = mkdtempSync(join(tmpdir(), 'trial-ledger-bench-'));
  try {
    const sections: Section[] = [];
    const add = async (title: string, rows: Promise<readonly Row[]>): Promise<void> => {
      const section = { title, rows: await rows };
      sections.push(section);
      process.stdout.write(`${textOf(section)}\n`);
    };
    if (wanted('appends')) await add('Appends', benchEventLog());
    if (wanted('decisions')) await add('Decisions', benchDecisions());
    if (wanted('http')) await add('HTTP', benchHttp());
    if (wanted('obligations')) await add('Obligations', benchObligations());
    if (wanted('alerts')) await add('Alerts', benchAlerts());
    if (wanted('postgresql') && (await canMeasure(postgresUrl)))
      await add('Views on PostgreSQL', benchOnPostgres(place));
    if (wanted('scale-out') && canStartRedis && (await canMeasure(postgresUrl)))
      await add('Files and servers', benchScaleOut());
    if (wanted('partitions') && (await canMeasure(postgresUrl)))
      await add('Workers that share a view', benchSharing(place));
    if (wanted('logs')) {
      const template = await simulatedEvents(join(place, 'template'));
      for (const size of sizes)
        await add(
          `${size.toLocaleString('en-GB')} events`,
          benchLog(join(place, String(size)), template, size),
        );
    }
    if (write) writeFileSync(page, pageOf(sections));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const postgresUrl = process.env.VIEWS_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

async function benchOnPostgres(place: string): Promise<Row[]> {
  const logFolder = await largeLog(place, 'postgresql');
  return benchPostgresViews({ logFolder, place: join(place, 'postgresql-beside'), url: postgresUrl });
}

async function benchSharing(place: string): Promise<Row[]> {
  return benchPartitions({ logFolder: await largeLog(place, 'partitions'), url: postgresUrl });
}

/** A log of 100,000 events, or fewer where only smaller ones are wanted. */
async function largeLog(place: string, name: string): Promise<string> {
  const logFolder = join(place, name);
  const template = await simulatedEvents(join(place, `${name}-template`));
  await (await writeBigLog(logFolder, template, Math.min(100_000, Math.max(...sizes)))).close();
  return logFolder;
}

/** All that depends on the size of the log. */
async function benchLog(
  folder: string,
  template: Awaited<ReturnType<typeof simulatedEvents>>,
  size: number,
): Promise<Row[]> {
  const writing = await openFolder(folder);
  await (await writeBigLog(folder, template, size)).close();
  await writing.close();
  const rows: Row[] = [...(await benchViews({ logFolder: folder, views: allViews }))];
  const log = SqliteEventLog.open({ folder });
  const views = await openViews({ folder });
  try {
    await rebuildViews({ log, database: views, all: allViews, views: 'all' });
    // As a server leaves it that has run on this log: what its reactions had to do is done.
    const head = await log.head();
    for (const { name } of allReactions) await reactionCheckpoints(views).advance(name, undefined, head);
    rows.push(...(await benchAudit({ log, views })));
    const listed = await views
      .reader()
      .selectFrom('screening_log')
      .select('participant')
      .distinct()
      .execute();
    const participants = listed.map(({ participant }: { participant: string }) => participant);
    rows.push(...(await benchCasebook(log, views, { trial: 'NCT05794425', participants })));
  } finally {
    await views.close();
    await log.close();
  }
  rows.push(await coldStart(folder));
  return rows;
}

const openFolder = (folder: string) => openViews({ folder });

/** From the start of the process to the line that says that it listens; beside it, Node starting and ending. */
async function coldStart(folder: string): Promise<Row> {
  const environment = { ...process.env, LEDGER_DATA: folder, LEDGER_PORT: '0', LEDGER_LOG_LEVEL: 'silent' };
  const ours = await seconds(['dist/apps/api/src/main.js'], environment, true);
  const raw = await seconds(['-e', '0'], environment, false);
  return rowOf('cold start to listening, against an empty Node process', ours, raw, 's');
}

function seconds(args: readonly string[], env: NodeJS.ProcessEnv, untilOutput: boolean): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const done = (): void => resolve((performance.now() - began) / 1_000);
    child.once('error', reject);
    if (untilOutput) child.stdout.once('data', () => (done(), child.kill('SIGTERM')));
    else child.once('exit', done);
  });
}

const page = join(__dirname, '../../docs/benchmarks.md');

function textOf({ title, rows }: Section): string {
  const lines = rows.map(({ what, ours, raw, unit, ratio, p99Ms }) => {
    const p99 = p99Ms === undefined ? '' : figure(p99Ms);
    return `| ${what} | ${figure(ours)} ${unit} | ${figure(raw)} ${unit} | ${figure(ratio)} | ${p99} |`;
  });
  return [
    `## ${title}`,
    '',
    '| what | ours | raw engine | ratio | p99, ms |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

/** The page keeps what stands above its first section: how to read the figures. */
function pageOf(sections: readonly Section[]): string {
  const [preface = ''] = readFileSync(page, 'utf8').split('\n## ', 1);
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const processor = `${cpus().length} × ${cpu?.model ?? 'unknown processor'}`;
  const machine = [processor, memory, `Node ${process.version}`, process.platform].join(', ');
  const kept = preface.split('\n').filter(line => !line.startsWith('Last run:'));
  const run = `Last run: ${new Date().toISOString().slice(0, 10)}, \`${command}\`, on ${machine}.`;
  return [kept.join('\n').trimEnd(), '', run, '', ...sections.map(textOf)].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
