import { ManualClock, seededRandom, type Clock, type Ids, type Random } from '@platform/kernel';

/** What a simulated ledger runs on instead of the system's own. */
export interface SeededPorts {
  readonly clock: ManualClock;
  readonly ids: Ids;
}

/** @param seed a whole number from 0 to 2^53 - 1 */
export function seededPorts(startMs: number, seed: number): SeededPorts {
  const clock = new ManualClock(startMs);
  return { clock, ids: seededIds(seededRandom(seed), clock) };
}

/** Ids of the same form as real ones (UUIDv7, RFC 9562 5.7), the time from the clock and the rest drawn. */
function seededIds(random: Random, clock: Clock): Ids {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random.next() * 16).toString(16)).join('');
  return {
    next() {
      const time = clock.now().toString(16).padStart(12, '0');
      const variant = '89ab'.charAt(Math.floor(random.next() * 4));
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
    },
  };
}
