import {
  addDays,
  dayIn,
  daysBetween,
  localTimeIn,
  spanOf,
  toInstant,
  type PartialDate,
} from '@platform/kernel';

/** Hour and minute of a wall clock, `09:30`. */
export type Hour = `${number}:${number}`;

/** Days and hours of one zone, in which all sites of the simulation live. */
export class Calendar {
  constructor(readonly zone: string) {}

  /** Calendar day of a moment. */
  day(atMs: number): PartialDate {
    return dayIn(this.zone, toInstant(atMs));
  }

  /** Wall clock of a moment, to the minute. */
  minute(atMs: number): PartialDate {
    return localTimeIn(this.zone, toInstant(atMs)).slice(0, 16);
  }

  /** The moment (epoch milliseconds) at which the wall clock shows an hour of a day. */
  at(day: PartialDate, hour: Hour): number {
    return spanOf({ at: `${day}T${hour}`, zone: this.zone }).from;
  }

  /** The day itself, or the Monday after it when it falls on a weekend. */
  workday(day: PartialDate): PartialDate {
    const weekday = weekdayOf(day);
    return weekday < 5 ? day : addDays(day, 7 - weekday);
  }
}

/** 0 is Monday. Day 0 of the epoch was a Thursday. */
const weekdayOf = (day: PartialDate): number => ((((daysBetween('1970-01-01', day) ?? 0) + 3) % 7) + 7) % 7;

/** An hour of the working day, `08:00` to `16:59`, from a number 0 (inclusive) to 1 (exclusive). */
export function workingHour(part: number): Hour {
  const minutes = 8 * 60 + Math.floor(part * 9 * 60);
  return clockFace(minutes);
}

/** An hour some minutes after midnight. */
export const clockFace = (minutes: number): Hour =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}` as Hour;
