import type { RecordedEvent } from '@platform/kernel';
import { someTrail, type SomeEntry } from '../testing/some-trail';
import { clocksAfter, datedEntry, nearestClock, safetyChange, type RunningClock } from './entry-review';

const event = (entry: SomeEntry): RecordedEvent => someTrail([entry])[0]!;
const zone = 'Asia/Shanghai';

describe('the lag of an entry', () => {
  const entered = (at: string, recordedAt: string, more: SomeEntry['metadata'] = {}) =>
    datedEntry(event({ metadata: { occurredAt: { at, zone }, recordedAt, ...more } }));

  it.each([
    ['2024-03-05T09:00', '2024-03-05T08:00:00.000Z', 0],
    // One in the morning of the sixth in Shandong, while it is still the fifth in Greenwich.
    ['2024-03-05T23:00', '2024-03-05T17:00:00.000Z', 1],
    ['2024-02-28', '2024-03-01T02:00:00.000Z', 2],
    ['2023-03-05', '2024-03-05T02:00:00.000Z', 366],
  ])('from %s to %s is %i days', (at, recordedAt, lagDays) => {
    expect(entered(at, recordedAt)).toMatchObject({ user: 'u-0301', role: 'coordinator', lagDays });
  });

  it('counts in the days of the place, and remembers none of another quarter of an hour', () => {
    expect(entered('2024-03-05', '2024-03-05T15:59:59.000Z')).toMatchObject({ day: '2024-03-05' });
    expect(entered('2024-03-05', '2024-03-05T16:00:00.000Z')).toMatchObject({ day: '2024-03-06' });
    const kathmandu = (minute: string) =>
      datedEntry(
        event({
          metadata: {
            occurredAt: { at: '2024-03-05', zone: 'Asia/Kathmandu' },
            recordedAt: `2024-03-05T18:${minute}:00.000Z`,
          },
        }),
      )?.day;
    expect([kathmandu('14'), kathmandu('15')]).toEqual(['2024-03-05', '2024-03-06']);
  });

  it('is never below nothing', () => {
    expect(entered('2024-03-06', '2024-03-05T02:00:00.000Z')?.lagDays).toBe(0);
  });

  it('is none for an import, for the system, for an unknown day and for what happened at no time', () => {
    expect(entered('2024-03-05', '2024-03-09T02:00:00.000Z', { source: 'import' })).toBeUndefined();
    expect(entered('2024-03-05', '2024-03-09T02:00:00.000Z', { source: 'system' })).toBeUndefined();
    expect(entered('2024-02', '2024-03-09T02:00:00.000Z')).toBeUndefined();
    expect(datedEntry(event({}))).toBeUndefined();
  });
});

describe('a change of what safety clocks stand on', () => {
  const changed = (
    type: string,
    data: RecordedEvent['data'],
    previous?: RecordedEvent['data'],
    source: 'person' | 'import' = 'person',
  ) => safetyChange(event({ type, data, metadata: { subject: { adverseEvent: 'ae-1' }, previous, source } }));

  it.each([
    ['SeriousnessAssessed', { serious: false }, { serious: true }, ['seriousness']],
    ['SeriousnessAssessed', { serious: false }, undefined, []],
    ['AdverseEventAmended', { onset: '2024-03-04', term: 'Fever' }, { onset: null, term: 'x' }, ['onset']],
    ['AdverseEventAmended', { term: 'Fever' }, { term: 'x' }, []],
    ['AdverseEventVoided', {}, undefined, ['voided']],
    ['ValueCorrected', { field: 'death' }, undefined, ['seriousness']],
    ['ValueCorrected', { field: 'awareAt' }, undefined, ['awareAt']],
    ['ValueCorrected', { field: 'term' }, undefined, []],
    ['SeverityAssessed', { grade: 3 }, { grade: 2 }, []],
  ])('%s %j after %j: %j', (type, data, previous, fields) => {
    expect(changed(type, data, previous)).toEqual(fields);
  });

  it('is none in an import, nor in anything that is about no adverse event', () => {
    expect(changed('SeriousnessAssessed', { serious: false }, { serious: true }, 'import')).toEqual([]);
    expect(safetyChange(event({ type: 'ValueCorrected', data: { field: 'onset' } }))).toEqual([]);
  });
});

describe('clocks of an adverse event', () => {
  const clock = (due: string) => ({ start: '2024-03-01T00:00:00.000Z', due });
  const ofCase = (type: string, data: RecordedEvent['data']) => event({ type, data });
  const opened = (obligation: string, due: string) =>
    ofCase('ObligationOpened', { obligation, rule: { id: `rule of ${obligation}` }, clock: clock(due) });
  const after = (...events: readonly RecordedEvent[]) =>
    events.reduce<RunningClock[]>((clocks, each) => clocksAfter(clocks, each), []);
  const [slow, fast] = [
    opened('slow', '2024-03-16T00:00:00.000Z'),
    opened('fast', '2024-03-11T00:00:00.000Z'),
  ];

  it('run from opening until they are fulfilled, waived or superseded', () => {
    expect(after(slow, fast).map(({ obligation }) => obligation)).toEqual(['slow', 'fast']);
    for (const type of ['ObligationFulfilled', 'ObligationWaived', 'ObligationSuperseded']) {
      expect(after(slow, fast, ofCase(type, { obligation: 'fast' }))).toEqual(after(slow));
    }
    expect(after(slow, ofCase('ObligationMissed', { obligation: 'slow' }))).toEqual(after(slow));
  });

  it('go on from another anchor', () => {
    const moved = ofCase('ObligationReanchored', {
      obligation: 'slow',
      clock: clock('2024-03-20T00:00:00.000Z'),
    });
    expect(after(slow, moved)).toEqual([
      {
        obligation: 'slow',
        rule: 'rule of slow',
        start: '2024-03-01T00:00:00.000Z',
        due: '2024-03-20T00:00:00.000Z',
      },
    ]);
  });

  it.each([
    ['2024-03-06T00:00:00.000Z', 0.5],
    ['2024-03-11T00:00:00.000Z', 1],
    ['2024-03-21T00:00:00.000Z', 2],
    ['2024-02-21T00:00:00.000Z', 0],
  ])('the nearest of them had at %s run for %d of its time', (instant, elapsed) => {
    expect(nearestClock(after(slow, fast), instant)).toMatchObject({
      clock: { obligation: 'fast' },
      elapsed,
    });
  });

  it('of which there is none have none that is near', () => {
    expect(nearestClock([], '2024-03-06T00:00:00.000Z')).toBeUndefined();
  });
});
