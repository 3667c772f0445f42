import { pendingLimit, type Job, type JobPolicy } from '../port';
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
    keepingMany(bench);
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

  test('one id is one job, whatever its kind', async () => {
    await bench.start();
    bench.queue.handle('reminder', job => void bench.ran.push(`reminder of ${job.id}`));
    await bench.queue.schedule(bench.job('a', 2));
    await bench.queue.schedule(bench.job('a', 1, 'reminder'));
    await bench.pass(3);
    expect(bench.ran).toEqual(['a#1']);
    await bench.queue.schedule(bench.job('a', 1, 'reminder'));
    await bench.pass(2);
    expect(bench.ran).toEqual(['a#1', 'reminder of a']);
  });

  test('an id is known while its job waits, runs or lies dead, and no longer', async () => {
    const ids = ['waits', 'runs', 'is-dead', 'is-done', 'was-cancelled', 'was-never'];
    expect(await bench.queue.known([])).toEqual(new Set());
    expect(await bench.queue.known(ids)).toEqual(new Set());
    await bench.start(({ id }) => {
      if (id === 'is-dead') throw new TypeError('never');
      return id === 'runs' ? bench.harness.sleep(9 * bench.tickMs) : undefined;
    });
    for (const id of ['is-dead', 'is-done']) await bench.queue.schedule(bench.job(id));
    await bench.pass(100);
    await bench.queue.schedule(bench.job('runs'));
    await bench.queue.schedule(bench.job('was-cancelled', 5));
    await bench.queue.schedule(bench.job('waits', 50, 'without-handler'));
    await bench.queue.cancel('was-cancelled');
    await bench.pass(1);
    expect(await bench.queue.known(ids)).toEqual(new Set(['waits', 'runs', 'is-dead']));
  });

  // Words that a service outside this process, or the language, may use for something of its own.
  test.each(['wait', 'delayed', 'failed', 'meta', 'events', 'id', 'marker', 'constructor', 'job-a'])(
    'an id may be "%s"',
    async id => {
      await bench.start();
      expect(await bench.queue.known([id])).toEqual(new Set());
      await bench.queue.schedule(bench.job(id, 1));
      await bench.queue.schedule(bench.job('other', 2));
      expect(await bench.queue.known([id])).toEqual(new Set([id]));
      await bench.pass(3);
      expect([bench.ran, await bench.depthOf()]).toEqual([[`${id}#1`, 'other#1'], empty]);
    },
  );

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

/** A hundred side by side: of thousands at once, a slow machine would not answer the last in time. */
async function inTurns<Answer>(
  ids: readonly string[],
  ask: (id: string, index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let next = 0; next < ids.length; next += 100) {
    const some = ids.slice(next, next + 100);
    answers.push(...(await Promise.all(some.map((id, index) => ask(id, next + index)))));
  }
  return answers;
}

/** More than are listed at once. */
const many = pendingLimit + 500;

function keepingMany(bench: Bench): void {
  test('many jobs wait for their times, are asked about at once, and are taken away one by one', async () => {
    const ids = Array.from({ length: many }, (_, i) => `obligation-${i}-overdue`);
    await bench.start();
    // The last one first, so that the order of their times is not that of their scheduling.
    await inTurns(ids, (id, i) => bench.queue.schedule(bench.job(id, 10 + many - i)));
    expect(await bench.depthOf()).toBe(`${many} waiting, 0 running, 0 dead`);
    expect((await bench.queue.known([...ids, 'unknown'])).size).toBe(many);
    const listed = (await bench.queue.pending('alert')).map(({ id }) => id);
    expect(listed).toEqual(ids.toReversed().slice(0, pendingLimit));
    const cancelled = await inTurns(ids.slice(10), id => bench.queue.cancel(id));
    expect(cancelled.every(Boolean)).toBe(true);
    expect(await bench.queue.known(ids)).toEqual(new Set(ids.slice(0, 10)));
    await bench.pass(10 + many);
    const left = ids.slice(0, 10).toReversed();
    expect([bench.ran, await bench.depthOf()]).toEqual([left.map(id => `${id}#1`), empty]);
  });
}
