import { ManualClock, type Position, type Ids } from '@platform/kernel';
import { MemoryEventLog } from '@platform/event-log';
import { attach, filled, type Command, type Submission } from '../command';
import type { Reaction } from './reaction';
import { ReactionEngine } from './reaction-engine';
import { Runner } from '../running/runner';
import { caller, grant, PlaceBoxes, placeBoxes, placing } from '../testing/shelf';

/** Puts a copy of each box of one shelf on another one. */
const copying = (name: string, from: string, to: string): Reaction => ({
  name,
  takes: ['BoxPlaced'],
  react: ({ stream, data }) =>
    stream === `shelf-${from}`
      ? [{ command: filled(PlaceBoxes, { boxes: [String(data['box'])] }), target: { shelf: to } }]
      : [],
});

function ledger(...reactions: readonly Reaction[]) {
  const log = new MemoryEventLog();
  const kept = new Map<string, Position>();
  let drawn = 0;
  const ids: Ids = { next: () => `00000000-0000-7000-8000-${String(++drawn).padStart(12, '0')}` };
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  const runner = new Runner({ log, clock, ids, software: 'trial-ledger/0.1.0' });
  const sent: string[] = [];
  const engine = new ReactionEngine({
    log,
    reactions,
    checkpoints: {
      read: async name => kept.get(name),
      advance: async (name, from, to) => kept.get(name) === from && Boolean(kept.set(name, to)),
    },
    submit: async (command: Command, submission: Submission) => {
      sent.push(`${submission.target.shelf}:${(command as PlaceBoxes).boxes.join()}`);
      attach(command, submission, grant);
      return runner.run(placeBoxes, command);
    },
    caller: reaction => ({ ...caller, user: reaction }),
    pause: async () => {},
  });
  const place = (shelf: string, ...boxes: string[]) => runner.run(placeBoxes, placing(shelf, boxes));
  return { log, kept, engine, sent, place };
}

describe('reactions that catch up', () => {
  it('take one event after the other, each reaction in its turn, and what follows from their own events', async () => {
    const { engine, place, sent } = ledger(copying('second', 's1', 's2'), copying('third', 's2', 's3'));
    await place('s1', 'a', 'b');
    await engine.catchUp();
    expect(sent).toEqual(['s2:a', 's2:b', 's3:a', 's3:b']);
  });

  it('stand at the end of the log then, send nothing twice, and are kept there when they stop', async () => {
    const { engine, place, sent, kept, log } = ledger(copying('second', 's1', 's2'));
    await place('s1', 'a');
    await engine.catchUp();
    await engine.catchUp();
    expect(sent).toEqual(['s2:a']);
    expect(engine.status()).toMatchObject([{ name: 'second', position: String(await log.head()) }]);
    await engine.stop();
    expect(kept.get('second')).toBe(await log.head());
  });

  it('go on from the one that is furthest behind', async () => {
    const { engine, place, sent, kept, log } = ledger(
      copying('second', 's1', 's2'),
      copying('third', 's1', 's3'),
    );
    await place('s1', 'a');
    kept.set('second', await log.head());
    await engine.catchUp();
    expect(sent).toEqual(['s2:a', 's3:a']);
  });

  it('end with what a defect throws', async () => {
    const broken: Reaction = {
      name: 'broken',
      takes: 'all',
      react: () => {
        throw new TypeError('defect');
      },
    };
    const { engine, place } = ledger(broken);
    await place('s1', 'a');
    await expect(engine.catchUp()).rejects.toThrow(TypeError);
  });
});
