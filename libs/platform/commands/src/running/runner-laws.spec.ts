import * as fc from 'fast-check';
import { ManualClock, timeOrderedIds } from '@platform/kernel';
import { LogUnavailable, MemoryEventLog, type EventLog } from '@platform/event-log';
import type { Receipt } from '../command';
import { IdempotencyKeyReused, StreamContended } from '../errors';
import { Runner } from './runner';
import { soundEvents, withAppend } from '../testing/logs';
import { placeBoxes, placing } from '../testing/shelf';

/** A command as one of several clients sends it, to one of several processes. Ids and bodies collide often. */
interface Sent {
  readonly id: number;
  readonly shelf: string;
  readonly boxes: readonly string[];
  readonly process: number;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  id: fc.integer({ min: 0, max: 5 }),
  shelf: fc.constantFrom('s1', 's2'),
  boxes: fc.subarray(['a', 'b', 'c', 'd']),
  process: fc.integer({ min: 0, max: 2 }),
});
/** For each append in turn: done, not arrived and not known, or arrived and not known. */
const outcomes = fc.array(fc.constantFrom('done', 'done', 'lost', 'arrived'), { maxLength: 20 });

const commandIdOf = (id: number): string => `018e0dab-6c00-7000-8000-${String(id).padStart(12, '0')}`;

/** A log that answers in the scheduler's order, and sometimes not at all. */
function unreliable(log: EventLog, scheduler: fc.Scheduler, plan: string[]): EventLog {
  const append = scheduler.scheduleFunction(async (...args: Parameters<EventLog['append']>) => {
    const outcome = plan.shift();
    const appended = outcome === 'lost' ? undefined : await log.append(...args);
    if (outcome === 'arrived' || !appended) throw new LogUnavailable('no answer', 'unknown');
    return appended;
  });
  return {
    ...withAppend(log, append),
    readStream: scheduler.scheduleFunction((...args: Parameters<EventLog['readStream']>) =>
      log.readStream(...args),
    ),
  };
}

async function send(
  runners: readonly Runner[],
  { id, shelf, boxes, process }: Sent,
): Promise<Receipt | Error> {
  const runner = runners[process] as Runner;
  const run = runner.run(placeBoxes, placing(shelf, boxes, { commandId: commandIdOf(id) }));
  return run.catch((error: unknown) => error as Error);
}

test('in any order of any number of processes, a command has its effect once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(sent, { maxLength: 12 }),
      outcomes,
      async (scheduler, all, plan) => {
        const log = new MemoryEventLog();
        const clock = ManualClock.at('2024-03-05T08:00:00.000Z');
        const tampered = unreliable(log, scheduler, [...plan]);
        const runners = [0, 1, 2].map(() => {
          // Each process has a clock of its own; they differ.
          clock.advance(-7);
          return new Runner({
            log: tampered,
            clock: new ManualClock(clock.now()),
            ids: timeOrderedIds,
            software: 'trial-ledger 0.1.0',
          });
        });
        const answers = await scheduler.waitFor(Promise.all(all.map(each => send(runners, each))));
        const events = await soundEvents(log);

        for (const [index, answer] of answers.entries()) {
          const { id, shelf } = all[index] as Sent;
          const written = events.filter(
            ({ stream, metadata }) => stream === `shelf-${shelf}` && metadata.command.id === commandIdOf(id),
          );
          if (answer instanceof Error) {
            const known = [IdempotencyKeyReused, StreamContended, LogUnavailable];
            expect(known.some(kind => answer instanceof kind)).toBe(true);
          } else if (answer.events.length > 0) {
            expect(answer.events.map(event => event.id)).toEqual(written.map(event => event.id));
            expect(answer.revision).toBe(written.at(-1)?.revision);
            expect(answer.position).toBe(written.at(-1)?.position.toString());
          }
          // The events of one command stand together: none in between, none twice.
          expect(written.map(event => event.revision - (written[0]?.revision ?? 0))).toEqual([
            ...written.keys(),
          ]);
          expect(new Set(written.map(event => event.id)).size).toBe(written.length);
        }
        // No box stands on a shelf twice: each decision has seen all that was before it.
        const placed = events.map(({ stream, data }) => `${stream} ${String(data['box'])}`);
        expect(new Set(placed).size).toBe(placed.length);
      },
    ),
    { numRuns: 200 },
  );
});
