import * as fc from 'fast-check';
import { dayOf, hasDay, localTimeIn, orderOf, spanOf, type Order } from './clinical-time';

const lengths = [4, 7, 10, 16, 19];

/** Dates that lie so close together that they often overlap. */
const nearbyDate = fc
  .tuple(fc.integer({ min: 0, max: 40 * 86_400 }), fc.constantFrom(...lengths))
  .map(([seconds, length]) => new Date(Date.UTC(2013, 7, 1) + seconds * 1000).toISOString().slice(0, length));
const zone = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
);
/** Instants since 1980: before, zones changed their clocks at moments that no calendar day starts or ends at. */
const instant = fc.integer({ min: Date.UTC(1980, 0), max: Date.UTC(2037, 0) });

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
