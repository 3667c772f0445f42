import {
  dayIn,
  addDays,
  earliestOf,
  endOfDay,
  hoursAfter,
  localTimeIn,
  type ClinicalTime,
} from '@platform/kernel';
import type { AnchorKind, Limit, ReportingRule } from '../rules/rule';
import { holds } from '../rules/trigger';
import { clockOf, type Obligation } from './case';
import type { LimitReading, ReportingClock } from './events';
import type { CaseFacts } from './facts';

/** Where a clock begins: day 0 as it was told, and the earliest moment that it can mean. */
export interface Anchored {
  readonly at: ClinicalTime;
  readonly start: string;
}

const told = (at: ClinicalTime): Anchored => ({ at, start: earliestOf(at) });

const atInstant = (start: string, zone: string): Anchored => ({
  at: { at: localTimeIn(zone, start), zone },
  start,
});

/**
 * The anchor that a rule's trigger has in a case, from its first stage to the present one; undefined where it is not
 * known, or not given by a case. What the sponsor knew counts from the *earliest* stage at which the trigger held, also
 * when it did not hold in between: the conservative reading.
 */
export function anchorIn(
  { anchor, trigger }: Pick<ReportingRule, 'anchor' | 'trigger'>,
  stages: readonly CaseFacts[],
  zone: string,
): Anchored | undefined {
  const first = (wanted: (stage: CaseFacts) => boolean): Anchored | undefined => {
    const stage = stages.find(each => !each.voided && wanted(each));
    return stage && atInstant(stage.at, zone);
  };
  const present = stages.at(-1);
  switch (anchor) {
    case 'investigatorAwareness':
      return present?.awareAt && told(present.awareAt);
    case 'endOfTreatment':
      return present?.treatmentEnd && told(present.treatmentEnd);
    case 'sponsorFirstKnowledge':
      return first(stage => holds(trigger, stage, 'possible'));
    case 'sponsorInitialReceipt':
      return first(stage => holds(trigger, stage, 'factual'));
    case 'minimumInformation':
      return first(stage => holds(trigger, stage, 'factual') && stage.minimumInformation);
    case 'sponsorDetermination':
      return first(stage => holds(trigger, stage, 'certain'));
    case 'awarenessOfDeath':
      return first(({ fatal }) => fatal);
    case 'event':
    case 'newInformation':
    case 'initialReport':
      return undefined;
  }
}

/** The clock of a limit from one anchor on. */
export function clockFrom(
  { anchor, limit }: { readonly anchor: AnchorKind; readonly limit: Limit },
  anchored: Anchored,
  zone: string,
  number = 1,
): ReportingClock {
  const { start } = anchored;
  const readings: LimitReading[] =
    limit.unit === 'immediately'
      ? [
          { reading: 'text', from: start, limit: 'immediately' },
          {
            reading: 'operational',
            from: start,
            limit: `${limit.operational?.hours} hours`,
            due: hoursAfter(start, limit.operational?.hours ?? 0),
          },
        ]
      : [{ reading: 'limit', from: start, limit: wordsOf(limit), due: endOf(limit, start, zone) }];
  return clockOver(anchor, anchored.at, readings, zone, number);
}

/**
 * The clock of what follows an initial report "within the following 8 days": from its due date, and, once it was sent,
 * from its sending too. The alarm is the earlier.
 */
export function clockAfter(limit: Limit, initial: Obligation, zone: string, number = 1): ReportingClock {
  const { fulfilled } = initial;
  const starts: [LimitReading['reading'], Anchored][] = [['dueDate', atInstant(clockOf(initial).due, zone)]];
  if (fulfilled) starts.push(['sending', told(fulfilled.sentAt)]);
  const readings = starts.map(([reading, { start }]) => ({
    ...{ reading, from: start, limit: wordsOf(limit), due: endOf(limit, start, zone) },
  }));
  const earliest = readings.reduce((a, b) => (b.due < a.due ? b : a));
  const anchor = starts.find(([reading]) => reading === earliest.reading)![1];
  return clockOver('initialReport', anchor.at, readings, zone, number);
}

export function clockFromNews(limit: Limit, at: string, zone: string): ReportingClock {
  return clockFrom({ anchor: 'newInformation', limit }, atInstant(at, zone), zone);
}

function clockOver(
  anchor: AnchorKind,
  anchorAt: ClinicalTime,
  readings: readonly LimitReading[],
  zone: string,
  number: number,
): ReportingClock {
  const [first] = readings
    .filter(({ due }) => due !== undefined)
    .toSorted((a, b) => (a.due! < b.due! ? -1 : 1));
  if (!first?.due) throw new Error(`No reading of the limit from ${anchorAt.at} says when it ends.`);
  const dueLocal = localTimeIn(zone, first.due);
  return { number, anchor, anchorAt, start: first.from, readings, due: first.due, dueLocal, zone };
}

/** The last instant in time. Hours are absolute; days end with the last that counts, 23:59:59.999 in the zone. */
function endOf({ unit, amount = 0, inclusive }: Limit, start: string, zone: string): string {
  if (unit === 'hours') return hoursAfter(start, amount);
  return endOfDay(addDays(dayIn(zone, start), inclusive ? amount : amount - 1), zone);
}

const wordsOf = ({ unit, amount, inclusive }: Limit): string =>
  unit === 'hours'
    ? `${amount} hours`
    : `${amount} days, ${inclusive ? 'inclusive' : 'the last one left out'}`;

/** Whether two clocks say the same, whatever their numbers. */
export const isSameClock = (a: ReportingClock, b: ReportingClock): boolean =>
  a.due === b.due &&
  a.start === b.start &&
  a.zone === b.zone &&
  a.anchorAt.at === b.anchorAt.at &&
  a.anchorAt.zone === b.anchorAt.zone &&
  a.readings.map(({ reading, due }) => `${reading} ${due}`).join() ===
    b.readings.map(({ reading, due }) => `${reading} ${due}`).join();
