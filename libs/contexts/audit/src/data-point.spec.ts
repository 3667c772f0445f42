import { RecordedLog } from '@platform/views/testing';
import { dataPointHistory } from './data-point';
import { positionOfEntry, someTrail } from './testing/some-trail';

const place = {
  trial: 'NCT05794425',
  site: '03',
  participant: '03-007',
  stream: 'participant-NCT05794425.03-007',
};
const eventOf = (index: number) => `e0000000-0000-5000-8000-${String(index).padStart(12, '0')}`;
const correction = (value: number, previous: number, text: string) => ({
  ...place,
  type: 'ValueCorrected',
  data: { event: eventOf(0), field: 'result', value: { value, unit: 'kg' } },
  metadata: { previous: { value: { value: previous, unit: 'kg' } }, reason: { code: 'typo', text } },
});

const events = someTrail([
  { ...place, data: { test: 'WEIGHT', result: { value: 742, unit: 'kg' } } },
  { ...place, data: { test: 'WEIGHT', result: { value: 73, unit: 'kg' } } },
  { ...correction(74.2, 742, 'point forgotten'), user: 'u-0302' },
  correction(74.3, 74.2, 'misread'),
]);
const log = new RecordedLog(events);
const scope = { trial: 'NCT05794425', sites: ['03'] };
const at = (index: number) => ({ log, scope, standsAt: positionOfEntry(index) });
const point = { stream: place.stream, event: eventOf(0), field: 'result.value' };

describe('the history of a data point', () => {
  it('shows its value when it was entered and after each correction, with who, when and why', async () => {
    const { values } = await dataPointHistory(point, at(3));
    expect(
      values.map(({ value, previous, actor, reason, unit, corrects }) => ({
        value,
        previous,
        by: actor.user,
        why: reason?.text,
        unit,
        corrects: corrects?.event,
      })),
    ).toEqual([
      { value: 742, unit: 'kg', by: 'u-0301' },
      { value: 74.2, previous: 742, unit: 'kg', by: 'u-0302', why: 'point forgotten', corrects: eventOf(0) },
      { value: 74.3, previous: 74.2, unit: 'kg', by: 'u-0301', why: 'misread', corrects: eventOf(0) },
    ]);
  });

  it('ends at the position that was asked for', async () => {
    expect((await dataPointHistory(point, at(2))).values.map(({ value }) => value)).toEqual([742, 74.2]);
  });

  it('takes in the parts of a field, and without an event the whole stream', async () => {
    const { values } = await dataPointHistory({ stream: place.stream, field: 'result' }, at(1));
    expect(values.map(({ field, value, event }) => [field, value, event])).toEqual([
      ['result.value', 742, eventOf(0)],
      ['result.unit', 'kg', eventOf(0)],
      ['result.value', 73, eventOf(1)],
      ['result.unit', 'kg', eventOf(1)],
    ]);
  });

  it.each([
    ['a field that was never recorded', { ...point, field: 'resul' }, scope],
    ['an event of another stream', { ...point, event: eventOf(9) }, scope],
    ['an unknown stream', { ...point, stream: 'participant-NCT05794425.03-008' }, scope],
    ["another site's record", point, { trial: 'NCT05794425', sites: ['04'] }],
    ["another trial's record", point, { trial: 'OTHER', sites: 'all' as const }],
  ])('knows nothing of %s', async (_, asked, as) => {
    const answer = dataPointHistory(asked, { ...at(3), scope: as });
    await expect(answer).rejects.toMatchObject({
      rejection: { rejected: 'absent', rule: 'AUDIT-DATA-POINT-UNKNOWN' },
    });
  });
});
