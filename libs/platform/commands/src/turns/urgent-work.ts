import type { Timer, Timers } from '@platform/kernel';

/** How long other work stands back at most, from the moment on when there is urgent work without a break. */
const patienceMs = 1_000;

/**
 * What somebody waits for, such as an alert on its way to a person. While any of it is under way, work of this process
 * that nobody waits for stands back, so that a burst is not slowed down by what may as well be done behind it. It
 * decides nothing but what comes first: nothing is left out, and urgent work that goes on and on, or hangs, holds
 * the rest up for a second and then no more until all of it has come to an end.
 */
export class UrgentWork {
  private underWay = 0;
  private overlong = false;
  private patience: Timer | undefined;
  private readonly standingBack = new Set<() => void>();

  /** @param timers real ones: simulated time stands still while work is done */
  constructor(private readonly timers: Timers) {}

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.underWay += 1;
    this.patience ??= this.timers.after(patienceMs, () => this.endPatience());
    try {
      return await work();
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) this.end();
    }
  }

  /** Resolves when no urgent work is under way or it has lasted too long, or when the signal aborts. */
  async standBack(signal: AbortSignal): Promise<void> {
    if (this.underWay === 0 || this.overlong || signal.aborted) return;
    await new Promise<void>(resolve => {
      const goOn = (): void => {
        this.standingBack.delete(goOn);
        signal.removeEventListener('abort', goOn);
        resolve();
      };
      this.standingBack.add(goOn);
      signal.addEventListener('abort', goOn);
    });
  }

  private endPatience(): void {
    this.overlong = true;
    this.letGo();
  }

  private end(): void {
    this.patience?.cancel();
    this.patience = undefined;
    this.overlong = false;
    this.letGo();
  }

  private letGo(): void {
    for (const goOn of [...this.standingBack]) goOn();
  }
}
