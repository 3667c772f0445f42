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
  type Order,
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
/** Dates that lie so close together that they often overlap. */
const nearbyDate = fc
  .tuple(fc.integer({ min: 0, max: 40 * 86_400 }), fc.constantFrom(...lengths))
  .map(([seconds, length]) => new Date(Date.UTC(2013, 7, 1) + seconds * 1000).toISOString().slice(0, length));
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

describe('orderOf', () => {
  test.each<[string, string, Order]>([
    ['2013', '2014', 'before'],
    ['2013-08', '2014', 'before'],
    ['2013', '2014-01-01T00:00', 'before'],
    ['2013-08-14', '2013-09', 'before'],
    ['2013-08-14', '2013-08-15T00:00', 'before'],
    ['2013-08-14T10:30', '2013-08-14T10:31', 'before'],
    ['2013-08-14T10:30', '2013-08-14T10:31:00', 'before'],
    ['2013-08-14', '2013-08-14', 'same'],
    ['2013-08-14', '2013-08-14T10:30', 'same'],
    ['2013-08-14T10:30', '2013-08-14T10:30:59', 'same'],
    ['2013-08-14T10:30:05', '2013-08-14T10:30:05', 'same'],
    ['2013', '2013-08', 'unknown'],
    ['2013', '2013-08-14T10:30', 'unknown'],
    ['2013-08', '2013-08-14', 'unknown'],
    ['2013', '2013', 'unknown'],
    ['2013-08', '2013-08', 'unknown'],
  ])('%s, %s: %s', (a, b, order) => {
    expect(orderOf(a, b)).toBe(order);
  });

  const mirrored: Record<Order, Order> = {
    before: 'after',
    after: 'before',
    same: 'same',
    unknown: 'unknown',
  };

  test('turns round when its arguments do', () => {
    fc.assert(fc.property(nearbyDate, nearbyDate, (a, b) => orderOf(b, a) === mirrored[orderOf(a, b)]));
  });

  test('is before or after exactly when the spans of the two dates do not overlap', () => {
    fc.assert(
      fc.property(nearbyDate, nearbyDate, (a, b) => {
        const [left, right] = [a, b].map(at => spanOf({ at, zone: 'UTC' })) as [Span, Span];
        const expected = left.until <= right.from ? 'before' : right.until <= left.from ? 'after' : 'overlap';
        const order = orderOf(a, b);
        expect(order === 'same' || order === 'unknown' ? 'overlap' : order).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('knows the order of overlapping dates exactly when both know their day', () => {
    fc.assert(
      fc.property(nearbyDate, nearbyDate, (a, b) => {
        const order = orderOf(a, b);
        if (order === 'same') expect(dayOf(a)).toBe(dayOf(b));
        if (order === 'unknown') expect(hasDay(a) && hasDay(b)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('before is transitive', () => {
    fc.assert(
      fc.property(nearbyDate, nearbyDate, nearbyDate, (a, b, c) => {
        fc.pre(orderOf(a, b) === 'before' && orderOf(b, c) === 'before');
        return orderOf(a, c) === 'before';
      }),
    );
  });
});

type Span = ReturnType<typeof spanOf>;

describe('spanOf', () => {
  test.each<[string, string, string, string, string]>([
    ['a year', '2013', 'UTC', '2013-01-01T00:00Z', '2014-01-01T00:00Z'],
    ['a month east of Greenwich', '2013-08', 'Asia/Shanghai', '2013-07-31T16:00Z', '2013-08-31T16:00Z'],
    ['a day west of it', '2013-08-14', 'America/New_York', '2013-08-14T04:00Z', '2013-08-15T04:00Z'],
    ['a leap day', '2024-02-29', 'UTC', '2024-02-29T00:00Z', '2024-03-01T00:00Z'],
    ['a minute', '2013-08-14T10:30', 'Asia/Shanghai', '2013-08-14T02:30Z', '2013-08-14T02:31Z'],
    ['a second', '2013-08-14T10:30:05', 'UTC', '2013-08-14T10:30:05Z', '2013-08-14T10:30:06Z'],
    ['a day of 23 hours', '2024-03-31', 'Europe/Berlin', '2024-03-30T23:00Z', '2024-03-31T22:00Z'],
    ['a day of 25 hours', '2024-10-27', 'Europe/Berlin', '2024-10-26T22:00Z', '2024-10-27T23:00Z'],
    ['a minute shown twice', '2024-10-27T02:30', 'Europe/Berlin', '2024-10-27T00:30Z', '2024-10-27T01:31Z'],
    [
      'the minute before those',
      '2024-10-27T01:59',
      'Europe/Berlin',
      '2024-10-26T23:59Z',
      '2024-10-27T00:00Z',
    ],
    ['the minute after those', '2024-10-27T03:00', 'Europe/Berlin', '2024-10-27T02:00Z', '2024-10-27T02:01Z'],
    ['a minute never shown', '2024-03-31T02:30', 'Europe/Berlin', '2024-03-31T01:30Z', '2024-03-31T01:31Z'],
    ['the minute before it', '2024-03-31T01:59', 'Europe/Berlin', '2024-03-31T00:59Z', '2024-03-31T01:00Z'],
    ['a day without midnight', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
  ])('%s: %s in %s', (_what, at, zoneName, from, until) => {
    const span = spanOf({ at, zone: zoneName });
    expect([span.from, span.until].map(ms => new Date(ms).toISOString())).toEqual(
      [from, until].map(text => new Date(text).toISOString()),
    );
  });

  test('is never empty, and longer the less is known', () => {
    fc.assert(
      fc.property(instant, zone, (ms, zoneName) => {
        const text = localTimeIn(zoneName, new Date(ms).toISOString());
        const spans = lengths.map(length => spanOf({ at: text.slice(0, length), zone: zoneName }));
        for (const [i, span] of spans.entries()) {
          expect(span.from).toBeLessThan(span.until);
          const wider = spans[i - 1];
          if (!wider) continue;
          expect(wider.from).toBeLessThanOrEqual(span.from);
          expect(wider.until).toBeGreaterThanOrEqual(span.until);
        }
      }),
    );
  });

  test('holds every instant at which the clocks showed that time', () => {
    fc.assert(
      fc.property(instant, zone, fc.constantFrom(...lengths), (ms, zoneName, length) => {
        const shown = localTimeIn(zoneName, new Date(ms).toISOString()).slice(0, length);
        const { from, until } = spanOf({ at: shown, zone: zoneName });
        return from <= ms && ms < until;
      }),
    );
  });

  test.each([
    ['2026-02-31', 'UTC'],
    ['2013', 'Nowhere/Here'],
  ])('throws for %s in %s', (at, zoneName) => {
    expect(() => spanOf({ at, zone: zoneName })).toThrow(RangeError);
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

  test('what the clock shows now has never yet to come', () => {
    fc.assert(
      fc.property(instant, zone, (ms, zoneName) => {
        const utc = new Date(ms).toISOString();
        return !isAfterInstant({ at: localTimeIn(zoneName, utc), zone: zoneName }, utc);
      }),
    );
  });
});
