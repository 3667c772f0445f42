import { Temporal } from '@js-temporal/polyfill';
import * as fc from 'fast-check';
import { daysBetween, spanOf } from './clinical-time';
import { clockOf, remembering } from './zone-clocks';

const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'), 'UTC');
/** From years in which clocks were set by odd seconds to years in which nobody knows how they will be. */
const instants = fc.date({
  min: new Date('1890-01-01T00:00:00Z'),
  max: new Date('2150-01-01T00:00:00Z'),
  noInvalidDate: true,
});

const asked = (zone: string, instant: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second', roundingMode: 'trunc' });

describe('the clocks of a zone', () => {
  test('show what the calendar says, at any instant', () => {
    fc.assert(
      fc.property(zones, instants, (zone, instant) => {
        const text = instant.toISOString();
        expect(clockOf(zone, text)).toBe(asked(zone, text));
      }),
    );
  });

  test.each([
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Casablanca',
  ])('of %s are right on both sides of every moment at which they were set', zone => {
    let at = Temporal.Instant.from('1979-06-01T00:00:00Z').toZonedDateTimeISO(zone);
    for (let count = 0; count < 60; count++) {
      const next = at.getTimeZoneTransition('next');
      if (!next) break;
      for (const apartMs of [-1, 0, 1]) {
        const text = new Date(next.epochMilliseconds + apartMs).toISOString();
        expect(`${text} ${clockOf(zone, text)}`).toBe(`${text} ${asked(zone, text)}`);
      }
      at = next;
    }
  });

  test.each(['2024-02-30T00:00:00.000Z', '2024-03-05T24:00:00.000Z', '5 March 2024', '2024-03-05', ''])(
    'are not asked about %j, which is no instant',
    text => expect(() => clockOf('Asia/Shanghai', text)).toThrow(RangeError),
  );

  test('are those of a zone that there is, however often one asks', () => {
    for (let time = 0; time < 2; time++) {
      expect(() => clockOf('Mars/Olympus', '2024-03-05T08:00:00.000Z')).toThrow(RangeError);
      expect(() => spanOf({ at: '2024-03-05', zone: 'Mars/Olympus' })).toThrow(RangeError);
    }
  });
});

describe('what is remembered', () => {
  test('comes out as it was answered, and is asked once as long as there is room', () => {
    const questions: string[] = [];
    const ask = remembering((zone, about) => {
      questions.push(about);
      return `${about} in ${zone}`;
    });
    expect([ask('UTC', 'a'), ask('UTC', 'b'), ask('UTC', 'a')]).toEqual(['a in UTC', 'b in UTC', 'a in UTC']);
    expect(questions).toEqual(['a', 'b']);
    for (let other = 0; other < 5_000; other++) ask('UTC', String(other));
    expect(ask('UTC', 'a')).toBe('a in UTC');
    expect(questions.filter(about => about === 'a')).toHaveLength(2);
  });
});

describe('days between two dates', () => {
  test('are those of the calendar', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        const [from, to] = [a, b].map(date => date.toISOString().slice(0, 10)) as [string, string];
        const { days } = Temporal.PlainDate.from(from).until(to, { largestUnit: 'days' });
        expect(daysBetween(from, to)).toBe(days);
      }),
    );
  });

  test('are counted from the first year that a record can name to the last', () => {
    expect(daysBetween('0000-01-01', '9999-12-31')).toBe(3_652_424);
    expect(daysBetween('0099-12-31', '0100-01-01')).toBe(1);
    expect(() => daysBetween('2023-02-29', '2023-03-01')).toThrow(RangeError);
  });
});
