import type { Timer, Timers } from '@platform/kernel';
import type { Claim, ClaimStore, OwnedWork, Tenure } from './port';

export interface OwnershipOptions {
  readonly store: ClaimStore;
  /** What is owned: processes that name the same are contenders. */
  readonly name: string;
  /** Names this contender, unlike any other. */
  readonly holder: string;
  /** Milliseconds from any moment on; never backwards, and not moved when the time of day is set. */
  readonly elapsedMs: () => number;
  readonly timers: Timers;
  /** How long a holder may act without a sign of life that was answered. 6 s unless given. */
  readonly termMs?: number;
  /** Whether a holder is known to be dead. Not knowing is false; then its silence is waited for. */
  readonly isGone?: (holder: string) => boolean;
  /** Class of what went wrong with the claim or with a work, for the log. */
  readonly onProblem?: (problem: string) => void;
}

const defaultTermMs = 6_000;

export interface OwnershipStatus {
  readonly state: 'owner' | 'standby' | 'stopped';
  /** Of the present or last tenure of this process; undefined before the first. */
  readonly token?: number;
}

/**
 * Sees to it that works are done by one process at a time, and by another one within seconds when it dies. No two
 * clocks are compared: a contender waits until it has seen no sign of life for a term and a quarter by its own time,
 * and the holder stops a term after it asked for the last renewal that was answered.
 *
 * What time cannot promise (a process may be halted between the question and the act) is kept out where it would do
 * harm: by the token, in the transaction that moves a checkpoint; and by ids that follow from the event, so that a
 * command that two processes send is done once.
 */
export class Ownership {
  private readonly works: OwnedWork[] = [];
  private readonly termMs: number;
  private begun: OwnedWork[] = [];
  private held: HeldTenure | undefined;
  private lastClaim: Claim | undefined;
  private silent: { readonly claim: Claim; readonly sinceMs: number } | undefined;
  private running: Promise<void> | undefined;
  private stopping = new AbortController();

  constructor(private readonly options: OwnershipOptions) {
    this.termMs = options.termMs ?? defaultTermMs;
  }

  /** Adds a work, before the start. They begin in this order, and end in the opposite one. */
  undertake(work: OwnedWork): void {
    if (this.running) throw new Error('Works are named before the ownership starts.');
    this.works.push(work);
  }

  /** Resolves after the first look: whoever is alone owns the work then. */
  async start(): Promise<void> {
    if (this.running) return;
    this.stopping = new AbortController();
    await this.look();
    this.running = this.keepLooking();
  }

  /** Ends the works and lets go of the claim, so that another process goes on at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.running = undefined;
    const { held } = this;
    if (!held) return;
    await this.endWorks();
    // Who dies here, or cannot reach the store, is waited for by the next one: nothing else depends on it.
    await this.options.store.release(held.claim).catch((error: unknown) => this.tell(error));
  }

  status(): OwnershipStatus {
    const token = this.lastClaim?.token;
    if (this.held?.holds()) return { state: 'owner', token };
    return { state: this.running && !this.stopping.signal.aborted ? 'standby' : 'stopped', token };
  }

  /** That of this process's present or last tenure: what storage compares that lets only the holder in. */
  get claim(): Claim | undefined {
    return this.lastClaim;
  }

  private async keepLooking(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await this.pause(this.held ? this.termMs / 4 : this.termMs / 12, signal);
      if (signal.aborted) return;
      await this.look();
    }
  }

  private async look(): Promise<void> {
    try {
      if (this.held) await this.renew(this.held);
      else await this.contend();
    } catch (error) {
      // The store does not answer. A holder goes on until its term is over; a contender has seen nothing.
      this.tell(error);
    }
    if (this.held && !this.held.holds()) await this.endWorks();
  }

  private async renew(held: HeldTenure): Promise<void> {
    const askedMs = this.options.elapsedMs();
    if (await this.options.store.renew(held.claim)) held.extend(askedMs + this.termMs);
    else held.end();
  }

  private async contend(): Promise<void> {
    const { store, name, holder, elapsedMs } = this.options;
    const seen = await store.read(name);
    if (seen && !this.isFree(seen)) return;
    const askedMs = elapsedMs();
    const claim = await store.take(name, seen, holder);
    if (!claim) return;
    this.silent = undefined;
    this.lastClaim = claim;
    this.held = new HeldTenure(claim, askedMs + this.termMs, this.options);
    await this.beginWorks(this.held);
  }

  private isFree(seen: Claim): boolean {
    const { holder } = seen;
    // One's own is what is left of a tenure that ran out while the store did not answer.
    if (holder === '' || holder === this.options.holder || this.options.isGone?.(holder)) return true;
    const nowMs = this.options.elapsedMs();
    const { claim, sinceMs } = this.silent ?? {};
    if (claim?.token !== seen.token || claim.beat !== seen.beat) {
      this.silent = { claim: seen, sinceMs: nowMs };
      return false;
    }
    return nowMs - sinceMs! >= this.termMs * 1.25;
  }

  private async beginWorks(held: HeldTenure): Promise<void> {
    for (const work of this.works) {
      this.begun.push(work);
      try {
        await work.begin(held);
      } catch (error) {
        this.tell(error);
        held.end();
        return;
      }
    }
  }

  private async endWorks(): Promise<void> {
    this.held?.end();
    for (const work of this.begun.toReversed()) {
      try {
        await work.end();
      } catch (error) {
        this.tell(error);
      }
    }
    this.begun = [];
    this.held = undefined;
  }

  private pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer: Timer = this.options.timers.after(milliseconds, done);
      if (signal.aborted) done();
      else signal.addEventListener('abort', done);
    });
  }

  private tell(error: unknown): void {
    this.options.onProblem?.(error instanceof Error ? error.name : 'unknown');
  }
}

/** One tenure; it ends by itself when its term is over. */
class HeldTenure implements Tenure {
  readonly token: number;
  private readonly over = new AbortController();
  private timer: Timer | undefined;

  constructor(
    readonly claim: Claim,
    private untilMs: number,
    private readonly options: Pick<OwnershipOptions, 'elapsedMs' | 'timers'>,
  ) {
    this.token = claim.token;
    this.watch();
  }

  get signal(): AbortSignal {
    return this.over.signal;
  }

  holds(): boolean {
    if (this.options.elapsedMs() >= this.untilMs) this.end();
    return !this.signal.aborted;
  }

  /** A renewal that is answered after the term is over does not bring it back: works may have ended by then. */
  extend(untilMs: number): void {
    if (!this.holds()) return;
    this.untilMs = untilMs;
    this.watch();
  }

  end(): void {
    this.timer?.cancel();
    this.over.abort();
  }

  private watch(): void {
    this.timer?.cancel();
    const leftMs = Math.ceil(this.untilMs - this.options.elapsedMs());
    this.timer = this.options.timers.after(leftMs, () => this.holds() && this.watch());
  }
}
