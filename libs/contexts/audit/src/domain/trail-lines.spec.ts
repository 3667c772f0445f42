import fc from 'fast-check';
import type { JsonObject, JsonValue, RecordedEvent } from '@platform/kernel';
import { correctedBy, eachFieldName, fieldName, trailLines } from './trail-lines';

const event = (data: JsonObject, previous?: JsonObject, type = 'MeasurementRecorded'): RecordedEvent =>
  ({ type, data, metadata: { previous } }) as unknown as RecordedEvent;

const namesOf = (recorded: RecordedEvent): Set<string> => {
  const names = new Set<string>();
  eachFieldName(recorded, name => names.add(name));
  return names;
};

describe('the lines of an event', () => {
  it('show a first entry without a previous value, also one that is null', () => {
    expect(trailLines(event({ test: 'WEIGHT', reason: null }))).toEqual([
      { field: 'test', value: 'WEIGHT', change: 'entered' },
      { field: 'reason', value: null, change: 'entered' },
    ]);
  });

  it('show what a field held before, and tell empty from never entered', () => {
    const changed = event({ grade: 2, outcome: 'recovered', note: '' }, { grade: 1, outcome: null });
    expect(trailLines(changed)).toEqual([
      { field: 'grade', value: 2, previous: 1, change: 'changed' },
      { field: 'outcome', value: 'recovered', previous: null, change: 'changed' },
      { field: 'note', value: '', change: 'entered' },
    ]);
  });

  it('show that a field was emptied, removed, or written again as it was', () => {
    const changed = event(
      { endedOn: null, status: 'ongoing' },
      { endedOn: '2024-03-05', status: 'ongoing', site: '03' },
    );
    expect(trailLines(changed)).toEqual([
      { field: 'endedOn', value: null, previous: '2024-03-05', change: 'changed' },
      { field: 'status', value: 'ongoing', previous: 'ongoing', change: 'unchanged' },
      { field: 'site', value: null, previous: '03', change: 'removed' },
    ]);
  });

  it('name nested values by their path and give numbers the unit that stands beside them', () => {
    const data = {
      results: [
        { analyte: 'ALT', value: 31, unit: 'U/L' },
        { analyte: 'AST', value: null },
      ],
    };
    expect(trailLines(event(data))).toEqual([
      { field: 'results[0].analyte', value: 'ALT', change: 'entered' },
      { field: 'results[0].value', value: 31, unit: 'U/L', change: 'entered' },
      { field: 'results[0].unit', value: 'U/L', change: 'entered' },
      { field: 'results[1].analyte', value: 'AST', change: 'entered' },
      { field: 'results[1].value', value: null, change: 'entered' },
    ]);
  });

  it('compare lists item by item, the longer of the two', () => {
    expect(trailLines(event({ arms: ['a', 'x'] }, { arms: ['a', 'b', 'c'] }))).toEqual([
      { field: 'arms[0]', value: 'a', previous: 'a', change: 'unchanged' },
      { field: 'arms[1]', value: 'x', previous: 'b', change: 'changed' },
      { field: 'arms[2]', value: null, previous: 'c', change: 'removed' },
    ]);
  });

  it('show empty structures, and a structure in the place of nothing part by part', () => {
    expect(trailLines(event({ none: [], void: {} }))).toEqual([
      { field: 'none', value: [], change: 'entered' },
      { field: 'void', value: {}, change: 'entered' },
    ]);
    expect(trailLines(event({ dose: { value: 5, unit: 'mg' } }, { dose: null }))).toEqual([
      { field: 'dose.value', value: 5, previous: null, unit: 'mg', change: 'changed' },
      { field: 'dose.unit', value: 'mg', previous: null, change: 'changed' },
    ]);
  });

  it('show the structure whole where only one side is a structure', () => {
    expect(trailLines(event({ dose: 'unknown' }, { dose: { value: 5 } }))).toEqual([
      { field: 'dose', value: 'unknown', previous: { value: 5 }, change: 'changed' },
    ]);
    expect(trailLines(event({ dose: { value: 5 } }, { dose: 'unknown' }))).toEqual([
      { field: 'dose', value: { value: 5 }, previous: 'unknown', change: 'changed' },
    ]);
  });

  it('of a correction are those of the field that it corrects, under its own name', () => {
    const data = { event: '7b6d', field: 'result', value: { value: 74.2, unit: 'kg' } };
    const correction = event(data, { value: { value: 742, unit: 'kg' } }, 'ValueCorrected');
    expect(correctedBy(correction)).toEqual({ event: '7b6d', field: 'result' });
    expect(trailLines(correction)).toEqual([
      { field: 'result.value', value: 74.2, previous: 742, unit: 'kg', change: 'changed' },
      { field: 'result.unit', value: 'kg', previous: 'kg', change: 'unchanged' },
    ]);
    expect(namesOf(correction)).toEqual(new Set(['result', 'result.value', 'result.unit']));
  });

  it('of an event without fields are none', () => {
    expect(trailLines(event({}))).toEqual([]);
  });
});

const key = fc.constantFrom('a', 'b', 'unit', 'value', 'grade');
const { json } = fc.letrec<{ json: JsonValue }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<JsonValue>(null, '', 'mg', 0, 1, 2.5, true),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const members = fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonObject>;

/** Puts a value back where its line says that it stood. */
function put(into: Record<string, unknown>, field: string, value: JsonValue): void {
  const steps = field.match(/[^.[\]]+/g)!;
  let place: Record<string, unknown> = into;
  steps.slice(0, -1).forEach((step, index) => {
    place[step] ??= /^\d+$/.test(steps[index + 1]!) ? [] : {};
    place = place[step] as Record<string, unknown>;
  });
  place[steps.at(-1)!] = value;
}

describe('laws of lines', () => {
  it('both sides can be read back from them: nothing is lost', () => {
    fc.assert(
      fc.property(members, members, (data, previous) => {
        const [after, before] = [{}, {}];
        for (const line of trailLines(event(data, previous))) {
          if (line.change !== 'removed') put(after, line.field, line.value);
          if (line.previous !== undefined) put(before, line.field, line.previous);
        }
        expect(after).toEqual(data);
        // A structure in the place of nothing shows the nothing part by part; what was there is all that counts.
        expect(filled(before)).toEqual(filled(previous));
      }),
      { numRuns: 300 },
    );
  });

  it('every line is found under its name, with and without its indexes, and under the field that it belongs to', () => {
    fc.assert(
      fc.property(members, members, (data, previous) => {
        const recorded = event(data, previous);
        const names = namesOf(recorded);
        const lines = trailLines(recorded);
        for (const { field } of lines) {
          expect(names).toContain(fieldName(field));
          expect(names).toContain(/^[^.[]+/.exec(field)![0]);
        }
        const fields = new Set([...Object.keys(data), ...Object.keys(previous)]);
        const expected = new Set([...fields, ...lines.map(({ field }) => fieldName(field))]);
        expect(names).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

/** What is left of a value when everything is gone that holds nothing. */
function filled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const parts = Object.entries(value).map(([name, part]) => [name, filled(part)] as const);
  const rest = parts.filter(([, part]) => part !== undefined);
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
