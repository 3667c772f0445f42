import type { Job, JobPolicy } from '../port';
import { Bench, empty, failUntil } from './bench';
import { failing, refusing, sharing, stopping } from './contract-trouble';
import type { MakeJobQueue } from './harness';
import { jobQueueLaws } from './laws';

export interface ContractOptions {
  /** Milliseconds that the suite counts as one. Real time wants few, simulated time does not care. */
  readonly tickMs?: number;
  /** How many random histories are tried. */
  readonly runs?: number;
}

/** What every `JobQueue` must do, whatever it is made of. */
export function jobQueueContract(name: string, make: MakeJobQueue, options: ContractOptions = {}): void {
  const { tickMs = 1_000, runs = 100 } = options;
  const policy: JobPolicy = {
    maxAttempts: 4,
    firstRetryMs: 2 * tickMs,
    longestRetryMs: 6 * tickMs,
    timeoutMs: 10 * tickMs,
    concurrency: 2,
  };
  describe(`${name} keeps the promises of a job queue:`, () => {
    const bench = new Bench(make, policy, tickMs);
    beforeEach(() => bench.open());
    afterEach(() => bench.harness.close());
    running(bench);
    knowingIds(bench);
    failing(bench);
    sharing(bench);
    stopping(bench);
    refusing(bench);
  });
  jobQueueLaws(name, make, { policy, tickMs, runs });
}

function running(bench: Bench): void {
  test('a job is run once, when it is due, with what it is about', async () => {
    const seen: Job[] = [];
    await bench.start(job => void seen.push(job));
    const job = bench.job('a', 5);
    await bench.queue.schedule(job);
    await bench.pass(4);
    expect([bench.ran, await bench.depthOf()]).toEqual([[], '1 waiting, 0 running, 0 dead']);
    await bench.pass(20);
    expect([bench.ran, await bench.depthOf()]).toEqual([['a#1'], empty]);
    expect(seen).toEqual([job]);
  });

  test('a job whose time has passed is run at once', async () => {
    await bench.start();
    await bench.queue.schedule({ ...bench.job('a'), runAt: 0 });
    await bench.pass(1);
    expect(bench.ran).toEqual(['a#1']);
  });

  test('jobs start in the order of their times, not of their scheduling', async () => {
    await bench.start();
    for (const [id, inTicks] of [
      ['c', 9],
      ['a', 3],
      ['b', 6],
    ] as const)
      await bench.queue.schedule(bench.job(id, inTicks));
    expect((await bench.queue.pending('alert')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    await bench.pass(10);
    expect(bench.ran).toEqual(['a#1', 'b#1', 'c#1']);
  });

  test('a job that comes to be due before the one that was waited for is not late', async () => {
    await bench.start();
    await bench.queue.schedule(bench.job('late', 50));
    await bench.pass(1);
    await bench.queue.schedule(bench.job('early', 2));
    await bench.pass(3);
    expect(bench.ran).toEqual(['early#1']);
  });

  test('jobs wait for the start, and for a handler of their kind', async () => {
    await bench.queue.schedule(bench.job('a'));
    await bench.queue.schedule(bench.job('b', 0, 'reminder'));
    await bench.pass(5);
    await bench.start();
    await bench.pass(1);
    expect([bench.ran, await bench.depthOf('reminder')]).toEqual([['a#1'], '1 waiting, 0 running, 0 dead']);
    bench.queue.handle('reminder', job => void bench.ran.push(job.id));
    await bench.pass(1);
    expect([bench.ran, await bench.depthOf('reminder')]).toEqual([['a#1', 'b'], empty]);
  });

  test('a kind has one handler', () => {
    bench.queue.handle('alert', () => {});
    expect(() => bench.queue.handle('alert', () => {})).toThrow('handler already');
  });

  test('what a caller does to his job afterwards changes nothing', async () => {
    const seen: string[] = [];
    await bench.start(job => void seen.push(String(job.refs['obligation'])));
    const job = bench.job('a', 1);
    await bench.queue.schedule(job);
    Object.assign(job.refs, { obligation: 'changed' });
    await bench.pass(2);
    expect(seen).toEqual(['a']);
  });
}

function knowingIds(bench: Bench): void {
  test('scheduling a waiting job again changes nothing', async () => {
    await bench.start();
    await bench.queue.schedule(bench.job('a', 5));
    await bench.queue.schedule(bench.job('a', 1));
    await bench.queue.schedule(bench.job('a', 9, 'alert'));
    await bench.pass(4);
    expect(bench.ran).toEqual([]);
    await bench.pass(20);
    expect(bench.ran).toEqual(['a#1']);
  });

  test('scheduling a running job again changes nothing', async () => {
    await bench.start(() => (bench.ran.length < 9 ? bench.queue.schedule(bench.job('a')) : undefined));
    await bench.queue.schedule(bench.job('a'));
    await bench.pass(5);
    expect([bench.ran, await bench.depthOf()]).toEqual([['a#1'], empty]);
  });

  test('once it has succeeded, its id may come again', async () => {
    await bench.start();
    await bench.queue.schedule(bench.job('a'));
    await bench.pass(1);
    await bench.queue.schedule(bench.job('a'));
    await bench.pass(1);
    expect(bench.ran).toEqual(['a#1', 'a#1']);
  });

  test('a cancelled job is not run, and is cancelled once', async () => {
    await bench.start();
    await bench.queue.schedule(bench.job('a', 2));
    await bench.queue.schedule(bench.job('b', 2));
    expect(await bench.queue.cancel('a')).toBe(true);
    expect(await bench.queue.cancel('a')).toBe(false);
    expect(await bench.queue.cancel('unknown')).toBe(false);
    await bench.pass(5);
    expect([bench.ran, await bench.depthOf()]).toEqual([['b#1'], empty]);
  });

  test('a cancelled id may come again', async () => {
    await bench.start();
    await bench.queue.schedule(bench.job('a', 2));
    await bench.queue.cancel('a');
    await bench.queue.schedule(bench.job('a', 4));
    await bench.pass(3);
    expect(bench.ran).toEqual([]);
    await bench.pass(2);
    expect(bench.ran).toEqual(['a#1']);
  });

  test('a running job cannot be cancelled, and goes on', async () => {
    await bench.start((_job, { number }) =>
      bench.harness.sleep(bench.tickMs).then(() => failUntil(2, number)),
    );
    await bench.queue.schedule(bench.job('a'));
    await bench.pass(0.5);
    expect(await bench.queue.cancel('a')).toBe(false);
    await bench.pass(20);
    expect(bench.ran).toEqual(['a#1', 'a#2']);
  });
}
