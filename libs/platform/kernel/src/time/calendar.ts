import { Temporal } from '@js-temporal/polyfill';
import { addDays, dayIn, spanOf, type ClinicalTime, type PartialDate } from './clinical-time';
import { toInstant } from './clock';

/*
 * How limits of law are counted. Hours are absolute: 24 of them are 24, whatever the clocks of the place do. Days are
 * days of the calendar of one zone: day 0 is the day on which the limit begins, and day N ends at 23:59:59.999 of its
 * own, 23 or 25 hours after it began where the clocks are changed. Instants are UTC texts with milliseconds.
 */

/** The first moment that a clinical time can mean: 2024-03 in Shanghai is the beginning of 1 March there. */
export const earliestOf = (time: ClinicalTime): string => toInstant(spanOf(time).from);

/** The last moment that a clinical time can mean. */
export const latestOf = (time: ClinicalTime): string => toInstant(spanOf(time).until - 1);

const hourMs = 3_600_000;

export const hoursAfter = (instant: string, hours: number): string =>
  toInstant(Date.parse(instant) + hours * hourMs);

/** The last millisecond of a calendar day in a zone. @throws RangeError for what is no day or no zone */
export function endOfDay(day: PartialDate, zone: string): string {
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone);
  return toInstant(next.epochMilliseconds - 1);
}

/** The end of the calendar day that lies some whole days after the day of an instant. */
export const endOfDayAfter = (instant: string, days: number, zone: string): string =>
  endOfDay(addDays(dayIn(zone, instant), days), zone);
