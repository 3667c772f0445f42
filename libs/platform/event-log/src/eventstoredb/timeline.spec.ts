import * as fc from 'fast-check';
import { logStart, toPosition, type RecordedEvent } from '@platform/kernel';
import { Timeline, type TimedPosition } from './timeline';

const recorded = (times: readonly number[]): RecordedEvent[] =>
  times.map((time, index) => {
    const metadata = { recordedAt: new Date(time).toISOString() };
    return { position: toPosition(index * 10 + 3), metadata } as RecordedEvent;
  });

/** By the definition: the latest recording so far, event by event. */
const timed = (events: readonly RecordedEvent[]): TimedPosition[] => {
  let timeMs = Number.NEGATIVE_INFINITY;
  return events.map(({ position, metadata }) => {
    timeMs = Math.max(timeMs, Date.parse(metadata.recordedAt));
    return { position, timeMs };
  });
};

describe('the timeline', () => {
  const times = fc.array(fc.nat({ max: 50 }), { maxLength: 120 });

  test('an exact answer is the one that all events give, and another one is never behind it', () => {
    const property = fc.property(times, fc.nat({ max: 60 }), fc.nat({ max: 20 }), (given, at, cut) => {
      const timeline = new Timeline(4, 6);
      const events = recorded(given);
      timeline.take(logStart, events.slice(0, cut));
      timeline.take(timeline.end.position, events.slice(cut));
      const all = timed(events);
      expect(timeline.end).toEqual(all.at(-1) ?? { position: logStart, timeMs: Number.NEGATIVE_INFINITY });
      for (const holds of [
        ({ timeMs }: TimedPosition) => timeMs <= at,
        ({ position }: TimedPosition) => position <= toPosition(at * 10),
      ]) {
        const { known, exact } = timeline.lastWhere(holds);
        const wanted = all.findLast(holds)?.position ?? logStart;
        if (exact) expect(known.position).toBe(wanted);
        else expect(known.position <= wanted).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('its size is bounded, however long the log is', () => {
    const timeline = new Timeline(4, 16);
    timeline.take(logStart, recorded(Array.from({ length: 10_000 }, (_, index) => index)));
    expect(timeline.size).toBeLessThan(16 + 1 + 10_000 / 8);
    expect(timeline.end.position).toBe(toPosition(99_993));
  });

  test('a page behind a gap is left out, and one that is known is taken once', () => {
    const timeline = new Timeline();
    const events = recorded([1, 2, 3]);
    timeline.take(events[0]!.position, events.slice(1));
    expect(timeline.end.position).toBe(logStart);
    timeline.take(logStart, events);
    timeline.take(logStart, events);
    expect(timeline.size).toBe(4);
  });
});
