import { ManualClock, timeOrderedIds, type Position } from '@platform/kernel';
import { MemoryEventLog } from '@platform/event-log';
import { attach, filled, type Command, type Submission } from '../command';
import type { Reaction } from './reaction';
import { ReactionEngine } from './reaction-engine';
import { Runner } from '../running/runner';
import { soundEvents } from '../testing/logs';
import { caller, grant, placeBoxes, PlaceBoxes, placing } from '../testing/shelf';

/** Each box of the first shelf is placed on the second one, too. */
const mirror: Reaction = {
  name: 'mirror',
  takes: ['BoxPlaced'],
  react: ({ stream, data }) =>
    stream === 'shelf-s1'
      ? [{ command: filled(PlaceBoxes, { boxes: [String(data['box'])] }), target: { shelf: 's2' } }]
      : [],
};

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

/** Two processes on one log: what each has sent, and when it may. */
function ledger() {
  const log = new MemoryEventLog();
  const kept = new Map<string, Position>();
  const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  const process = () => {
    const sent: string[] = [];
    // Each process has a cache of streams of its own.
    const runner = new Runner({ log, clock, ids: timeOrderedIds, software: 'trial-ledger/0.1.0' });
    const control = { holds: true, beforeSubmit: async (): Promise<void> => {} };
    const engine = new ReactionEngine({
      log,
      reactions: [mirror],
      checkpoints: {
        read: async name => kept.get(name),
        advance: async (name, from, to) =>
          control.holds && kept.get(name) === from && Boolean(kept.set(name, to)),
      },
      submit: async (command: Command, submission: Submission) => {
        sent.push((command as PlaceBoxes).boxes.join());
        await control.beforeSubmit();
        attach(command, submission, grant);
        return runner.run(placeBoxes, command);
      },
      caller: reaction => ({ ...caller, user: reaction }),
      pause: turn,
    });
    return { engine, sent, control, runner, tenure: { holds: () => control.holds } };
  };
  const copied = async () =>
    (await soundEvents(log)).filter(({ stream }) => stream === 'shelf-s2').map(({ data }) => data['box']);
  return { log, kept, process, copied };
}

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await turn();
};

describe('reactions of a process that owns the work for a while', () => {
  it('send nothing and move nothing once the time is over', async () => {
    const { process, kept, copied } = ledger();
    const { engine, sent, control, runner, tenure } = process();
    engine.start(tenure);
    await runner.run(placeBoxes, placing('s1', ['a']));
    await until(() => kept.size > 0);
    control.holds = false;
    const stood = kept.get('mirror');
    await runner.run(placeBoxes, placing('s1', ['b']));
    await until(() => engine.status()[0]?.state === 'stopped');
    await engine.stop();
    expect([sent, await copied(), kept.get('mirror')]).toEqual([['a'], ['a'], stood]);
  });

  it('go on where they stood when the work is theirs again', async () => {
    const { process, copied } = ledger();
    const { engine, sent, control, runner, tenure } = process();
    engine.start(tenure);
    await runner.run(placeBoxes, placing('s1', ['a']));
    await until(async () => (await copied()).length === 1);
    control.holds = false;
    await engine.stop();
    await runner.run(placeBoxes, placing('s1', ['b']));
    control.holds = true;
    engine.start(tenure);
    await until(async () => (await copied()).length === 2);
    expect(engine.status()[0]?.state).toBe('following');
    await engine.stop();
    expect([sent.at(-1), await copied()]).toEqual(['b', ['a', 'b']]);
  });

  it('do nothing twice where a former owner was halted right before it sent', async () => {
    const { process, copied, kept } = ledger();
    const [former, next] = [process(), process()];
    let goOn = (): void => {};
    former.control.beforeSubmit = () => new Promise<void>(resolve => (goOn = resolve));
    former.engine.start(former.tenure);
    await next.runner.run(placeBoxes, placing('s1', ['a']));
    await until(() => former.sent.length === 1);
    // Halted for so long that somebody else has the work by now, and has done it.
    former.control.holds = false;
    next.engine.start(next.tenure);
    await until(async () => (await copied()).length === 1 && kept.size > 0);
    goOn();
    await former.engine.stop();
    await next.engine.stop();
    expect([former.sent, next.sent, await copied()]).toEqual([['a'], ['a'], ['a']]);
  });
});
