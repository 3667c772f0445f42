import * as fc from 'fast-check';
import { nct05794425Definition as builtIn } from '../definitions/nct05794425';
import type { Condition, Criterion, ProtocolDefinition } from './definition';
import { validateDefinition } from './validate-definition';

const withCriterion = (change: Partial<Criterion>): ProtocolDefinition => ({
  ...builtIn,
  criteria: [{ ...(builtIn.criteria[0] as Criterion), ...change }, ...builtIn.criteria.slice(1)],
});
const withCondition = (condition: unknown): ProtocolDefinition =>
  withCriterion({ condition: condition as Condition });
const age = (limits: object) => withCondition({ kind: 'age', ...limits });
const limit = (change: object) =>
  withCondition({
    kind: 'laboratoryLimit',
    analytes: ['ALT'],
    quantifier: 'any',
    is: 'above',
    limit: { timesUln: 3 },
    ...change,
  });
const within = (depth: number): unknown =>
  depth === 0 ? { kind: 'consent' } : { kind: 'not', of: within(depth - 1) };

describe('the built-in definition', () => {
  it('has nothing wrong with it', () => {
    expect(validateDefinition(builtIn)).toEqual([]);
    expect(validateDefinition(JSON.parse(JSON.stringify(builtIn)))).toEqual([]);
  });
});

describe('a definition', () => {
  const broken: [string, string, unknown][] = [
    ['PROTOCOL-ZONE', 'zone', { ...builtIn, zone: '+08:00' }],
    ['PROTOCOL-SHAPE', 'enrollmentTarget', { ...builtIn, enrollmentTarget: 0 }],
    ['PROTOCOL-SHAPE', 'enrollmentTarget', { ...builtIn, enrollmentTarget: 99.5 }],
    ['PROTOCOL-SHAPE', 'title', { ...builtIn, title: '  ' }],
    ['PROTOCOL-SHAPE', 'budget', { ...builtIn, budget: 1 }],
    ['PROTOCOL-SHAPE', 'criteria', { ...builtIn, criteria: {} }],
    [
      'PROTOCOL-DUPLICATE',
      'criteria[18].id',
      { ...builtIn, criteria: [...builtIn.criteria, builtIn.criteria[3]] },
    ],
    ['PROTOCOL-DUPLICATE', 'arms[2].code', { ...builtIn, arms: [...builtIn.arms, builtIn.arms[0]] }],
    [
      'PROTOCOL-DUPLICATE',
      'visits[13].code',
      { ...builtIn, visits: [...builtIn.visits, { code: 'SCR', name: 'S' }] },
    ],
    [
      'PROTOCOL-DUPLICATE',
      'interventions[2].code',
      {
        ...builtIn,
        interventions: [...builtIn.interventions, { kind: 'drug', code: 'CSA', product: 'C', schedule: 'd' }],
      },
    ],
    [
      'PROTOCOL-ARM-INTERVENTION',
      'arms[0].interventions[1]',
      { ...builtIn, arms: [{ code: 'A', name: 'A', interventions: ['CSA', 'ATG'] }] },
    ],
    ['PROTOCOL-RANGE', 'interventions[0].cellsMin', withPlan(0, { cellsMin: 9e7 })],
    ['PROTOCOL-RANGE', 'interventions[1].dailyDoseMin', withPlan(1, { dailyDoseMin: 6 })],
    ['PROTOCOL-RANGE', 'interventions[1].dailyDoseUnit', withPlan(1, { dailyDoseUnit: undefined })],
    ['PROTOCOL-UNIT', 'interventions[1].dailyDoseUnit', withPlan(1, { dailyDoseUnit: 'mg/kg/day' })],
    ['PROTOCOL-SHAPE', 'interventions[0].plannedInfusions', withPlan(0, { plannedInfusions: 0 })],
    ['PROTOCOL-SHAPE', 'interventions[0].kind', withPlan(0, { kind: 'tablet' })],
    [
      'PROTOCOL-VISIT-DAY',
      'visits[0].studyDay',
      { ...builtIn, visits: [{ code: 'V', name: 'V', studyDay: 0 }] },
    ],
    ['PROTOCOL-PROPOSES', 'criteria[0].proposes', withCriterion({ proposes: 'deferred' })],
    ['PROTOCOL-CODE', 'criteria[0].id', withCriterion({ id: 'IN 01' })],
    ['PROTOCOL-SHAPE', 'criteria[0].type', withCriterion({ type: 'neither' as never })],
    ['PROTOCOL-CONDITION-EMPTY', 'criteria[0].condition.of', withCondition({ kind: 'allOf', of: [] })],
    [
      'PROTOCOL-CONDITION-EMPTY',
      'criteria[0].condition.oneOf',
      withCondition({ kind: 'diagnosis', oneOf: [] }),
    ],
    ['PROTOCOL-CONDITION-EMPTY', 'criteria[0].condition.analytes', limit({ analytes: [] })],
    [
      'PROTOCOL-DIAGNOSIS',
      'criteria[0].condition.oneOf[1]',
      withCondition({ kind: 'diagnosis', oneOf: ['AA', 'ITP'] }),
    ],
    ['PROTOCOL-UNIT', 'criteria[0].condition.limit.unit', limit({ limit: { value: 40, unit: 'IU/ml' } })],
    ['PROTOCOL-SHAPE', 'criteria[0].condition.limit.timesUln', limit({ limit: { timesUln: 0 } })],
    ['PROTOCOL-SHAPE', 'criteria[0].condition.limit.value', limit({ limit: { timesUln: 3, value: 1 } })],
    ['PROTOCOL-SHAPE', 'criteria[0].condition.is', limit({ is: 'equalTo' })],
    ['PROTOCOL-SHAPE', 'criteria[0].condition.kind', withCondition({ kind: 'constructor' })],
    ['PROTOCOL-SHAPE', 'criteria[0].condition.kind', withCondition(null)],
    ['PROTOCOL-RANGE', 'criteria[0].condition', age({})],
    ['PROTOCOL-RANGE', 'criteria[0].condition.yearsMin', age({ yearsMin: 70, yearsMax: 18 })],
    [
      'PROTOCOL-ATTESTED-KEY',
      'criteria[10].condition.key',
      withCondition({ kind: 'attested', key: 'severeMentalIllness', statement: 'Something else' }),
    ],
    ['PROTOCOL-CONDITION-DEPTH', `criteria[0].condition${'.of'.repeat(12)}`, withCondition(within(12))],
  ];

  it.each(broken)('is caught by %s at %s', (rule, field, definition) => {
    expect(validateDefinition(definition)).toContainEqual({ rule, field, reason: expect.any(String) });
  });

  it('may hold what these rules let through', () => {
    for (const good of [
      age({ yearsMin: 18 }),
      withCondition(within(11)),
      limit({ limit: { value: 40, unit: 'U/L' } }),
      { ...builtIn, enrollmentTarget: undefined, diagnoses: undefined },
      { ...builtIn, criteria: [], arms: [], visits: [], outcomes: [], sourceNotes: [], interventions: [] },
    ]) {
      expect(validateDefinition(good)).not.toContainEqual(
        expect.objectContaining({ rule: 'PROTOCOL-SHAPE' }),
      );
      expect(validateDefinition(good).filter(({ rule }) => rule !== 'PROTOCOL-ARM-INTERVENTION')).toEqual([]);
    }
  });

  it('answers everything that is wrong with it at once', () => {
    const { zone: _, ...zoneless } = builtIn;
    const bad = {
      ...zoneless,
      phase: 3,
      criteria: [{ ...builtIn.criteria[0], text: '', condition: { kind: 'not' } }],
    };
    expect(validateDefinition(bad).map(({ field }) => field)).toEqual([
      'zone',
      'phase',
      'criteria[0].text',
      'criteria[0].condition.of',
    ]);
  });

  it('is checked without ever failing, whatever was sent', () => {
    fc.assert(
      fc.property(fc.anything(), input => {
        expect(validateDefinition(input).length).toBeGreaterThan(0);
        const parts = { ...builtIn, criteria: [input], arms: input, visits: [input], interventions: [input] };
        expect(validateDefinition(parts).length).toBeGreaterThan(0);
      }),
    );
  });
});

type Path = readonly (string | number)[];

/** All places of a JSON value, the value itself left out. */
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => {
        const here = [...path, Array.isArray(value) ? Number(name) : name];
        return [here, ...pathsOf(inner, here)];
      })
    : [];

const textOf = (path: Path): string =>
  path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1);

/** A copy with another value at one place; `undefined` takes the member or the item out. */
function replaced(value: unknown, [name, ...rest]: Path, by: (old: unknown) => unknown): unknown {
  if (name === undefined) return by(value);
  const entries = Object.entries(value as object).map(
    ([key, inner]) => [key, key === String(name) ? replaced(inner, rest, by) : inner] as const,
  );
  const kept = entries.filter(([, inner]) => inner !== undefined);
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

const mayBeLeftOut = ['sourceNote', 'proposes', 'needsText', 'thawToStartHoursMax', 'enrollmentTarget'];
const optional = [
  ...mayBeLeftOut,
  'dailyDoseMin',
  'dailyDoseMax',
  'diagnoses',
  'icd10',
  'studyDay',
  'windowDays',
];

describe('a single change of the built-in definition', () => {
  const paths = pathsOf(builtIn);
  const anyPath = fc.constantFrom(...paths);
  const wrongKinds = [null, true, 17.25, 'no such thing ☠', [[]], { nothing: 'here' }];
  const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

  it('to a value of another kind is caught', () => {
    fc.assert(
      fc.property(anyPath, fc.constantFrom<unknown>(...wrongKinds), (path, wrong) => {
        let changed = false;
        const definition = replaced(builtIn, path, old => {
          changed = kindOf(old) !== kindOf(wrong);
          return wrong;
        });
        fc.pre(changed);
        expect(validateDefinition(definition).length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it('that takes a needed field out is caught, and its place is named', () => {
    const needed = paths.filter(path => {
      const name = path.at(-1);
      return typeof name === 'string' && !optional.includes(name);
    });
    fc.assert(
      fc.property(fc.constantFrom(...needed), path => {
        const fields = validateDefinition(replaced(builtIn, path, () => undefined)).map(({ field }) => field);
        expect(fields.length).toBeGreaterThan(0);
        for (const field of fields) expect(`${field}.`).toContain(textOf(path.slice(0, -1)));
      }),
      { numRuns: 200 },
    );
  });

  it('that adds an unknown field to any object is caught', () => {
    const objects = paths.filter(path => {
      const target = path.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], builtIn);
      return kindOf(target) === 'object';
    });
    fc.assert(
      fc.property(fc.constantFrom(...objects), path => {
        const definition = replaced(builtIn, path, old => ({ ...(old as object), surprise: 1 }));
        expect(validateDefinition(definition)).toContainEqual(
          expect.objectContaining({ rule: 'PROTOCOL-SHAPE', field: expect.stringMatching(/surprise$/) }),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('that repeats a coded item is caught', () => {
    const lists = ['criteria', 'arms', 'interventions', 'visits', 'diagnoses'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...lists), fc.nat(), (list, at) => {
        const items: readonly unknown[] = builtIn[list] ?? [];
        const definition = { ...builtIn, [list]: [...items, items[at % items.length]] };
        expect(validateDefinition(definition)).toContainEqual(
          expect.objectContaining({ rule: 'PROTOCOL-DUPLICATE' }),
        );
      }),
    );
  });
});

function withPlan(index: number, change: object): unknown {
  const interventions = builtIn.interventions.map((plan, at) =>
    at === index ? { ...plan, ...change } : plan,
  );
  return { ...builtIn, interventions };
}
