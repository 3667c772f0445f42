import { derivedId, ManualClock, timeOrderedIds, type Position, type RecordedEvent } from '@platform/kernel';
import { LogUnavailable, MemoryEventLog, type EventLog } from '@platform/event-log';
import { ViewsUnavailable } from '@platform/views';
import { attach, filled, type Command, type Submission } from '../command';
import { NotYetVisible, StreamContended } from '../errors';
import type { Reaction } from './reaction';
import { ReactionEngine, type ReactionCheckpoints } from './reaction-engine';
import { Runner } from '../running/runner';
import { soundEvents, withAppend } from '../testing/logs';
import {
  caller,
  grant,
  placeBoxes,
  PlaceBoxes,
  placing,
  sealShelf,
  SealShelf,
  submitted,
} from '../testing/shelf';

/** Each box on the first shelf is placed on the second one, and its lid on the third. */
const mirror: Reaction = {
  name: 'mirror',
  takes: ['BoxPlaced'],
  react({ stream, data }) {
    if (stream !== 'shelf-s1') return [];
    const box = String(data['box']);
    return [
      { command: filled(PlaceBoxes, { boxes: [box] }), target: { shelf: 's2' } },
      { command: filled(PlaceBoxes, { boxes: [`lid of ${box}`] }), target: { shelf: 's3' } },
    ];
  },
};

class MemoryCheckpoints implements ReactionCheckpoints {
  readonly kept = new Map<string, Position>();

  async read(reaction: string): Promise<Position | undefined> {
    return this.kept.get(reaction);
  }

  async advance(reaction: string, from: Position | undefined, to: Position): Promise<boolean> {
    if (this.kept.get(reaction) !== from) return false;
    this.kept.set(reaction, to);
    return true;
  }
}

let log: EventLog;
let runner: Runner;
let checkpoints: MemoryCheckpoints;
let sent: Submission[];
let pauses: number;
let engines: ReactionEngine[];

const submit = async (command: Command, submission: Submission): Promise<unknown> => {
  sent.push(submission);
  attach(command, submission, grant);
  return runner.run(placeBoxes, command);
};

function start(more: Partial<ConstructorParameters<typeof ReactionEngine>[0]> = {}): ReactionEngine {
  const engine = new ReactionEngine({
    log,
    reactions: [mirror],
    checkpoints,
    submit,
    caller: reaction => ({ ...caller, user: reaction }),
    // Gives way as a real pause does, without taking any time.
    pause: () => new Promise(resolve => setImmediate(() => resolve(void pauses++))),
    ...more,
  });
  engines.push(engine);
  engine.start();
  return engine;
}

/** Waits for a state, not for a time; gives up where nothing could still bring it about. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await isSo()); turn++) {
    if (turn === 100_000) throw new Error('It does not come about.');
    await new Promise(resolve => setImmediate(resolve));
  }
}

const place = (...boxes: string[]) => runner.run(placeBoxes, placing('s1', boxes));
/** Every engine that runs has taken the whole log. */
const caughtUp = () =>
  until(async () => {
    const head = String(await log.head());
    const running = engines.flatMap(engine => engine.status()).filter(({ state }) => state === 'following');
    return running.every(({ name, position }) => name !== 'mirror' || position === head);
  });
const boxesOf = async (shelf: string) =>
  (await soundEvents(log)).filter(({ stream }) => stream === `shelf-${shelf}`).map(({ data }) => data['box']);

beforeEach(() => {
  log = new MemoryEventLog();
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  runner = new Runner({ log, clock, ids: timeOrderedIds, software: 'trial-ledger 0.1.0' });
  checkpoints = new MemoryCheckpoints();
  [sent, pauses, engines] = [[], 0, []];
});

afterEach(() => Promise.all(engines.map(engine => engine.stop())));

describe('a reaction', () => {
  test('sends what follows from each event, before it began and after', async () => {
    await place('a');
    const engine = start();
    await caughtUp();
    await place('b', 'c');
    await caughtUp();
    expect(await boxesOf('s2')).toEqual(['a', 'b', 'c']);
    expect(await boxesOf('s3')).toEqual(['lid of a', 'lid of b', 'lid of c']);
    const state = { position: String(await log.head()), state: 'following', problem: undefined, rejected: 0 };
    expect(engine.status()).toEqual([{ name: 'mirror', ...state }]);
  });

  test('says in the trail what it follows from, under ids that can be derived again', async () => {
    const { events, commandId } = await place('a');
    start();
    await caughtUp();
    const cause = events[0]?.id as string;
    const followed = (await soundEvents(log)).slice(1, 3);
    expect(followed.map(({ metadata }) => metadata)).toMatchObject(
      [0, 1].map(index => ({
        command: { id: derivedId(cause, 'mirror', String(index)), type: 'PlaceBoxes' },
        causationId: cause,
        correlationId: commandId,
        source: 'system',
        actor: { user: 'mirror' },
      })),
    );
  });

  test('of what was imported is part of the import', async () => {
    await runner.run(placeBoxes, placing('s1', ['a'], { source: 'import' }));
    start();
    await caughtUp();
    const sources = new Set((await soundEvents(log)).map(({ metadata }) => metadata.source));
    expect(sources).toEqual(new Set(['import']));
  });

  test('schedules jobs as it gives them; one that the queue does not take holds nothing up', async () => {
    const jobOf = (box: string) => ({ id: `open-${box}`, kind: 'open', refs: { box }, runAt: 7 });
    const react: Reaction['react'] = ({ data }) => [{ job: jobOf(String(data['box'])) }];
    const opening = { name: 'opening', takes: ['BoxPlaced'], react };
    const taken: unknown[] = [];
    const schedule = async (job: { id: string }): Promise<void> => {
      if (job.id === 'open-b') throw new Error('The queue does not answer.');
      taken.push(job);
    };
    await place('a', 'b', 'c');
    const engine = start({ reactions: [opening], schedule });
    await until(() => taken.length === 2);
    expect(taken).toEqual([jobOf('a'), jobOf('c')]);
    expect([sent, engine.status()[0]?.state]).toEqual([[], 'following']);
  });

  test('that says so reacts to several events at once, and moves on when all are done', async () => {
    const waiting: (() => void)[] = [];
    const held = async (command: Command, submission: Submission): Promise<unknown> => {
      await new Promise<void>(resolve => waiting.push(resolve));
      return submit(command, submission);
    };
    await place('a', 'b', 'c');
    start({ reactions: [{ ...mirror, concurrency: 2 }], submit: held });
    await until(() => waiting.length === 2);
    expect(checkpoints.kept.get('mirror')).toBeUndefined();
    for (let done = 0; done < 6; done++) {
      await until(() => waiting.length > done);
      waiting[done]!();
    }
    await caughtUp();
    expect(new Set(await boxesOf('s2'))).toEqual(new Set(['a', 'b', 'c']));
  });

  test('does nothing twice when its checkpoint is lost', async () => {
    await place('a', 'b');
    const first = start();
    await caughtUp();
    await first.stop();
    const before = await soundEvents(log);
    checkpoints.kept.clear();
    start();
    await caughtUp();
    expect(sent).toHaveLength(8);
    expect(await soundEvents(log)).toEqual(before);
  });

  test('does nothing twice when two processes run it', async () => {
    const [one, two] = [start(), start()];
    for (const box of ['a', 'b', 'c', 'd']) await place(box);
    await caughtUp();
    expect(await boxesOf('s2')).toEqual(['a', 'b', 'c', 'd']);
    expect([one.status()[0]?.state, two.status()[0]?.state]).toEqual(['following', 'following']);
  });

  test('goes on when a decision rejects, and counts it', async () => {
    await runner.run(sealShelf, submitted(new SealShelf(), 's2'));
    await place('a', 'b');
    const engine = start();
    await caughtUp();
    expect(await boxesOf('s3')).toEqual(['lid of a', 'lid of b']);
    expect(engine.status()[0]).toMatchObject({ state: 'following', rejected: 2 });
  });

  test('takes for done what an earlier version has sent in other words', async () => {
    const { events } = await place('a');
    const commandId = derivedId(events[0]?.id as string, 'mirror', '0');
    await runner.run(placeBoxes, placing('s2', ['as it was called then'], { commandId }));
    const engine = start();
    await caughtUp();
    expect(await boxesOf('s2')).toEqual(['as it was called then']);
    expect(engine.status()[0]).toMatchObject({ state: 'following', rejected: 0 });
  });

  test('keeps its place when it has acted, when it ends, and behind much that called for nothing', async () => {
    const placed = await place('a');
    const engine = start();
    await caughtUp();
    expect(checkpoints.kept.get('mirror')).toBe(BigInt(placed.position));
    await engine.stop();
    const end = await log.head();
    expect(checkpoints.kept.get('mirror')).toBe(end);
    start();
    for (const shelf of ['s4', 's5']) {
      const boxes = Array.from({ length: 1_000 }, (_, i) => `box-${i}`);
      await runner.run(placeBoxes, placing(shelf, boxes));
    }
    await until(async () => checkpoints.kept.get('mirror') === (await log.head()));
    expect(sent).toHaveLength(2);
  });

  test('reads long logs page by page', async () => {
    await place(...Array.from({ length: 600 }, (_, i) => `box-${i}`));
    start();
    await caughtUp();
    expect(await boxesOf('s2')).toHaveLength(600);
  });
});

describe('a reaction that meets trouble', () => {
  const failing = <Args extends unknown[], Result>(
    times: number,
    error: Error,
    then: (...args: Args) => Result,
  ) => {
    let left = times;
    return (...args: Args): Result => {
      if (left-- > 0) throw error;
      return then(...args);
    };
  };
  const away = new LogUnavailable('no answer', 'unknown');

  test.each<[string, () => Parameters<typeof start>[0]]>([
    ['the log when commands are sent', () => ({ submit: failing(3, away, submit) })],
    ['views that are on their way', () => ({ submit: failing(3, new NotYetVisible('7', '3'), submit) })],
    ['the views', () => ({ submit: failing(3, new ViewsUnavailable({ cause: new Error() }), submit) })],
    ['others who are faster', () => ({ submit: failing(3, new StreamContended('shelf-s2'), submit) })],
    [
      'the log when it is read',
      () => ({
        log: { ...withAppend(log, log.append), readAll: failing(3, away, async page => log.readAll(page)) },
      }),
    ],
    [
      'the log when it waits for news',
      () => ({
        log: {
          ...withAppend(log, log.append),
          waitForNews: failing(3, away, (after, signal) => log.waitForNews(after, signal)),
        },
      }),
    ],
    [
      'the storage of checkpoints',
      () => ({
        checkpoints: {
          read: failing(2, new Error('busy'), async name => checkpoints.read(name)),
          advance: failing(1, new Error('busy'), async (...args) => checkpoints.advance(...args)),
        },
      }),
    ],
  ])('waits for %s, and loses nothing', async (_what, options) => {
    const engine = start(options());
    await place('a');
    await caughtUp();
    await until(() => engine.status()[0]?.problem === undefined);
    expect(await boxesOf('s2')).toEqual(['a']);
    expect(pauses).toBe(3);
    expect(engine.status()[0]).toMatchObject({ state: 'following' });
  });

  test('says what it waits for', async () => {
    const engine = start({ submit: () => Promise.reject(away) });
    await place('a');
    await until(() => engine.status()[0]?.problem !== undefined);
    expect(engine.status()[0]).toMatchObject({
      state: 'following',
      problem: 'LogUnavailable',
      position: '-1',
    });
  });

  test('stops at an event that it cannot take, says so, and leaves the others alone', async () => {
    const broken: Reaction = {
      name: 'broken',
      takes: 'all',
      react: ({ revision }: RecordedEvent) => {
        if (revision === 1) throw new TypeError('participant 03-007 has no consent');
        return [];
      },
    };
    const engine = start({ reactions: [broken, mirror] });
    await place('a', 'b');
    await caughtUp();
    await until(() => engine.status()[0]?.state === 'failed');
    expect(engine.status()).toMatchObject([
      { name: 'broken', state: 'failed', problem: 'TypeError', position: '-1' },
      { name: 'mirror', state: 'following' },
    ]);
    expect(JSON.stringify(engine.status())).not.toContain('03-007');
    expect(checkpoints.kept.has('broken')).toBe(false);
  });

  test('stops when asked, even while it waits', async () => {
    const engine = start({ submit: () => Promise.reject(away) });
    await place('a');
    await until(() => pauses > 0);
    await engine.stop();
    expect(engine.status()[0]).toMatchObject({ state: 'stopped' });
    expect(checkpoints.kept.size).toBe(0);
  });

  test('has not begun before it is started, and starts once', async () => {
    const engine = start();
    engine.start();
    await place('a');
    await caughtUp();
    expect(sent).toHaveLength(2);
    const ports = { log, checkpoints, submit, caller: () => caller, pause: async () => {} };
    const idle = new ReactionEngine({ reactions: [mirror], ...ports });
    expect(idle.status()[0]).toMatchObject({ state: 'stopped', position: '-1', rejected: 0 });
  });
});
