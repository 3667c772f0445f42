import { evidenceNeeded } from './conditions';
import type { Condition } from './definition';

const attested = (key: string, needsText?: boolean): Condition => ({
  kind: 'attested',
  key,
  statement: `Statement ${key}`,
  needsText,
});
const criterion = (id: string, condition: Condition) =>
  ({ id, type: 'inclusion', text: id, ruleVersion: '1', condition }) as const;

describe('the evidence that a protocol needs', () => {
  it('is found however deep it stands, and named once', () => {
    const limit = {
      kind: 'laboratoryLimit',
      quantifier: 'any',
      is: 'above',
      limit: { timesUln: 1 },
    } as const;
    const deep: Condition = {
      kind: 'allOf',
      of: [
        { kind: 'not', of: { kind: 'anyOf', of: [attested('a'), { kind: 'consent' }] } },
        {
          kind: 'provided',
          that: attested('b', true),
          then: { ...limit, analytes: ['ALT', 'AST'] },
        },
        { ...limit, analytes: ['AST', 'ALP'] },
        { kind: 'measurementLimit', code: 'LVEF', is: 'atLeast', limit: { value: 50, unit: '%' } },
      ],
    };
    expect(evidenceNeeded({ criteria: [criterion('A', deep), criterion('B', attested('a'))] })).toEqual({
      analytes: ['ALT', 'AST', 'ALP'],
      measurements: ['LVEF'],
      attestations: [
        { key: 'a', statement: 'Statement a', needsText: false, criteria: ['A', 'B'] },
        { key: 'b', statement: 'Statement b', needsText: true, criteria: ['A'] },
      ],
      diagnosis: false,
      consent: true,
      age: false,
    });
  });

  it('is nothing when there are no criteria', () => {
    const nothing = { analytes: [], measurements: [], attestations: [] };
    expect(evidenceNeeded({ criteria: [] })).toEqual({
      ...nothing,
      diagnosis: false,
      consent: false,
      age: false,
    });
  });
});
