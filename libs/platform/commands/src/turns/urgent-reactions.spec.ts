import { ManualClock, systemTimers, timeOrderedIds, type Position } from '@platform/kernel';
import { MemoryEventLog, type EventLog } from '@platform/event-log';
import { attach, filled, type Command, type Submission } from '../command';
import type { Reaction } from '../reactions/reaction';
import { ReactionEngine } from '../reactions/reaction-engine';
import { Runner } from '../running/runner';
import { caller, grant, placeBoxes, PlaceBoxes, placing } from '../testing/shelf';
import { UrgentWork } from './urgent-work';

/** Each box on the first shelf is placed on another one. */
const onto = (shelf: string, more: Partial<Reaction> = {}): Reaction => ({
  name: `onto-${shelf}`,
  takes: ['BoxPlaced'],
  react: ({ stream, data }) =>
    stream === 'shelf-s1'
      ? [{ command: filled(PlaceBoxes, { boxes: [String(data['box'])] }), target: { shelf } }]
      : [],
  ...more,
});

let log: EventLog;
let runner: Runner;
let sent: string[];
let engine: ReactionEngine;

function start(reactions: readonly Reaction[], urgent?: UrgentWork): void {
  const kept = new Map<string, Position>();
  engine = new ReactionEngine({
    ...{ log, reactions, urgent },
    checkpoints: {
      read: async name => kept.get(name),
      advance: async (name, from, to) => kept.get(name) === from && Boolean(kept.set(name, to)),
    },
    submit: async (command: Command, submission: Submission) => {
      sent.push(submission.target.shelf!);
      attach(command, submission, grant);
      return runner.run(placeBoxes, command);
    },
    caller: reaction => ({ ...caller, user: reaction }),
    pause: async () => {},
  });
  engine.start();
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn++) {
    if (turn === 10_000) throw new Error('It does not come about.');
    await new Promise(resolve => setImmediate(resolve));
  }
}

beforeEach(async () => {
  log = new MemoryEventLog();
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  runner = new Runner({ log, clock, ids: timeOrderedIds, software: 'trial-ledger 0.1.0' });
  sent = [];
  await runner.run(placeBoxes, placing('s1', ['a', 'b', 'c', 'd']));
});

afterEach(() => engine.stop());

describe('reactions', () => {
  test('that are urgent go before the others, which take the same events behind them', async () => {
    start([onto('slow'), onto('quick', { urgent: true, concurrency: 2 })]);
    await until(() => sent.length === 8);
    // The one that has begun before there was anything urgent is not taken back.
    expect(sent.filter(shelf => shelf === 'slow')).toHaveLength(4);
    expect(sent.lastIndexOf('quick')).toBeLessThanOrEqual(4);
  });

  test('that are not urgent wait for urgent work of another kind, and stop while they wait', async () => {
    const urgent = new UrgentWork(systemTimers);
    let end = (): void => undefined;
    const delivery = urgent.run(() => new Promise<void>(resolve => (end = resolve)));
    start([onto('slow'), onto('quick', { urgent: true })], urgent);
    await until(() => sent.length === 4);
    expect(sent).toEqual(['quick', 'quick', 'quick', 'quick']);
    await engine.stop();
    expect(sent).toHaveLength(4);
    end();
    await delivery;
  });
});
