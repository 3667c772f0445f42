import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import { rowOf, type Row } from '../row';
import type { Followed } from './follow-alone';

export interface PartitionsBench {
  /** Data folder with a log in it. */
  readonly logFolder: string;
  /** A PostgreSQL where a schema can be made. */
  readonly url: string;
}

const view = 'adverse-event-log';
const partitions = 4;
const workersTried = [1, 2, 4];

/**
 * One large view on PostgreSQL, followed live from the first event, by one worker that has it undivided, and by 1, 2
 * and 4 worker processes that share its partitions: the better of two runs each, and the processor time of all workers.
 * The database has to do with the same processors, so that as many workers as processors gain nothing.
 */
export async function benchPartitions(bench: PartitionsBench): Promise<Row[]> {
  const undivided = await betterOfTwo(1, 1, bench);
  const events = undivided.each[0]!.taken;
  const rate = (seconds: number): number => Math.round(events / seconds);
  const rows: Row[] = [];
  for (const workers of workersTried) {
    const measured = await betterOfTwo(workers, partitions, bench);
    const who = `${workers} ${workers === 1 ? 'worker' : 'workers'} (${sharesOf(measured)})`;
    const what =
      `${view} of ${events} events in ${partitions} partitions, ` +
      `followed by ${who} on ${cpus().length} processors`;
    rows.push(
      rowOf(`${what}, against one undivided`, rate(measured.seconds), rate(undivided.seconds), 'events/s'),
      rowOf(
        'the same by the processor time of the workers',
        rate(cpuSecondsOf(measured)),
        rate(cpuSecondsOf(undivided)),
        'events/s',
      ),
    );
  }
  return rows;
}

const cpuSecondsOf = ({ each }: Measured): number =>
  each.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);

function sharesOf({ each }: Measured): string {
  const all = each.reduce((sum, { taken }) => sum + taken, 0);
  return each
    .map(({ taken }) => Math.round((100 * taken) / all))
    .toSorted((a, b) => b - a)
    .map(share => `${share} %`)
    .join(', ');
}

async function betterOfTwo(workers: number, divided: number, bench: PartitionsBench): Promise<Measured> {
  const [first, second] = [
    await followedBy(workers, divided, bench),
    await followedBy(workers, divided, bench),
  ];
  return first.seconds < second.seconds ? first : second;
}

interface Measured {
  readonly seconds: number;
  readonly each: readonly Followed[];
}

/** From the moment in which all are ready, to the one in which somebody sees that the view has arrived. */
async function followedBy(
  workers: number,
  divided: number,
  { logFolder, url }: PartitionsBench,
): Promise<Measured> {
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const own = new URL(url);
  own.searchParams.set('schema', schema);
  const args = [logFolder, own.href, view, String(divided)];
  const children = Array.from({ length: workers }, () => fork(join(__dirname, 'follow-alone.ts'), args));
  try {
    await Promise.all(children.map(child => messageOf<string>(child)));
    const begun = performance.now();
    for (const child of children) child.send('begin');
    const figures = children.map(child => messageOf<Followed>(child));
    await Promise.race(figures);
    const seconds = (performance.now() - begun) / 1_000;
    const each = await Promise.all(figures);
    await Promise.all(children.map(async child => child.exitCode ?? (await once(child, 'exit'))));
    return { seconds, each };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`drop schema if exists "${schema}" cascade`);
    await client.end();
  }
}

function messageOf<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as Message));
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`A worker has ended with ${code} and no figures.`)));
  });
}
