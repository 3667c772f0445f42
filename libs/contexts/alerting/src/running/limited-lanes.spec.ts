import { AsyncLocalStorage } from 'node:async_hooks';
import { LimitedLanes } from './limited-lanes';

/** Tasks that end when they are told to. */
class Tasks {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();

  task = (name: string) => (): Promise<void> => {
    this.begun.push(name);
    return new Promise(resolve => this.ends.set(name, resolve));
  };

  async end(name: string): Promise<void> {
    this.ends.get(name)!();
    await new Promise(resolve => setImmediate(resolve));
  }
}

test('a full lane waits for itself and takes no room from the others', async () => {
  const [lanes, tasks] = [new LimitedLanes(2, 10), new Tasks()];
  for (const name of ['slow-1', 'slow-2', 'slow-3', 'slow-4']) lanes.add('slow', tasks.task(name));
  lanes.add('quick', tasks.task('quick-1'));
  expect(tasks.begun).toEqual(['slow-1', 'slow-2', 'quick-1']);
  await tasks.end('slow-2');
  expect(tasks.begun).toEqual(['slow-1', 'slow-2', 'quick-1', 'slow-3']);
});

test('lanes take turns where there is not room for all', async () => {
  const [lanes, tasks] = [new LimitedLanes(1, 1), new Tasks()];
  for (const name of ['a-1', 'a-2', 'a-3']) lanes.add('a', tasks.task(name));
  lanes.add('b', tasks.task('b-1'));
  await tasks.end('a-1');
  await tasks.end('b-1');
  await tasks.end('a-2');
  expect(tasks.begun).toEqual(['a-1', 'b-1', 'a-2', 'a-3']);
});

test('what waits is dropped at the end, what runs is waited for', async () => {
  const [lanes, tasks] = [new LimitedLanes(1, 1), new Tasks()];
  for (const name of ['a-1', 'a-2']) lanes.add('a', tasks.task(name));
  let done = false;
  const dropped = lanes.drop().then(() => (done = true));
  await new Promise(resolve => setImmediate(resolve));
  expect(done).toBe(false);
  await tasks.end('a-1');
  await dropped;
  expect(tasks.begun).toEqual(['a-1']);
  await lanes.drop();
});

test('what waited begins in the context of whoever asked for it, not of what ended before', async () => {
  const [lanes, tasks, asked] = [new LimitedLanes(1, 1), new Tasks(), new AsyncLocalStorage<string>()];
  const contexts: unknown[] = [];
  for (const name of ['first', 'second']) {
    const task = tasks.task(name);
    const noted = (): Promise<void> => (contexts.push(asked.getStore()), task());
    asked.run(`asked for ${name}`, () => lanes.add('a', noted));
  }
  await asked.run('somebody else', () => tasks.end('first'));
  expect(contexts).toEqual(['asked for first', 'asked for second']);
});
