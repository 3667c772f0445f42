import { logStart, type Position, type RecordedEvent } from '@platform/kernel';
import type { LogPage } from '../port';
import { Timeline, type TimedPosition } from './timeline';

/** Events that are read at once. */
const pageSize = 1_000;

type ReadPage = (page: LogPage) => Promise<RecordedEvent[]>;

/** Answers questions for the log's time, of which the server has no index: from milestones, and by reading on. */
export class LogTime {
  private readonly timeline = new Timeline();
  private extending: Promise<boolean> | undefined;

  constructor(private readonly read: ReadPage) {}

  /** Takes what somebody has read anyway. */
  take(after: Position, page: readonly RecordedEvent[]): void {
    this.timeline.take(after, page);
  }

  /** A position before another one, where an event begins, and as close to it as is known. */
  milestoneBefore(position: bigint): Position {
    return this.timeline.lastWhere(known => known.position < position).known.position;
  }

  async positionAt(epochMs: number): Promise<Position> {
    const isBefore = ({ timeMs }: TimedPosition): boolean => timeMs <= epochMs;
    await this.knowUntil(() => !isBefore(this.timeline.end));
    return (await this.last(isBefore)).position;
  }

  async timeAt(position: Position): Promise<number | undefined> {
    await this.knowUntil(() => this.timeline.end.position >= position);
    const last = await this.last(known => known.position <= position);
    return last.position === logStart ? undefined : last.timeMs;
  }

  /** Reads on from where the log's time is known, until that is enough or the log is at its end. */
  private async knowUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      // Whoever asks meanwhile waits for the same page.
      this.extending ??= this.extend().finally(() => (this.extending = undefined));
      if (!(await this.extending)) return;
    }
  }

  private async extend(): Promise<boolean> {
    const after = this.timeline.end.position;
    const page = await this.read({ after, limit: pageSize });
    this.timeline.take(after, page);
    return page.length === pageSize;
  }

  private async last(holds: (known: TimedPosition) => boolean): Promise<TimedPosition> {
    const { known, exact } = this.timeline.lastWhere(holds);
    let last = known;
    const limit = this.timeline.distance;
    for (let more = !exact; more;) {
      const page = await this.read({ after: last.position, limit });
      for (const { position, metadata } of page) {
        const next = { position, timeMs: Math.max(last.timeMs, Date.parse(metadata.recordedAt)) };
        if (!holds(next)) return last;
        last = next;
      }
      more = page.length === limit;
    }
    return last;
  }
}
