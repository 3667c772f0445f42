import { addDays, dayOf, earliestOf, endOfDay, type PartialDate } from '@platform/kernel';
import { clockOf, type ClockRun, type Obligation } from './case';

/** A clock that ran on a day, with what it stood on. */
export interface RanOn extends ClockRun {
  readonly obligation: string;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly citation: string;
  /** It stood in the record on that day. */
  readonly inRecord: boolean;
  /** By what is known now, time ran under it on that day. */
  readonly asKnownNow: boolean;
  /** Its last day in time was that day. */
  readonly dueThatDay: boolean;
}

/** The clocks of a case that ran on a day: those that people saw then, and those that ran by what is known now. */
export function ranOn(obligations: readonly Obligation[], day: PartialDate): RanOn[] {
  return obligations.flatMap(known =>
    known.clocks.flatMap(clock => {
      const last = endOfDay(day, clock.zone);
      const first = endOfDay(addDays(day, -1), clock.zone);
      const inRecord = clock.since <= last && (clock.ended?.at ?? last) > first;
      const end = endOf(known) ?? last;
      const asKnownNow = clock.number === clockOf(known).number && clock.start <= last && end > first;
      if (!inRecord && !asKnownNow) return [];
      const { obligation, rule } = known;
      const about = { obligation, rule: rule.id, ruleVersion: rule.version, citation: rule.citation };
      return [{ ...about, ...clock, inRecord, asKnownNow, dueThatDay: dayOf(clock.dueLocal) === day }];
    }),
  );
}

/** When an obligation ended, by what is known now: a report counts from its sending, not from its recording. */
const endOf = ({ fulfilled, superseded, waived }: Obligation): string | undefined =>
  fulfilled ? earliestOf(fulfilled.sentAt) : (superseded ?? waived)?.recordedAt;
