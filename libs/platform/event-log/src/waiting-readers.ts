/** Those who wait for news of a log: woken all at once, for appends, for the end of the log, or for nothing. */
export class WaitingReaders {
  private readonly wakers = new Set<() => void>();

  get size(): number {
    return this.wakers.size;
  }

  /** Resolves at the next `wakeAll` or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const wake = () => {
        this.wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.wakers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  wakeAll(): void {
    for (const wake of [...this.wakers]) wake();
  }
}
