import type { ManualClock } from '../time/clock';

/** The only door to waiting, so that a simulation can let days pass in a moment. */
export interface Timers {
  /** Calls a task once, some milliseconds from now (at the next turn when zero or less), unless it is cancelled. */
  after(milliseconds: number, task: () => void): Timer;
}

export interface Timer {
  /** The task will not be called any more. Harmless when it was called, or cancelled before. */
  cancel(): void;
}

export const TIMERS = Symbol('Timers');

/** The longest that Node waits at once, 24.8 days: asked for more, it does not wait at all. */
const longestMs = 2 ** 31 - 1;

/** The real ones. A timer that is waiting keeps the process alive. */
export const systemTimers: Timers = {
  after(milliseconds, task) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(Math.max(leftMs, 0), longestMs);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : task()), stepMs);
    };
    wait(milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

interface Waiting {
  readonly dueMs: number;
  readonly task: () => void;
}

/** More tasks than any simulation has at one instant: beyond, one must be setting itself up again at once. */
const maxTasksAtOnce = 100_000;

/** Timers that stand still until they are moved, together with their clock; for simulations and tests. */
export class ManualTimers implements Timers {
  private readonly waiting = new Set<Waiting>();

  constructor(private readonly clock: ManualClock) {}

  after(milliseconds: number, task: () => void): Timer {
    const entry = { dueMs: this.clock.now() + Math.max(milliseconds, 0), task };
    this.waiting.add(entry);
    return { cancel: () => this.waiting.delete(entry) };
  }

  /** How many are waiting. */
  get size(): number {
    return this.waiting.size;
  }

  /**
   * Lets time pass. Each task is called at its moment, in order; between two, whatever they started gets as far as it
   * can without timers, input or output.
   * @throws Error when tasks set up tasks at the same instant without end
   */
  async advance(milliseconds: number): Promise<void> {
    const endMs = this.clock.now() + milliseconds;
    let atOnce = 0;
    for (let next = await this.nextUntil(endMs); next; next = await this.nextUntil(endMs)) {
      const passesMs = Math.max(next.dueMs - this.clock.now(), 0);
      atOnce = passesMs > 0 ? 0 : atOnce + 1;
      if (atOnce > maxTasksAtOnce) throw new Error('A timer sets itself up again without letting time pass.');
      this.clock.advance(passesMs);
      this.waiting.delete(next);
      next.task();
    }
    this.clock.advance(Math.max(endMs - this.clock.now(), 0));
  }

  private async nextUntil(endMs: number): Promise<Waiting | undefined> {
    // Every promise that can go on has done so before the event loop comes round.
    await new Promise(resolve => setImmediate(resolve));
    let next: Waiting | undefined;
    for (const each of this.waiting) if (!next || each.dueMs < next.dueMs) next = each;
    return next && next.dueMs <= endMs ? next : undefined;
  }
}
