import { Temporal } from '@js-temporal/polyfill';
import * as fc from 'fast-check';
import {
  addDays,
  addYears,
  dayIn,
  dayOf,
  daysBetween,
  hasDay,
  isAfterInstant,
  isPartialDate,
  isZone,
  localTimeIn,
  orderOf,
  precisionOf,
  spanOf,
  type Precision,
} from './clinical-time';

const lengths = [4, 7, 10, 16, 19];

/** Any wall-clock time of the years 1 to 9998, cut to any precision. */
const wallClock = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T23:59:59Z'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 19));
const partialDate = fc
  .tuple(wallClock, fc.constantFrom(...lengths))
  .map(([text, length]) => text.slice(0, length));
const day = wallClock.map(dayOf);
const zone = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
);
/** Instants since 1980: before, zones changed their clocks at moments that no calendar day starts or ends at. */
const instant = fc.integer({ min: Date.UTC(1980, 0), max: Date.UTC(2037, 0) });

describe('isPartialDate', () => {
  test.each<[string, boolean]>([
    ['2013', true],
    ['2013-08', true],
    ['2013-08-14', true],
    ['2013-08-14T10:30', true],
    ['2013-08-14T10:30:05', true],
    ['2013-08-14T00:00', true],
    ['2013-08-14T23:59:59', true],
    ['2024-02-29', true],
    ['2000-02-29', true],
    ['2024-02-29T12:00', true],
    ['2013-12-31', true],
    ['2023-02-29', false],
    ['1900-02-29', false],
    ['2023-02-29T12:00', false],
    ['2026-02-30', false],
    ['2026-02-31', false],
    ['2026-04-31', false],
    ['2026-06-31', false],
    ['2026-13', false],
    ['2026-00', false],
    ['2026-01-00', false],
    ['2026-01-32', false],
    ['2026-W01', false],
    ['2026-W01-1', false],
    ['2026-001', false],
    ['2013-08-14T24:00', false],
    ['2013-08-14T10:60', false],
    ['2013-08-14T10:30:60', false],
    ['2013-08-14T10', false],
    ['2013-08T10:30', false],
    ['2013-08-14 10:30', false],
    ['2013-08-14T10:30Z', false],
    ['2013-08-14T10:30+08:00', false],
    ['2013-08-14T10:30:05.5', false],
    ['20130814', false],
    ['2013-8-14', false],
    ['13-08-14', false],
    ['+002013-08-14', false],
    ['-2013', false],
    ['2013-', false],
    ['2013-08-', false],
    ['2013-08-14T', false],
    ['2013-08-14\n', false],
    [' 2013', false],
    ['٢٠١٣', false],
    ['2013--14', false],
    ['', false],
    ['UNK', false],
  ])('%j: %s', (text, exists) => {
    expect(isPartialDate(text)).toBe(exists);
  });

  test.each([[undefined], [null], [2013], [['2013']], [{}], [new Date(0)]])('takes texts only: %p', value => {
    expect(isPartialDate(value)).toBe(false);
  });

  test('takes every date of the calendar, at every precision', () => {
    fc.assert(fc.property(partialDate, date => isPartialDate(date)));
  });

  test('takes exactly what the calendar has', () => {
    const digits = (max: number) => fc.integer({ min: 0, max }).map(n => String(n).padStart(2, '0'));
    const anything = fc.tuple(
      fc.integer({ min: 1800, max: 2200 }),
      digits(14),
      digits(33),
      digits(25),
      digits(61),
    );
    fc.assert(
      fc.property(anything, ([y, mo, d, h, mi]) => {
        const fields = { year: y, month: Number(mo), day: Number(d), hour: Number(h), minute: Number(mi) };
        let exists = true;
        try {
          Temporal.PlainDateTime.from(fields, { overflow: 'reject' });
        } catch {
          exists = false;
        }
        expect(isPartialDate(`${y}-${mo}-${d}T${h}:${mi}`)).toBe(exists);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('precision', () => {
  test.each<[string, Precision, boolean]>([
    ['2013', 'year', false],
    ['2013-08', 'month', false],
    ['2013-08-14', 'day', true],
    ['2013-08-14T10:30', 'minute', true],
    ['2013-08-14T10:30:05', 'second', true],
  ])('%s knows its %s', (date, precision, knowsDay) => {
    expect(precisionOf(date)).toBe(precision);
    expect(hasDay(date)).toBe(knowsDay);
    expect(dayOf(date)).toBe(date.slice(0, 10));
  });

  test.each(['2026-02-31', '2026-W01', '', '20130814', '2013-08-14T24:00'])('%j has none', text => {
    expect(() => precisionOf(text)).toThrow(RangeError);
  });
});

describe('days', () => {
  test.each<[string, string, number | undefined]>([
    ['2013-08-14', '2013-08-14', 0],
    ['2013-08-14T23:59', '2013-08-15T00:00', 1],
    ['2013-08-15', '2013-08-14', -1],
    ['2024-02-28', '2024-03-01', 2],
    ['2023-02-28', '2023-03-01', 1],
    ['2024-03-30', '2024-04-01', 2],
    ['2013-01-01', '2014-01-01', 365],
    ['2013-08', '2013-08-14', undefined],
    ['2013-08-14', '2013', undefined],
  ])('from %s to %s: %s', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
  });

  test('adding what lies between leads from one to the other, and back', () => {
    fc.assert(
      fc.property(day, day, (from, to) => {
        const days = daysBetween(from, to) as number;
        expect(addDays(from, days)).toBe(to);
        expect(daysBetween(to, from)).toBe(0 - days);
        expect(Math.sign(days)).toBe({ before: 1, same: 0, after: -1, unknown: NaN }[orderOf(from, to)]);
      }),
    );
  });

  test.each<[string, number, string]>([
    ['2024-02-29', 1, '2025-02-28'],
    ['2024-02-29', 4, '2028-02-29'],
    ['1950-06-01T08:00', 70, '2020-06-01'],
    ['2013-08-14', -18, '1995-08-14'],
  ])('%s and %i years: %s', (date, years, later) => {
    expect(addYears(date, years)).toBe(later);
  });

  test.each<[string, () => unknown]>([
    ['a month', () => addDays('2013-08', 1)],
    ['a year', () => addYears('2013', 1)],
    ['a day that does not exist', () => addDays('2026-02-31', 1)],
    ['a day that does not exist, counted from', () => daysBetween('2026-02-31', '2026-03-01')],
    ['half a day', () => addDays('2013-08-14', 0.5)],
    ['the day after the last', () => addDays('9999-12-31', 1)],
    ['the day before the first', () => addDays('0000-01-01', -1)],
    ['years beyond four digits', () => addYears('2013-08-14', 8000)],
  ])('throws for %s', (_what, attempt) => {
    expect(attempt).toThrow(RangeError);
  });
});

describe('zones', () => {
  test.each<[unknown, boolean]>([
    ['Asia/Shanghai', true],
    ['Europe/Berlin', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Asia/Calcutta', true],
    ['UTC', true],
    ['Etc/GMT+8', true],
    ['+08:00', false],
    ['-08', false],
    ['−08:00', false],
    ['asia/shanghai', false],
    ['ASIA/SHANGHAI', false],
    ['Shanghai', false],
    ['CST', false],
    ['Z', false],
    ['2013-08-14T10:30Z', false],
    ['2013-08-14T10:30+08:00[Asia/Shanghai]', false],
    ['Asia/Shanghai ', false],
    ['', false],
    [undefined, false],
    [8, false],
  ])('%p: %s', (text, exists) => {
    expect(isZone(text)).toBe(exists);
  });

  test.each<[string, string, string, string]>([
    ['Asia/Shanghai', '2024-03-05T15:59:59.999Z', '2024-03-05', '2024-03-05T23:59:59'],
    ['Asia/Shanghai', '2024-03-05T16:00:00.000Z', '2024-03-06', '2024-03-06T00:00:00'],
    ['America/New_York', '2024-03-10T06:59:59.500Z', '2024-03-10', '2024-03-10T01:59:59'],
    ['America/New_York', '2024-03-10T07:00:00Z', '2024-03-10', '2024-03-10T03:00:00'],
    ['UTC', '2024-02-29T23:59:59.600Z', '2024-02-29', '2024-02-29T23:59:59'],
  ])('in %s, %s', (zoneName, utc, date, time) => {
    expect(dayIn(zoneName, utc)).toBe(date);
    expect(localTimeIn(zoneName, utc)).toBe(time);
  });
});

describe('isAfterInstant', () => {
  test.each<[string, string, string, boolean]>([
    ['2024-03-06', 'Asia/Shanghai', '2024-03-05T15:59:59.999Z', true],
    ['2024-03-06', 'Asia/Shanghai', '2024-03-05T16:00:00.000Z', false],
    ['2024-03-05', 'Asia/Shanghai', '2024-03-05T08:00:00.000Z', false],
    ['2024', 'Asia/Shanghai', '2024-03-05T08:00:00.000Z', false],
    ['2025', 'Asia/Shanghai', '2024-03-05T08:00:00.000Z', true],
    ['2024-03-05T16:01', 'Asia/Shanghai', '2024-03-05T08:00:59.999Z', true],
    ['2024-03-05T16:01', 'Asia/Shanghai', '2024-03-05T08:01:00.000Z', false],
  ])('%s in %s, %s: %s', (at, zoneName, utc, after) => {
    expect(isAfterInstant({ at, zone: zoneName }, utc)).toBe(after);
  });

  test('is what the span of the time says, in every zone and at every precision', () => {
    const hours = fc.integer({ min: -80, max: 80 });
    fc.assert(
      fc.property(instant, zone, hours, fc.constantFrom(...lengths), (ms, zoneName, apart, length) => {
        const utc = new Date(ms).toISOString();
        const other = new Date(ms + apart * 3_600_000).toISOString();
        const time = { at: localTimeIn(zoneName, other).slice(0, length), zone: zoneName };
        return isAfterInstant(time, utc) === spanOf(time).from > ms;
      }),
    );
  });

  test('takes no text that is no date, however long ago', () => {
    expect(() => isAfterInstant({ at: '1999-02-30', zone: 'UTC' }, '2024-03-05T08:00:00.000Z')).toThrow(
      RangeError,
    );
  });

  test('what the clock shows now has never yet to come', () => {
    fc.assert(
      fc.property(instant, zone, (ms, zoneName) => {
        const utc = new Date(ms).toISOString();
        return !isAfterInstant({ at: localTimeIn(zoneName, utc), zone: zoneName }, utc);
      }),
    );
  });
});
