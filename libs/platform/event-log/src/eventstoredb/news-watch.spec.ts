import { ManualClock, ManualTimers, seededRandom, toPosition, type Position } from '@platform/kernel';
import { NewsWatch, type NewsSource } from './news-watch';

/** A server that does what it is told, and counts how often it is asked. */
class Source implements NewsSource {
  at = 0;
  begun = 0;
  asked = 0;
  isDown = false;
  onBegin: (listener: Parameters<NewsSource['subscribe']>[1]) => void = () => {};

  async head(): Promise<Position> {
    this.asked += 1;
    if (this.isDown) throw new Error('No answer.');
    return toPosition(this.at);
  }

  subscribe(_after: Position, listener: Parameters<NewsSource['subscribe']>[1]): () => void {
    this.begun += 1;
    this.onBegin(listener);
    return () => {};
  }
}

describe('the watch for news', () => {
  const open = (source: Source) => {
    const timers = new ManualTimers(ManualClock.at('2024-03-05T08:15:00.000Z'));
    const watch = new NewsWatch(source, { timers, random: seededRandom(7) });
    return { timers, watch };
  };
  const never = new AbortController().signal;
  const minuteMs = 60_000;

  test('a server that ends each subscription at once is asked ever more seldom', async () => {
    const source = new Source();
    source.onBegin = ({ ended }) => ended();
    const { timers, watch } = open(source);
    void watch.wait(toPosition(0), never);
    await timers.advance(minuteMs);
    const inTheFirstMinute = source.begun;
    // Seven pauses of at most 250 ms to 10 s, and then one each 5 to 10 s.
    expect(inTheFirstMinute).toBeGreaterThan(6);
    expect(inTheFirstMinute).toBeLessThan(20);
    await timers.advance(minuteMs);
    expect(source.begun - inTheFirstMinute).toBeLessThanOrEqual(12);
    watch.stop();
    expect(timers.size).toBe(0);
  });

  test('one that tells of an event each time, and then ends, is asked no more than eight times a second', async () => {
    const source = new Source();
    source.onBegin = ({ heard, ended }) => {
      heard(BigInt(source.begun));
      ended();
    };
    const { timers, watch } = open(source);
    void watch.wait(toPosition(0), never);
    await timers.advance(minuteMs);
    expect(source.begun).toBeLessThanOrEqual((minuteMs / 1_000) * 8);
    watch.stop();
  });

  test('a silent subscription is begun again within two looks at the head', async () => {
    const source = new Source();
    const { timers, watch } = open(source);
    void watch.wait(toPosition(0), never);
    await timers.advance(0);
    source.at = 5;
    await timers.advance(3_000);
    expect(source.begun).toBe(2);
    watch.stop();
  });

  test('one that has nothing to tell is left alone', async () => {
    const source = new Source();
    const { timers, watch } = open(source);
    void watch.wait(toPosition(0), never);
    await timers.advance(minuteMs);
    expect([source.begun, source.asked]).toEqual([1, 61]);
    watch.stop();
  });

  test('a server that does not answer wakes the waiting, and is asked again when somebody waits again', async () => {
    const source = new Source();
    source.isDown = true;
    const { timers, watch } = open(source);
    await watch.wait(toPosition(0), never);
    await watch.wait(toPosition(0), never);
    expect([source.asked, timers.size]).toEqual([2, 0]);
  });
});
