import { AttemptTimedOut, JobRefused, type Attempt, type Job } from '../port';
import { empty, failUntil, never, type Bench } from './bench';

export function failing(bench: Bench): void {
  test.each<[string, (attempt: Attempt) => Promise<void> | void]>([
    ['throws', ({ number }) => failUntil(3, number)],
    ['rejects', async ({ number }) => failUntil(3, number)],
    [
      'rejects after a while',
      ({ number }) => bench.harness.sleep(bench.tickMs).then(() => failUntil(3, number)),
    ],
    ['throws nothing in particular', ({ number }) => (number < 3 ? Promise.reject<void>() : undefined)],
    ['never settles', ({ number }) => (number < 3 ? never : undefined)],
  ])('a job is tried again, later and later, when its handler %s', async (_what, handler) => {
    const times: number[] = [];
    await bench.start((_job, attempt) => {
      times.push(bench.harness.now());
      return handler(attempt);
    });
    await bench.queue.schedule(bench.job('a'));
    await bench.pass(40);
    expect([bench.ran, await bench.depthOf()]).toEqual([['a#1', 'a#2', 'a#3'], empty]);
    const [first = NaN, second = NaN, third = NaN] = times;
    expect(second - first).toBeGreaterThanOrEqual(bench.policy.firstRetryMs / 2);
    expect(third - second).toBeGreaterThanOrEqual(bench.policy.firstRetryMs);
  });

  test('an attempt that does not settle is told so, and holds nobody up', async () => {
    const reasons: unknown[] = [];
    await bench.start((job, { number, signal }) => {
      if (job.id === 'done' || number > 1) return;
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return never;
    });
    for (const id of ['a', 'b', 'done']) await bench.queue.schedule(bench.job(id));
    await bench.pass(9);
    expect(bench.ran.toSorted()).toEqual(['a#1', 'b#1']);
    await bench.pass(30);
    expect(bench.ran.toSorted()).toEqual(['a#1', 'a#2', 'b#1', 'b#2', 'done#1']);
    expect(reasons).toEqual([expect.any(AttemptTimedOut), expect.any(AttemptTimedOut)]);
  });

  test('after too many failures a job lies dead and visible, and knows its id', async () => {
    await bench.start(job => failUntil(job.id === 'a' ? 99 : 0, 1));
    const job = bench.job('a');
    await bench.queue.schedule(job);
    await bench.pass(100);
    await bench.queue.schedule(bench.job('a'));
    await bench.queue.schedule(bench.job('b'));
    await bench.pass(100);
    expect(bench.ran).toEqual(['a#1', 'a#2', 'a#3', 'a#4', 'b#1']);
    expect(await bench.depthOf()).toBe('0 waiting, 0 running, 1 dead');
    expect(await bench.queue.dead()).toEqual([
      { job, attempts: 4, failedAt: expect.any(Number) as number, error: 'TypeError' },
    ]);
    expect(await bench.queue.dead('alert')).toHaveLength(1);
    expect(await bench.queue.dead('reminder')).toEqual([]);
    expect(await bench.queue.pending('alert')).toEqual([]);
  });

  test('a dead job can be revived, once, and taken away', async () => {
    let failures = 4;
    await bench.start(() => failUntil(0, failures-- > 0 ? -1 : 0));
    await bench.queue.schedule(bench.job('a'));
    await bench.pass(100);
    expect(await bench.queue.revive('unknown')).toBe(false);
    expect(await bench.queue.revive('a')).toBe(true);
    expect(await bench.queue.revive('a')).toBe(false);
    await bench.pass(1);
    expect([bench.ran.at(-1), await bench.depthOf()]).toEqual(['a#1', empty]);
    failures = 4;
    await bench.queue.schedule(bench.job('b'));
    await bench.pass(100);
    expect(await bench.queue.cancel('b')).toBe(true);
    expect(await bench.queue.dead()).toEqual([]);
  });
}

export function sharing(bench: Bench): void {
  test('no more than the agreed number of a kind run at once, and all of them come to run', async () => {
    let [busy, most] = [0, 0];
    await bench.start(async () => {
      busy += 1;
      most = Math.max(most, busy);
      await bench.harness.sleep(2 * bench.tickMs);
      busy -= 1;
    });
    for (let i = 0; i < 7; i++) await bench.queue.schedule(bench.job(`a${i}`));
    await bench.pass(1);
    expect(await bench.depthOf()).toBe('5 waiting, 2 running, 0 dead');
    expect(await bench.queue.pending('alert')).toHaveLength(7);
    await bench.pass(30);
    expect([most, bench.ran.length, await bench.depthOf()]).toEqual([2, 7, empty]);
  });

  test('kinds do not wait for each other', async () => {
    bench.queue.handle('webhook', () => never);
    await bench.start();
    for (let i = 0; i < 5; i++) await bench.queue.schedule(bench.job(`w${i}`, 0, 'webhook'));
    await bench.queue.schedule(bench.job('a', 1));
    await bench.pass(3);
    expect([bench.ran, await bench.depthOf('webhook')]).toEqual([['a#1'], '3 waiting, 2 running, 0 dead']);
  });
}

export function stopping(bench: Bench): void {
  test('a stop waits for what is running, starts nothing, and loses nothing', async () => {
    let stopped = false;
    await bench.start((_job, { number }) =>
      bench.harness.sleep(3 * bench.tickMs).then(() => failUntil(2, number)),
    );
    for (const id of ['a', 'b', 'c']) await bench.queue.schedule(bench.job(id));
    await bench.pass(1);
    const stop = bench.queue.stop().then(() => (stopped = true));
    await bench.pass(1);
    expect(stopped).toBe(false);
    await bench.pass(3);
    await stop;
    await bench.queue.schedule(bench.job('d'));
    await bench.pass(50);
    expect(bench.ran.toSorted()).toEqual(['a#1', 'b#1']);
    await bench.queue.start();
    await bench.pass(100);
    expect([bench.ran.toSorted(), await bench.depthOf()]).toEqual([
      ['a#1', 'a#2', 'b#1', 'b#2', 'c#1', 'c#2', 'd#1', 'd#2'],
      empty,
    ]);
  });

  test('starting and stopping twice does no harm', async () => {
    await bench.queue.stop();
    await bench.start();
    await bench.queue.start();
    await bench.queue.schedule(bench.job('a', 1));
    await bench.pass(2);
    await Promise.all([bench.queue.stop(), bench.queue.stop()]);
    expect(bench.ran).toEqual(['a#1']);
  });
}

export function refusing(bench: Bench): void {
  test.each<[string, Partial<Record<keyof Job, unknown>>]>([
    ['a colon in its id', { id: 'obligation:1' }],
    ['an integer for an id', { id: '42' }],
    ['an empty id', { id: '' }],
    ['a blank in its id', { id: 'a b' }],
    ['an endless id', { id: 'a'.repeat(129) }],
    ['an odd kind', { kind: 'Alert:1' }],
    ['no kind', { kind: '' }],
    ['no time', { runAt: NaN }],
    ['half a millisecond', { runAt: 0.5 }],
    ['a sentence', { refs: { note: 'fever since yesterday' } }],
    ['a number', { refs: { age: 42 } }],
    ['a structure', { refs: { patient: { name: 'x' } } }],
    ['an empty reference', { refs: { event: '' } }],
    ['a long reference', { refs: { event: 'x'.repeat(201) } }],
    [
      'many references',
      { refs: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`e${i}`, 'x'.repeat(40)])) },
    ],
  ])('a job with %s is refused, and not quoted', async (_what, wrong) => {
    const job = { ...bench.job('a'), ...wrong } as Job;
    const error: unknown = await bench.queue.schedule(job).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobRefused);
    expect((error as Error).message).not.toMatch(/fever|42|:1/);
    expect((await bench.queue.depth()).size).toBe(0);
  });

  test('ids, stream names, positions and instants are taken', async () => {
    const refs = {
      stream: 'participant-NCT05794425.03-007',
      event: '018e0dab-6c00-7000-8000-000000000001',
      position: '-1',
      dueAt: '2024-03-05T08:00:00.000Z',
    };
    await bench.queue.schedule({ ...bench.job('obligation-018e0dab_1.overdue', 1), refs });
    expect((await bench.queue.pending('alert')).map(job => job.refs)).toEqual([refs]);
  });
}
