import {
  laterOf,
  logStart,
  toPosition,
  type Position,
  type Random,
  type Timer,
  type Timers,
} from '@platform/kernel';
import { WaitingReaders } from '../waiting-readers';

/** What the watch asks of the server. */
export interface NewsSource {
  /** Position of the last event, as the leader says. */
  head(): Promise<Position>;
  /** Hears of events behind a position until it is over, which is told once. The function ends it untold. */
  subscribe(
    after: Position,
    listener: { heard(position: bigint): void; ended(error?: unknown): void },
  ): () => void;
}

/** How often the head is looked at. Also how long a subscription may be silent while there is news. */
const defaultWatchMs = 1_000;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * Wakes those who wait for news: one subscription for all of them, begun when the first one waits. A server may end it
 * in good order, with an error, or leave it open and say nothing any more, for ever; the last is found out by looking
 * at the log's head. Whatever it was, the subscription begins again from where it has arrived, after a pause that
 * grows from failure to failure and is drawn by chance, so that not all hosts come back at once.
 */
export class NewsWatch {
  private readonly readers = new WaitingReaders();
  /** There is an event here. */
  private seen: Position = logStart;
  /** Up to here the subscription has told of everything. */
  private delivered: Position = logStart;
  private stage: 'idle' | 'starting' | 'watching' | 'stopped' = 'idle';
  private unsubscribe: (() => void) | undefined;
  private pause: Timer | undefined;
  private watchdog: Timer | undefined;
  private failures = 0;
  private alarms = 0;
  /** Where the subscription stood when the head was last found ahead of it. */
  private suspectedAt: Position | undefined;

  constructor(
    private readonly source: NewsSource,
    private readonly ports: { readonly timers: Timers; readonly random: Random },
    private readonly watchMs: number = defaultWatchMs,
  ) {}

  /** Resolves when there may be an event behind a position, or when the signal aborts. */
  async wait(after: Position, signal: AbortSignal): Promise<void> {
    const { alarms } = this;
    const mayBeNews = (): boolean => this.seen > after || this.alarms !== alarms || this.isStopped;
    if (!mayBeNews()) void this.begin();
    while (!mayBeNews() && !signal.aborted) await this.readers.wait(signal);
  }

  /** An event is known to be in the log. */
  tell(position: Position): void {
    if (position <= this.seen) return;
    this.seen = position;
    this.readers.wakeAll();
  }

  /** The log cannot be asked. */
  private alarm(): void {
    this.alarms += 1;
    this.readers.wakeAll();
  }

  stop(): void {
    this.stage = 'stopped';
    this.pause?.cancel();
    this.watchdog?.cancel();
    this.unsubscribe?.();
    this.readers.wakeAll();
  }

  private async begin(): Promise<void> {
    if (this.stage !== 'idle') return;
    this.stage = 'starting';
    try {
      const head = await this.source.head();
      if (this.isStopped) return;
      this.stage = 'watching';
      this.delivered = head;
      this.tell(head);
      this.subscribe();
      this.setWatchdog();
    } catch {
      if (this.isStopped) return;
      // The waiting read again, and learn from that why the log cannot be asked; whoever waits next begins again.
      this.stage = 'idle';
      this.alarm();
    }
  }

  private get isStopped(): boolean {
    return this.stage === 'stopped';
  }

  private subscribe(): void {
    this.pause = undefined;
    this.unsubscribe = this.source.subscribe(this.delivered, {
      heard: position => {
        this.failures = 0;
        this.delivered = laterOf(this.delivered, toPosition(position));
        this.tell(this.delivered);
      },
      ended: () => this.beginAgain(),
    });
  }

  private beginAgain(): void {
    if (this.isStopped || this.pause) return;
    this.unsubscribe = undefined;
    const longest = Math.min(firstPauseMs * 2 ** this.failures++, longestPauseMs);
    const pauseMs = longest * (0.5 + this.ports.random.next() / 2);
    this.pause = this.ports.timers.after(pauseMs, () => this.subscribe());
  }

  private setWatchdog(): void {
    this.watchdog = this.ports.timers.after(this.watchMs, () => void this.look());
  }

  /** A subscription that is behind the head twice in a row, at the same place, has fallen silent. */
  private async look(): Promise<void> {
    try {
      const head = await this.source.head();
      if (this.isStopped) return;
      const { delivered } = this;
      const isSilent = head > delivered && this.suspectedAt === delivered;
      if (isSilent) {
        this.unsubscribe?.();
        this.beginAgain();
      }
      this.suspectedAt = head > delivered && !isSilent ? delivered : undefined;
      this.tell(head);
    } catch {
      // The waiting read, and their read tells them why.
      this.alarm();
    }
    if (!this.isStopped) this.setWatchdog();
  }
}
