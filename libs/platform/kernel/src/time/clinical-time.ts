import { Temporal } from '@js-temporal/polyfill';
import { clockOf, remembering } from './zone-clocks';

/**
 * A clinical date as it is known, ISO 8601 at one of five precisions: `2013`, `2013-08`, `2013-08-14`,
 * `2013-08-14T10:30`, `2013-08-14T10:30:05`. Wall-clock time of the place, no offset; the zone stands beside it.
 */
export type PartialDate = string;

export type Precision = 'year' | 'month' | 'day' | 'minute' | 'second';

/** When something happened in the clinic: a partial date, and the IANA zone in whose days it is meant. */
export interface ClinicalTime {
  readonly at: PartialDate;
  readonly zone: string;
}

/** Years 0000 to 9999; months, days of some month, hours (24:00 is no time of a record), minutes, seconds. */
const shape =
  /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?)?)?$/;

/** Whether a text is a partial date that exists: `2013-08` does, `2026-02-31`, `2026-W01` and `2026-13` do not. */
export function isPartialDate(text: unknown): text is PartialDate {
  const parts = typeof text === 'string' ? shape.exec(text) : null;
  if (!parts) return false;
  const [, year, month, day] = parts;
  // Every month has 28 days; only for later ones the calendar has to be asked.
  return Number(day ?? 1) <= 28 || Number(day) <= daysInMonth(Number(year), Number(month));
}

/**
 * Asked of the calendar once for each month: a question costs a hundred times as much as all else of a date's check.
 */
const monthLengths = new Map<number, number>();

function daysInMonth(year: number, month: number): number {
  const key = year * 12 + month;
  let days = monthLengths.get(key);
  if (days === undefined) {
    days = new Temporal.PlainYearMonth(year, month).daysInMonth;
    monthLengths.set(key, days);
  }
  return days;
}

const precisions: Readonly<Record<number, Precision>> = {
  4: 'year',
  7: 'month',
  10: 'day',
  16: 'minute',
  19: 'second',
};

/** @throws RangeError for a text that is no partial date. */
export function precisionOf(date: PartialDate): Precision {
  const precision = precisions[date.length];
  if (!precision || !isPartialDate(date)) throw new RangeError(`"${date}" is not a partial date.`);
  return precision;
}

/** Whether the day is known; only then can days be counted from it. */
export const hasDay = (date: PartialDate): boolean => date.length >= 10;

/** The calendar day of a date that knows its day. */
export const dayOf = (date: PartialDate): PartialDate => date.slice(0, 10);

/**
 * Whether a text names a zone of the IANA database, in the database's own spelling: `Asia/Shanghai`. Offsets such as
 * `+08:00` are none, as they do not say on which day the clocks change; nor are `asia/shanghai` and timestamps, which
 * Temporal would take but which compare unequal to the name that they mean.
 */
export function isZone(text: unknown): text is string {
  if (typeof text !== 'string' || /^[+-]/.test(text)) return false;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId === text;
  } catch {
    return false;
  }
}

const dayMs = 86_400_000;

const units = { year: 'years', month: 'months', day: 'days', minute: 'minutes', second: 'seconds' } as const;

/** First moment that a partial date can mean, without zone: `2013-08` → 2013-08-01T00:00. */
function startOf(date: PartialDate): Temporal.PlainDateTime {
  precisionOf(date);
  const full = '0000-01-01T00:00:00';
  return Temporal.PlainDateTime.from(date + full.slice(date.length));
}

/** First moment after all that a partial date can mean: `2013-08` → 2013-09-01T00:00. */
function endOf(date: PartialDate): Temporal.PlainDateTime {
  return startOf(date).add({ [units[precisionOf(date)]]: 1 });
}

/**
 * The span of instants that a clinical time can mean, epoch milliseconds, end exclusive. A time that the clock showed
 * twice, because it was set back, means either of the two; one that it never showed, because it was set forward, means
 * what a clock that had not been set would have shown.
 * @throws RangeError for what is no partial date or no zone
 */
export const spanOf = ({ at, zone }: ClinicalTime): Span => spanIn(zone, at);

interface Span {
  readonly from: number;
  readonly until: number;
}

const spanIn = remembering((zone, at): Span => {
  const first = startOf(at);
  const last = endOf(at).subtract({ milliseconds: 1 });
  return Object.freeze({
    from: first.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds,
    until: last.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds + 1,
  });
});

export type Order = 'before' | 'same' | 'after' | 'unknown';

/**
 * How two partial dates of one zone stand to each other, compared at the coarser of their precisions: 2013-08-14 and
 * 2013-08-14T10:30 are the `same` day, and rules of a trial count in days. Where that precision is coarser than a day
 * and the dates overlap, the order cannot be told and is `unknown`: 2013 and 2013-08, but also 2013-08 and 2013-08,
 * which say that both happened in that month, not that they happened together.
 */
export function orderOf(a: PartialDate, b: PartialDate): Order {
  const shared = Math.min(a.length, b.length);
  const [left, right] = [a.slice(0, shared), b.slice(0, shared)];
  if (left !== right) return left < right ? 'before' : 'after';
  return shared >= 10 ? 'same' : 'unknown';
}

/**
 * Whole calendar days from one date to another, negative when it is earlier; undefined unless both know their day.
 * @throws RangeError for days that do not exist
 */
export function daysBetween(from: PartialDate, to: PartialDate): number | undefined {
  if (!hasDay(from) || !hasDay(to)) return undefined;
  return (startOfDayUtc(dayOf(to)) - startOfDayUtc(dayOf(from))) / dayMs;
}

/** Days of UTC all have 24 hours, so that counting them needs no calendar. */
function startOfDayUtc(day: PartialDate): number {
  if (!isPartialDate(day)) throw new RangeError(`"${day}" is no day of the calendar.`);
  return Date.parse(day);
}

/**
 * A calendar day some whole days later (or earlier, negative).
 * @throws RangeError unless the date knows its day and the result is a day of the years 0000 to 9999
 */
export const addDays = (date: PartialDate, days: number): PartialDate => dayAfter(date, { days });

/**
 * The calendar day some whole years later, clipped to the month's last day where the year is shorter: a year after
 * 2024-02-29 is 2025-02-28. Errors as for `addDays`.
 */
export const addYears = (date: PartialDate, years: number): PartialDate => dayAfter(date, { years });

function dayAfter(date: PartialDate, duration: { days: number } | { years: number }): PartialDate {
  if (!hasDay(date)) throw new RangeError(`"${date}" does not know its day.`);
  const day = Temporal.PlainDate.from(dayOf(date)).add(duration).toString();
  // Years beyond four digits are written with a sign; that is a typing error upstream, and no partial date.
  if (!isPartialDate(day)) throw new RangeError(`${day} is no date of a clinical record.`);
  return day;
}

/** The calendar day that an instant (UTC text) falls on in a zone. */
export const dayIn = (zone: string, instant: string): PartialDate => dayOf(clockOf(zone, instant));

/**
 * The wall-clock time of an instant (UTC text) in a zone, cut to the second as a clock shows it: rounded up, the last
 * half second before midnight would fall on the next day, and "now" would lie in the future.
 */
export const localTimeIn = (zone: string, instant: string): PartialDate => clockOf(zone, instant);

/**
 * Whether a clinical time lies wholly after an instant (UTC text): something that cannot have happened yet.
 * @throws RangeError for what is no partial date; for what is no zone only when the zone matters
 */
export const isAfterInstant = (time: ClinicalTime, instant: string): boolean =>
  !isPastEverywhere(time.at, instant) && spanOf(time).from > Date.parse(instant);

/**
 * Whether a date is over in every zone, because it lies more than a day before an instant's day in UTC. So it is with
 * nearly all dates of a record, and it spares the question to the calendar, which costs a thousand times as much.
 */
function isPastEverywhere(date: PartialDate, instant: string): boolean {
  const dayBefore = new Date(Date.parse(instant) - dayMs).toISOString().slice(0, 10);
  return dayOf(date) < dayBefore.slice(0, date.length) && isPartialDate(date);
}
