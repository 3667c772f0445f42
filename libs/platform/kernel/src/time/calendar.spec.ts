import * as fc from 'fast-check';
import { earliestOf, endOfDay, endOfDayAfter, hoursAfter, latestOf } from './calendar';
import { dayIn } from './clinical-time';

const shanghai = 'Asia/Shanghai';
const berlin = 'Europe/Berlin';
const zones = fc.constantFrom('UTC', shanghai, berlin, 'America/New_York', 'Australia/Lord_Howe');
const instants = fc
  .integer({ min: Date.UTC(1980, 0), max: Date.UTC(2037, 0) })
  .map(epochMs => new Date(epochMs).toISOString());

describe('a time that is known in part', () => {
  test.each([
    ['a year', '2024', shanghai, '2023-12-31T16:00:00.000Z', '2024-12-31T15:59:59.999Z'],
    ['a month with a leap day', '2024-02', shanghai, '2024-01-31T16:00:00.000Z', '2024-02-29T15:59:59.999Z'],
    ['a day', '2024-03-05', shanghai, '2024-03-04T16:00:00.000Z', '2024-03-05T15:59:59.999Z'],
    ['a minute', '2024-03-05T10:30', shanghai, '2024-03-05T02:30:00.000Z', '2024-03-05T02:30:59.999Z'],
    ['a day of 23 hours', '2024-03-31', berlin, '2024-03-30T23:00:00.000Z', '2024-03-31T21:59:59.999Z'],
    ['a day of 25 hours', '2024-10-27', berlin, '2024-10-26T22:00:00.000Z', '2024-10-27T22:59:59.999Z'],
  ])('as %s has a first and a last moment', (_what, at, zone, first, last) => {
    expect([earliestOf({ at, zone }), latestOf({ at, zone })]).toEqual([first, last]);
  });
});

describe('hours', () => {
  test.each([
    ['over midnight', '2024-03-05T15:59:00.000Z', 24, '2024-03-06T15:59:00.000Z'],
    // 24 hours after 10:00 in Berlin are 11:00 when the clocks were set forward in between.
    ['over a clock set forward', '2024-03-30T09:00:00.000Z', 24, '2024-03-31T09:00:00.000Z'],
    ['over a clock set back', '2024-10-26T08:00:00.000Z', 24, '2024-10-27T08:00:00.000Z'],
  ])('are absolute %s', (_what, from, hours, until) => {
    expect(hoursAfter(from, hours)).toBe(until);
  });
});

describe('days of the calendar', () => {
  test.each([
    ['in Shanghai', '2024-03-05T08:00:00.000Z', 7, shanghai, '2024-03-12T15:59:59.999Z'],
    [
      'from the last second before midnight',
      '2024-03-05T15:59:59.000Z',
      7,
      shanghai,
      '2024-03-12T15:59:59.999Z',
    ],
    ['from midnight', '2024-03-05T16:00:00.000Z', 7, shanghai, '2024-03-13T15:59:59.999Z'],
    ['over a leap day', '2024-02-25T08:00:00.000Z', 7, shanghai, '2024-03-03T15:59:59.999Z'],
    [
      'over the same days of another year',
      '2023-02-25T08:00:00.000Z',
      7,
      shanghai,
      '2023-03-04T15:59:59.999Z',
    ],
    ['over the end of a year', '2023-12-20T08:00:00.000Z', 15, shanghai, '2024-01-04T15:59:59.999Z'],
    ['over a clock set forward', '2024-03-27T11:00:00.000Z', 7, berlin, '2024-04-03T21:59:59.999Z'],
    ['over a clock set back', '2024-10-22T10:00:00.000Z', 7, berlin, '2024-10-29T22:59:59.999Z'],
    [
      'to the day on which it is set forward',
      '2024-03-24T11:00:00.000Z',
      7,
      berlin,
      '2024-03-31T21:59:59.999Z',
    ],
    ['to the day on which it is set back', '2024-10-20T10:00:00.000Z', 7, berlin, '2024-10-27T22:59:59.999Z'],
    ['not at all', '2024-03-05T08:00:00.000Z', 0, shanghai, '2024-03-05T15:59:59.999Z'],
  ])('are counted %s', (_what, from, days, zone, until) => {
    expect(endOfDayAfter(from, days, zone)).toBe(until);
  });

  test('end one millisecond before the next one begins, in every zone', () => {
    fc.assert(
      fc.property(instants, zones, fc.integer({ min: 0, max: 40 }), (from, zone, days) => {
        const end = endOfDayAfter(from, days, zone);
        const day = dayIn(zone, end);
        const next = dayIn(zone, new Date(Date.parse(end) + 1).toISOString());
        expect(day < next).toBe(true);
        expect(end).toBe(endOfDay(day, zone));
      }),
    );
  });
});
