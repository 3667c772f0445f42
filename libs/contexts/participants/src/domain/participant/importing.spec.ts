import { newOf, withEntry, type KeptEntry } from './importing';

const type = 'MeasurementRecorded';
const entry = (recorded: object): KeptEntry => ({ event: 'e', type, data: {}, recorded });
const row = (key: string) => ({ sourceRecord: { file: 'vs.csv', key } });

/** The fields of those that are new. */
const fieldsOf = (entries: readonly KeptEntry[], ...all: readonly object[]) => {
  const candidates = all.map((data, index) => ({ field: String(index), data }));
  const fresh = newOf(type, candidates, entries);
  return 'rejected' in fresh ? fresh.rule : fresh.map(({ field }) => field);
};

describe('what is on record', () => {
  const weighed = [entry({ kg: 61 }), entry({ kg: 62, departures: ['late'] })];

  test('the same content is not new, whatever the software added to it', () => {
    expect(fieldsOf(weighed, { kg: 62 }, { kg: 63 }, { kg: 63 }, { kg: 61, departures: [] })).toEqual(['1']);
  });

  test('another type of entry says nothing about it', () => {
    const other = [{ ...entry({ kg: 61 }), type: 'DiagnosisRecorded' }];
    expect(fieldsOf(other, { kg: 61 })).toEqual(['0']);
  });

  test('a row of a source is known by its key, and has one content', () => {
    const imported = [entry({ kg: 61, ...row('1') })];
    expect(fieldsOf(imported, { kg: 61, ...row('1') }, { kg: 61, ...row('2') })).toEqual(['1']);
    expect(fieldsOf(imported, { kg: 62, ...row('1') })).toBe('IMPORT-KEY-CHANGED');
    expect(fieldsOf(imported, { kg: 61, ...row('2') }, { kg: 62, ...row('2') })).toBe('IMPORT-KEY-CHANGED');
    expect(fieldsOf(imported, { kg: 61 })).toEqual(['0']);
  });

  test('adding leaves what was before as it is, also when two go on from the same', () => {
    expect(fieldsOf(weighed, { kg: 70 })).toEqual(['0']);
    const [one, other] = [70, 80].map(kg => withEntry(weighed, entry({ kg }))) as [KeptEntry[], KeptEntry[]];
    const known = [weighed, one, other].map(entries => fieldsOf(entries, { kg: 61 }, { kg: 70 }, { kg: 80 }));
    expect(known).toEqual([['1', '2'], ['2'], ['1']]);
    const further = withEntry(one, entry({ kg: 71 }));
    expect(fieldsOf(further, { kg: 70 }, { kg: 71 }, { kg: 80 })).toEqual(['2']);
    expect(fieldsOf(one, { kg: 71 })).toEqual(['0']);
    expect(fieldsOf([], { kg: 61 })).toEqual(['0']);
  });
});
