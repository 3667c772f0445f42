import { logStart, type Position, type RecordedEvent } from '@platform/kernel';

/** The log's time at an event: the latest recording up to there, epoch milliseconds. */
export interface TimedPosition {
  readonly position: Position;
  readonly timeMs: number;
}

export const beforeAll: TimedPosition = { position: logStart, timeMs: Number.NEGATIVE_INFINITY };

/**
 * What is known of the log's time: one milestone each so many events, and every event since the last one. It knows the
 * log from its beginning up to some event, and grows at that end only. When there are too many milestones, every second
 * one is dropped, so that the memory stays bounded however long the log is.
 */
export class Timeline {
  private milestones: TimedPosition[] = [beforeAll];
  private recent: TimedPosition[] = [];

  constructor(
    private every = 256,
    private readonly most = 4_096,
  ) {}

  /** The last event that is known. */
  get end(): TimedPosition {
    return this.recent.at(-1) ?? this.milestones.at(-1)!;
  }

  /** Takes a page that begins right behind a position; left out when there is a gap, or nothing in it is new. */
  take(after: Position, page: readonly RecordedEvent[]): void {
    if (after > this.end.position) return;
    for (const { position, metadata } of page) {
      const { end } = this;
      if (position <= end.position) continue;
      this.recent.push({ position, timeMs: Math.max(end.timeMs, Date.parse(metadata.recordedAt)) });
      if (this.recent.length >= this.every) this.setMilestone();
    }
  }

  private setMilestone(): void {
    this.milestones.push(this.end);
    this.recent = [];
    if (this.milestones.length <= this.most) return;
    this.milestones = this.milestones.filter(
      (_, index) => index % 2 === 0 || index === this.milestones.length - 1,
    );
    this.every *= 2;
  }

  /**
   * The last known one that satisfies a condition which, once it does not hold, never holds again further on. It is
   * exact when no other event before `end` could satisfy it.
   */
  lastWhere(holds: (known: TimedPosition) => boolean): {
    readonly known: TimedPosition;
    readonly exact: boolean;
  } {
    const [first] = this.recent;
    if (first && holds(first)) return { known: lastOf(this.recent, holds)!, exact: true };
    const known = lastOf(this.milestones, holds) ?? beforeAll;
    // Behind the last milestone every event is known; between two of them there are others.
    return { known, exact: known === this.milestones.at(-1) };
  }

  /** Events between two milestones. */
  get distance(): number {
    return this.every;
  }

  get size(): number {
    return this.milestones.length + this.recent.length;
  }
}

function lastOf(
  all: readonly TimedPosition[],
  holds: (known: TimedPosition) => boolean,
): TimedPosition | undefined {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(all[middle]!)) low = middle + 1;
    else high = middle;
  }
  return all[low - 1];
}
