import { AsyncResource } from 'node:async_hooks';

/**
 * Work in lanes: at most so many at once in one lane, and so many in all. A lane that is full keeps its work waiting
 * and takes no room from the others, so one slow receiver holds up nobody else.
 */
export class LimitedLanes {
  private readonly lanes = new Map<string, Lane>();
  private running = 0;
  private idle: (() => void)[] = [];

  constructor(
    private readonly perLane: number,
    private readonly inAll: number,
  ) {}

  /**
   * Runs a task when there is room for it, in the asynchronous context of this call: it begins when another one ends,
   * and must not be taken for a part of that one. The task deals with its own errors.
   */
  add(name: string, task: () => Promise<void>): void {
    const lane = this.lanes.get(name) ?? { running: 0, waiting: [] };
    this.lanes.set(name, lane);
    lane.waiting.push(AsyncResource.bind(task));
    this.advance();
  }

  /** Leaves what waits undone, and resolves when nothing is running any more. */
  async drop(): Promise<void> {
    for (const lane of this.lanes.values()) lane.waiting.splice(0);
    if (this.running > 0) await new Promise<void>(resolve => this.idle.push(resolve));
  }

  /** Lanes take turns: one whose task has ended goes to the end of the line. */
  private advance(): void {
    for (const [name, lane] of [...this.lanes]) {
      while (this.running < this.inAll && lane.running < this.perLane && lane.waiting.length > 0) {
        this.start(name, lane, lane.waiting.shift()!);
      }
    }
  }

  private start(name: string, lane: Lane, task: () => Promise<void>): void {
    lane.running += 1;
    this.running += 1;
    void task().finally(() => {
      lane.running -= 1;
      this.running -= 1;
      this.lanes.delete(name);
      if (lane.running + lane.waiting.length > 0) this.lanes.set(name, lane);
      this.advance();
      if (this.running === 0) for (const resolve of this.idle.splice(0)) resolve();
    });
  }
}

interface Lane {
  running: number;
  readonly waiting: (() => Promise<void>)[];
}
