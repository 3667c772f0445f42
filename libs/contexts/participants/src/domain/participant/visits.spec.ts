import { scenario } from '@platform/kernel/testing';
import { at03, consented, departuresOf, importing, status, was } from '../../testing/people';
import { participantDecider, type ParticipantEvent } from './participant';
import { recordVisits, studyDay } from './visits';

const person = scenario(participantDecider);
const treated: readonly ParticipantEvent[] = [
  ...consented,
  status('enrolled', '2024-02-01'),
  status('onTreatment', '2024-02-01'),
];

describe('a study day', () => {
  test.each([
    ['2024-02-01', 1],
    ['2024-02-02', 2],
    ['2024-01-31', -1],
    ['2024-01-25', -7],
    ['2024-03-01', 30],
    ['2024-02', undefined],
  ])('%s is day %s', (date, day) => {
    expect(studyDay(date, '2024-02-01')).toBe(day);
  });
});

describe('a visit', () => {
  const visit = { visit: 'INF2', startedAt: '2024-02-08' };

  it('is recorded once', () => {
    person
      .given(...treated)
      .when(state => recordVisits({ visits: [visit] }, state, at03()))
      .yields(was('VisitRecorded', visit, '2024-02-08'))
      .when(state => recordVisits({ visits: [visit] }, state, at03()))
      .yieldsNothing();
  });

  test.each([
    ['2024-02-06', 1],
    ['2024-02-07', 0],
    ['2024-02-08', 0],
    ['2024-02-09', 0],
    ['2024-02-10', 1],
    ['2024-02', 0],
  ])('planned for day 8 ± 1 and held on %s departs %d times', (startedAt, times) => {
    const { events } = person
      .given(...treated)
      .when(state => recordVisits({ visits: [{ ...visit, startedAt }] }, state, at03()));
    expect(departuresOf(events)).toHaveLength(times);
    expect(departuresOf(events).every(({ rule }) => rule === 'VISIT-WINDOW')).toBe(true);
  });

  it('without a plan, or before the first treatment, is not judged', () => {
    const unscheduled = { visit: 'UNS', startedAt: '2024-02-20' };
    const { events } = person
      .given(...treated)
      .when(state => recordVisits({ visits: [unscheduled] }, state, at03()));
    expect(departuresOf(events)).toEqual([]);
    const early = person.given(...consented).when(state => recordVisits({ visits: [visit] }, state, at03()));
    expect(departuresOf(early.events)).toEqual([]);
  });

  it('must be one of the protocol and have a date, unless a source says otherwise', () => {
    const refused = (wrong: object, rule: string, field: string) =>
      person
        .given(...treated)
        .when(state => recordVisits({ visits: [visit, { ...visit, ...wrong }] }, state, at03()))
        .isRejected(rule, field);
    refused({ visit: 'WEEK 4' }, 'VISIT-UNKNOWN', 'visits[1].visit');
    refused({ startedAt: undefined }, 'RECORD-DATE', 'visits[1].startedAt');
    refused({ endedAt: '2024-02-07' }, 'VISIT-PERIOD', 'visits[1].endedAt');
    refused({ startedAt: '2024-03-06' }, 'RECORD-FUTURE', 'visits[1].startedAt');
    const { events } = person
      .given(...treated)
      .when(state => recordVisits({ visits: [{ visit: 'WEEK 4' }] }, state, importing()));
    expect(events).toHaveLength(1);
  });
});
