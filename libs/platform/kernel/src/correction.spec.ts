import {
  correctValue,
  withCorrection,
  type Correctable,
  type Entry,
  type ValueCorrected,
} from './correction';

const reason = { code: 'transcription', text: 'Read from the wrong line' };
const weighed: Entry = { event: 'event-1', type: 'BoxWeighed', data: { weight: { value: 7, unit: 'kg' } } };
const named: Entry = { event: 'event-2', type: 'BoxNamed', data: { name: 'left' } };
const correctable: Correctable = {
  BoxWeighed: {
    weight: value => (typeof value === 'object' ? undefined : 'This must be a weight.'),
    note: () => undefined,
  },
};
const decide = (event: string, field: string, value: Parameters<typeof correctValue>[0]['value']) =>
  correctValue({ event, field, value, reason }, [weighed, named], correctable);

describe('a correction', () => {
  test('says what stood there, and null for nothing', () => {
    expect(decide('event-1', 'weight', { value: 8, unit: 'kg' })).toEqual([
      {
        type: 'ValueCorrected',
        data: { event: 'event-1', field: 'weight', value: { value: 8, unit: 'kg' } },
        previous: { value: { value: 7, unit: 'kg' } },
        reason,
      },
    ]);
    expect(decide('event-1', 'note', 'full')).toMatchObject([{ previous: { value: null } }]);
  });

  test('to what stands there is none, in whatever order its fields come', () => {
    expect(decide('event-1', 'weight', { unit: 'kg', value: 7 })).toEqual([]);
    expect(decide('event-1', 'note', null)).toEqual([]);
  });

  test.each<[string, ReturnType<typeof decide>, string]>([
    ['of an unknown event', decide('event-3', 'weight', null), 'CORRECTION-UNKNOWN-EVENT'],
    ['of a field that has no check', decide('event-1', 'colour', 'red'), 'CORRECTION-FIELD'],
    ['of an entry that has no fields', decide('event-2', 'name', 'right'), 'CORRECTION-FIELD'],
    ['to a wrong value', decide('event-1', 'weight', 7), 'CORRECTION-VALUE'],
    ['of what every object has', decide('event-1', 'valueOf', 'x'), 'CORRECTION-FIELD'],
    ['of a prototype', decide('event-1', '__proto__', 'x'), 'CORRECTION-FIELD'],
  ])('%s is refused', (_what, decision, rule) => {
    expect(decision).toMatchObject({ rule });
  });

  test('changes the entry that it names and no other, and leaves the original as it was', () => {
    const correction: ValueCorrected = {
      type: 'ValueCorrected',
      data: { event: 'event-1', field: 'weight', value: null },
    };
    const [changed, other] = withCorrection([weighed, named], correction);
    expect(changed).toEqual({ ...weighed, data: { weight: null } });
    expect(other).toBe(named);
    expect(weighed.data).toEqual({ weight: { value: 7, unit: 'kg' } });
  });
});
