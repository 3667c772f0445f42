import { ManualClock } from '@platform/kernel';
import { lagLimitMs, LagWatch, type Follower } from './lag-watch';

const view = (position: bigint, failed = false): Follower => ({ component: 'view:inbox', position, failed });

describe('the lag watch', () => {
  let clock: ManualClock;
  let watch: LagWatch;
  const looks = (follower: Follower, head: bigint) => watch.lagging([follower], head).length === 1;

  beforeEach(() => {
    clock = ManualClock.at('2024-03-05T08:00:00.000Z');
    watch = new LagWatch(clock);
  });

  test('tells of what has stood behind the end for too long, and again until it moves', () => {
    expect(looks(view(5n), 9n)).toBe(false);
    clock.advance(lagLimitMs - 1);
    expect(looks(view(5n), 12n)).toBe(false);
    clock.advance(1);
    expect(looks(view(5n), 12n)).toBe(true);
    expect(looks(view(5n), 12n)).toBe(true);
    expect(looks(view(6n), 12n)).toBe(false);
  });

  test('says nothing of what is slow and moves, or has nothing to do', () => {
    for (let position = 0n; position < 10n; position += 1n) {
      expect(looks(view(position), 100n)).toBe(false);
      clock.advance(lagLimitMs - 1);
    }
    expect(looks(view(100n), 100n)).toBe(false);
    clock.advance(10 * lagLimitMs);
    expect(looks(view(100n), 100n)).toBe(false);
    expect(looks(view(100n), 101n)).toBe(false);
  });

  test('tells of what has failed at once', () => {
    expect(looks(view(5n, true), 9n)).toBe(true);
  });
});
