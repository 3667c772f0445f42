/** The only door to the time of day. A whole history can be replayed by handing in another one. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const CLOCK = Symbol('Clock');

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved; for simulations and tests. */
export class ManualClock implements Clock {
  constructor(private current: number) {}

  static at(instant: string): ManualClock {
    return new ManualClock(Date.parse(instant));
  }

  now(): number {
    return this.current;
  }

  advance(milliseconds: number): void {
    this.current += milliseconds;
  }

  set(instant: string): void {
    this.current = Date.parse(instant);
  }
}

/** An instant as UTC text with milliseconds, for example `2024-03-05T08:15:00.000Z`. */
export const toInstant = (epochMs: number): string => new Date(epochMs).toISOString();
