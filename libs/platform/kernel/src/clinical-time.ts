import { Temporal } from '@js-temporal/polyfill';

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

const shape = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?)?)?$/;

/** Whether a text is a partial date that exists: `2013-08` does, `2026-02-31`, `2026-W01` and `2026-13` do not. */
export function isPartialDate(text: unknown): text is PartialDate {
  const parts = typeof text === 'string' ? shape.exec(text) : null;
  if (!parts) return false;
  const [year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = parts.slice(1);
  try {
    Temporal.PlainDateTime.from(
      { year: Number(year), month: +month, day: +day, hour: +hour, minute: +minute, second: +second },
      { overflow: 'reject' },
    );
    return true;
  } catch {
    return false;
  }
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

/** Whether a text names a zone of the IANA database, for example `Asia/Shanghai`. */
export function isZone(text: unknown): text is string {
  if (typeof text !== 'string' || text === '' || /^[+-]/.test(text)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}

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

/** The span of instants that a clinical time can mean, epoch milliseconds, end exclusive. */
export function spanOf(time: ClinicalTime): { readonly from: number; readonly until: number } {
  return {
    from: startOf(time.at).toZonedDateTime(time.zone).epochMilliseconds,
    until: endOf(time.at).toZonedDateTime(time.zone).epochMilliseconds,
  };
}

export type Order = 'before' | 'same' | 'after' | 'unknown';

/**
 * How two partial dates of one zone stand to each other, compared at the coarser of their precisions: 2013-08-14 and
 * 2013-08-14T10:30 are the same day, `same`; 2013 and 2013-08 overlap, and as the order cannot be told, `unknown`.
 */
export function orderOf(a: PartialDate, b: PartialDate): Order {
  const shared = Math.min(a.length, b.length);
  const [left, right] = [a.slice(0, shared), b.slice(0, shared)];
  if (left !== right) return left < right ? 'before' : 'after';
  return a.length === b.length || shared >= 10 ? 'same' : 'unknown';
}

/** Whole calendar days from one date to another, negative when it is earlier; undefined unless both know their day. */
export function daysBetween(from: PartialDate, to: PartialDate): number | undefined {
  if (!hasDay(from) || !hasDay(to)) return undefined;
  return Temporal.PlainDate.from(dayOf(from)).until(Temporal.PlainDate.from(dayOf(to)), {
    largestUnit: 'days',
  }).days;
}

/** A calendar day some days later (or earlier, negative). @throws RangeError unless the date knows its day. */
export function addDays(date: PartialDate, days: number): PartialDate {
  if (!hasDay(date)) throw new RangeError(`"${date}" does not know its day.`);
  return Temporal.PlainDate.from(dayOf(date)).add({ days }).toString();
}

/** The date some years later, clipped to the month's last day where the year is shorter. */
export function addYears(date: PartialDate, years: number): PartialDate {
  if (!hasDay(date)) throw new RangeError(`"${date}" does not know its day.`);
  return Temporal.PlainDate.from(dayOf(date)).add({ years }).toString();
}

/** The calendar day that an instant (UTC text) falls on in a zone. */
export const dayIn = (zone: string, instant: string): PartialDate =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();

/** The wall-clock time, to the second, of an instant (UTC text) in a zone. */
export const localTimeIn = (zone: string, instant: string): PartialDate =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime().round('second').toString({
    smallestUnit: 'second',
  });

/** Whether a clinical time lies wholly after an instant (UTC text): something that cannot have happened yet. */
export const isAfterInstant = (time: ClinicalTime, instant: string): boolean =>
  spanOf(time).from > Date.parse(instant);
