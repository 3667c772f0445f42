import { ae, SmallCase } from '../../testing';
import { ranOn } from './history';

const zone = 'Asia/Shanghai';
const day = (date: string) => `2024-03-${date}T08:00:00.000Z`;
const awareAt = (at: string) => ({ awareAt: { at, zone } });

/** The 24 hours of the site, from three different awarenesses: recorded on the 5th, the 6th and the 8th. */
const corrected = () =>
  new SmallCase({ sets: ['CN-STEM-CELL'] })
    .learn(day('05'), ae.report(awareAt('2024-03-05T09:00')), ae.hospitalised)
    .learn(day('06'), ae.amended(awareAt('2024-03-04T09:00')))
    .learn(day('08'), ae.amended(awareAt('2024-03-07T09:00')));

const on = (subject: SmallCase, date: string): string[] =>
  ranOn(subject.state.obligations, date).map(
    ({ rule, number, dueLocal, inRecord, asKnownNow, dueThatDay }) =>
      `${rule} ${number} ${dueLocal}${inRecord ? ' inRecord' : ''}${asKnownNow ? ' asKnownNow' : ''}` +
      (dueThatDay ? ' due' : ''),
  );

describe('the clocks of a day', () => {
  test.each([
    ['before anything was known or had happened', '2024-03-03', []],
    ['on which one was written down', '2024-03-05', ['CN-SC-24H 1 2024-03-06T09:00:00 inRecord']],
    [
      'on which it was corrected',
      '2024-03-06',
      ['CN-SC-24H 1 2024-03-06T09:00:00 inRecord due', 'CN-SC-24H 2 2024-03-05T09:00:00 inRecord'],
    ],
    [
      'on which it had begun, as was known a day later',
      '2024-03-07',
      ['CN-SC-24H 2 2024-03-05T09:00:00 inRecord', 'CN-SC-24H 3 2024-03-08T09:00:00 asKnownNow'],
    ],
    ['after all corrections', '2024-03-09', ['CN-SC-24H 3 2024-03-08T09:00:00 inRecord asKnownNow']],
  ])('%s', (_what, date, clocks) => {
    expect(on(corrected(), date)).toEqual(clocks);
  });

  it('ended with the sending, by what is known now, and with its recording in the record', () => {
    const sent = corrected().fulfil(day('12'), 'CN-SC-24H', '2024-03-09T10:00');
    expect(on(sent, '2024-03-09')).toEqual(['CN-SC-24H 3 2024-03-08T09:00:00 inRecord asKnownNow']);
    expect(on(sent, '2024-03-11')).toEqual(['CN-SC-24H 3 2024-03-08T09:00:00 inRecord']);
    expect(on(sent, '2024-03-13')).toEqual([]);
    const voided = corrected().learn(day('12'), ae.voided);
    expect(on(voided, '2024-03-12')).toEqual(['CN-SC-24H 3 2024-03-08T09:00:00 inRecord asKnownNow']);
    expect(on(voided, '2024-03-13')).toEqual([]);
  });
});
