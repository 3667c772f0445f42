import { Inject, Injectable } from '@nestjs/common';
import { filled, Gate } from '@platform/commands';
import { CLOCK, derivedId, TIMERS, toInstant, type Clock, type Timer, type Timers } from '@platform/kernel';
import { ViewDatabase } from '@platform/views';
import { systemCaller } from '@trial/access';
import { NoteObligationTime } from './reporting.commands';
import { obligationsToCheck, type DueToCheck } from './views/obligation-list';

const everyMs = 60_000;
const pageSize = 500;

export interface WatchStatus {
  /** When the last check ended, UTC; absent before the first. */
  readonly checkedAt?: string;
  /** Class of what went wrong with the last one, never clinical data. */
  readonly problem?: string;
}

/**
 * Looks each minute which open obligations have come to half, four fifths or the end of their time, and sends what has
 * to be noted. Nothing is remembered here: after any standstill the view tells what is to be noted still. The command's
 * id follows from the obligation, its clock and what was noted, so that any number of processes note it once.
 */
@Injectable()
export class ObligationWatch {
  private timer: Timer | undefined;
  private round: Promise<void> | undefined;
  private running = false;
  private last: WatchStatus = {};

  constructor(
    @Inject(Gate) private readonly gate: Gate,
    @Inject(ViewDatabase) private readonly views: ViewDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) private readonly timers: Timers,
  ) {}

  /** Checks at once, and then each minute. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.next();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.timer?.cancel();
    await this.round;
  }

  status(): WatchStatus {
    return this.last;
  }

  /** @returns how many obligations it sent a note for */
  async check(): Promise<number> {
    const now = toInstant(this.clock.now());
    let sent = 0;
    for (let behind: DueToCheck | undefined; ;) {
      const page = await obligationsToCheck(this.views, now, { behind, limit: pageSize });
      for (const due of page) await this.note(due);
      sent += page.length;
      behind = page.at(-1);
      if (page.length < pageSize) return sent;
    }
  }

  private next(): void {
    this.round = this.checkAndTell().then(() => {
      if (this.running) this.timer = this.timers.after(everyMs, () => this.next());
    });
  }

  /** What fails is tried again with the next check, and shows in the status until then. */
  private async checkAndTell(): Promise<void> {
    let problem: string | undefined;
    try {
      await this.check();
    } catch (error) {
      problem = error instanceof Error ? error.name : 'unknown';
    }
    this.last = { checkedAt: toInstant(this.clock.now()), problem };
  }

  private note({ obligation, reportingCase, trial, site, participant, clock, noted }: DueToCheck) {
    const about: Record<string, string> =
      participant === null ? { trial, site } : { trial, site, participant };
    return this.gate.submit(filled(NoteObligationTime, { obligation }), {
      caller: systemCaller('obligation-watch'),
      target: { ...about, reportingCase },
      source: 'system',
      commandId: derivedId('obligation-time', obligation, String(clock), String(noted)),
    });
  }
}
