import { ManualClock, timeOrderedIds } from '@platform/kernel';
import { LogUnavailable, MemoryEventLog, type EventLog } from '@platform/event-log';
import type { Receipt } from '../command';
import { Runner } from './runner';
import { faultyLog, soundEvents, type Fault } from '../testing/logs';
import { placeBoxes, placing } from '../testing/shelf';

/*
 * Every append can fail in three ways: turned away and said so; not arrived and not known; arrived and not known.
 * Whatever happens in whatever order, the client is never told that nothing was written when something may have been,
 * and the same command, sent again, is answered and written once.
 */

const turnedAway: Fault = { failure: 'storage full', told: 'not written', written: false };
const lost: Fault = { failure: 'no answer', told: 'unknown', written: false };
const arrived: Fault = { failure: 'no answer', told: 'unknown', written: true };
/** The storage failed while it wrote: an unknown outcome that asking again would not settle. */
const halfFailed: Fault = { failure: 'storage error', told: 'unknown', written: false };
const halfArrived: Fault = { failure: 'storage error', told: 'unknown', written: true };

/** What the client learns at first, and whether his repetition is told to be one. */
type Row = readonly [
  faults: readonly Fault[],
  first: 'receipt' | 'not written' | 'unknown',
  repeated: boolean,
];

const rows: readonly Row[] = [
  [[], 'receipt', true],
  [[lost], 'receipt', true],
  [[arrived], 'receipt', true],
  [[lost, lost, lost], 'receipt', true],
  [[lost, arrived], 'receipt', true],
  [[arrived, lost, lost], 'receipt', true],
  [[lost, lost, lost, lost], 'unknown', false],
  [[arrived, lost, lost, lost], 'unknown', true],
  [[lost, lost, lost, arrived], 'unknown', true],
  [[turnedAway], 'not written', false],
  [[lost, turnedAway], 'unknown', false],
  [[arrived, turnedAway], 'unknown', true],
  [[halfFailed], 'unknown', false],
  [[halfArrived], 'unknown', true],
  [[lost, halfArrived], 'unknown', true],
  [[arrived, halfFailed], 'unknown', true],
];

const nameOf = (fault: Fault): string =>
  `${fault.failure}, ${fault.told === 'unknown' ? (fault.written ? 'arrived' : 'lost') : 'turned away'}`;

describe('an append that fails', () => {
  const commandId = '018e0dab-6c00-7000-8000-00000000000a';
  let log: EventLog;
  let clock: ManualClock;

  const place = (on: EventLog): Promise<Receipt> => {
    const runner = new Runner({ log: on, clock, ids: timeOrderedIds, software: 'trial-ledger 0.1.0' });
    return runner.run(placeBoxes, placing('s1', ['a', 'b'], { commandId }));
  };

  beforeEach(() => {
    log = new MemoryEventLog();
    clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  });

  test.each(rows.map(row => [row[0].map(nameOf).join('; ') || 'nothing', ...row] as const))(
    '%s',
    async (_what, faults, first, repeated) => {
      const answer: unknown = await place(faultyLog(log, faults)).catch((error: unknown) => error);
      if (answer instanceof LogUnavailable) expect(answer.outcome).toBe(first);
      else expect([first, answer]).toMatchObject(['receipt', { repeated: false, revision: 1 }]);
      expect(await soundEvents(log)).toHaveLength(repeated ? 2 : 0);

      clock.advance(60_000);
      const again = await place(log);
      expect(again).toMatchObject({ repeated, revision: 1, events: [{}, {}] });
      expect((await soundEvents(log)).map(({ id }) => id)).toEqual(again.events.map(({ id }) => id));
    },
  );

  test('does not hold up the next command on the stream', async () => {
    const runner = new Runner({
      log: faultyLog(log, [turnedAway]),
      clock,
      ids: timeOrderedIds,
      software: 'trial-ledger 0.1.0',
    });
    const [first, second] = await Promise.allSettled([
      runner.run(placeBoxes, placing('s1', ['a'])),
      runner.run(placeBoxes, placing('s1', ['b'])),
    ]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(await soundEvents(log)).toHaveLength(1);
  });
});
