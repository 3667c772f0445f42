import { Calendar, clockFace, workingHour } from './calendar';

const calendar = new Calendar('Asia/Shanghai');

describe('the calendar of a zone', () => {
  it('tells the day and the minute of a moment there, not in UTC', () => {
    const evening = Date.parse('2024-03-05T16:30:45.000Z');
    expect(calendar.day(evening)).toBe('2024-03-06');
    expect(calendar.minute(evening)).toBe('2024-03-06T00:30');
  });

  it('finds the moment of an hour again', () => {
    const moment = calendar.at('2024-03-06', '00:30');
    expect(calendar.minute(moment)).toBe('2024-03-06T00:30');
    expect(moment).toBe(Date.parse('2024-03-05T16:30:00.000Z'));
  });

  it.each([
    ['2024-03-04', '2024-03-04'],
    ['2024-03-08', '2024-03-08'],
    ['2024-03-09', '2024-03-11'],
    ['2024-03-10', '2024-03-11'],
    ['2024-12-28', '2024-12-30'],
  ])('goes from %s to the workday %s', (day, workday) => {
    expect(calendar.workday(day)).toBe(workday);
  });
});

it('a working hour is from 08:00 to before 17:00', () => {
  expect([0, 0.5, 0.999999].map(workingHour)).toEqual(['08:00', '12:30', '16:59']);
});

it('a clock shows two digits each', () => {
  expect([0, 65, 1_439].map(clockFace)).toEqual(['00:00', '01:05', '23:59']);
});
