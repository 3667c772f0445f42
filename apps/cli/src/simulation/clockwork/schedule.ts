import type { ManualClock } from '@platform/kernel';

/**
 * Something that goes on over months: acts, and yields the moment (epoch milliseconds) at which it goes on.
 * It may act again and again between two yields; the clock then moves on by what its acts take.
 */
export type Story = AsyncGenerator<number, void, void>;

interface Waiting {
  readonly atMs: number;
  readonly story: Story;
}

/**
 * Runs stories side by side on one clock, one step at a time: always the one whose moment comes first, and of
 * two at the same moment the one that began to wait first. Nothing runs at once, so the same stories make the
 * same history.
 */
export class Schedule {
  /** Sorted by moment; a few hundred at most, so that inserting costs nothing worth a heap. */
  private readonly waiting: Waiting[] = [];

  constructor(private readonly clock: ManualClock) {}

  /** Lets a story begin at a moment, which is now unless given. */
  begin(story: Story, atMs: number = this.clock.now()): void {
    const waiting = { atMs: Math.max(atMs, this.clock.now()), story };
    const behind = this.waiting.findIndex(other => other.atMs > waiting.atMs);
    this.waiting.splice(behind === -1 ? this.waiting.length : behind, 0, waiting);
  }

  /** How many stories wait for their moment. */
  get size(): number {
    return this.waiting.length;
  }

  /**
   * Runs until no story goes on before the end. The clock stands at the end then; a story that overran it is
   * not cut.
   * @param afterStep what follows from a step before the next one comes
   */
  async run(untilMs: number, afterStep: () => Promise<void>): Promise<void> {
    for (;;) {
      const next = this.waiting[0];
      if (!next || next.atMs > untilMs) break;
      this.waiting.shift();
      this.moveTo(next.atMs);
      const step = await next.story.next();
      await afterStep();
      if (step.done !== true) this.begin(next.story, step.value);
    }
    this.moveTo(untilMs);
  }

  /** The clock never goes back: acts take time, and may have carried it past the next story's moment. */
  private moveTo(atMs: number): void {
    this.clock.advance(Math.max(atMs - this.clock.now(), 0));
  }
}
