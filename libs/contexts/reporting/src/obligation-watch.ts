import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { filled, Gate } from '@platform/commands';
import { CLOCK, derivedId, TIMERS, toInstant, type Clock, type Timer, type Timers } from '@platform/kernel';
import { Ownership, type Tenure } from '@platform/ownership';
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
 * to be noted; in the process that owns the work. Nothing is remembered here: after any standstill the view tells what
 * is to be noted still. The command's id follows from the obligation, its clock and what was noted, so that any number
 * of processes note it once.
 */
@Injectable()
export class ObligationWatch implements OnModuleInit {
  private timer: Timer | undefined;
  private round: Promise<void> | undefined;
  private last: WatchStatus = {};

  constructor(
    @Inject(Gate) private readonly gate: Gate,
    @Inject(ViewDatabase) private readonly views: ViewDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(Ownership) private readonly ownership: Ownership,
  ) {}

  /** While the work is this process's: checks at once, and then each minute. */
  onModuleInit(): void {
    this.ownership.undertake({
      begin: tenure => this.next(tenure),
      end: async () => {
        this.timer?.cancel();
        await this.round;
      },
    });
  }

  status(): WatchStatus {
    return this.last;
  }

  /**
   * @param tenure after its end no further note is sent
   * @returns how many obligations it sent a note for
   */
  async check(tenure?: Pick<Tenure, 'holds'>): Promise<number> {
    const now = toInstant(this.clock.now());
    let sent = 0;
    for (let behind: DueToCheck | undefined; ;) {
      const page = await obligationsToCheck(this.views, now, { behind, limit: pageSize });
      for (const due of page) {
        if (tenure?.holds() === false) return sent;
        await this.note(due);
        sent += 1;
      }
      behind = page.at(-1);
      if (page.length < pageSize) return sent;
    }
  }

  private next(tenure: Tenure): void {
    this.round = this.checkAndTell(tenure).then(() => {
      if (tenure.holds()) this.timer = this.timers.after(everyMs, () => this.next(tenure));
    });
  }

  /** What fails is tried again with the next check, and shows in the status until then. */
  private async checkAndTell(tenure: Tenure): Promise<void> {
    let problem: string | undefined;
    try {
      await this.check(tenure);
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
