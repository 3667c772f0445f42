import * as fc from 'fast-check';
import type { Condition } from '@trial/protocol';
import { consented, fold, prescreened, status, was } from '../../testing/people';
import { factsAt03, site03 } from '../../testing/trial';
import type { ParticipantEvent } from '../participant/participant';
import { evaluateCondition } from './conditions';
import { evidenceSource } from './evidence';
import { compares } from './limits';

const attestedBy = { user: 'investigator-03', printedName: 'Investigator 03', role: 'investigator' };
const statement = (key: string, holds: boolean, attestedAt = '2024-03-05'): ParticipantEvent =>
  was('StatementAttested', { key, holds, attestedAt, attestedBy });
const weight = (value: number, takenAt: string): ParticipantEvent =>
  was('MeasurementRecorded', { code: 'WEIGHT', quantity: { value, unit: 'kg' }, takenAt });

const truthOf = (
  condition: Condition,
  events: readonly ParticipantEvent[],
  at = '2024-03-05',
  facts = factsAt03(),
) => evaluateCondition(condition, evidenceSource(fold([...consented, ...events]), facts, at)).truth;

const asked = (key: string): Condition => ({ kind: 'attested', key, statement: key });
const heavierThan = (value: number): Condition => ({
  kind: 'measurementLimit',
  code: 'WEIGHT',
  is: 'above',
  limit: { value, unit: 'kg' },
});

describe('the evidence of a condition', () => {
  test('is the latest that is not after the evaluation', () => {
    const events = [weight(70, '2024-03-01'), weight(50, '2024-03-04'), weight(90, '2024-03-06')];
    expect(truthOf(heavierThan(60), events)).toBe('false');
    expect(truthOf(heavierThan(60), events, '2024-03-02')).toBe('true');
    expect(truthOf(heavierThan(60), events, '2024-03-06')).toBe('true');
    expect(truthOf(heavierThan(60), events, '2024-02-01')).toBe('unknown');
  });

  test('is of two of one day the one that was recorded later', () => {
    expect(truthOf(heavierThan(60), [weight(70, '2024-03-04'), weight(50, '2024-03-04')])).toBe('false');
    expect(truthOf(heavierThan(60), [weight(50, '2024-03-04'), weight(70, '2024-03-04')])).toBe('true');
  });

  test('is recorded late as well: the date counts, not the order of recording', () => {
    expect(truthOf(heavierThan(60), [weight(70, '2024-03-04'), weight(50, '2024-03-01')])).toBe('true');
  });

  test('is what stands after corrections', () => {
    const correction = (field: string, value: boolean | null): ParticipantEvent => ({
      type: 'ValueCorrected',
      data: { event: 'event-3', field, value },
      previous: { value: null },
    });
    const heavy = weight(70, '2024-03-04');
    expect(truthOf(heavierThan(60), [heavy, correction('quantity', null)])).toBe('unknown');
    expect(truthOf(heavierThan(60), [heavy, correction('notDone', true)])).toBe('unknown');
    expect(truthOf(heavierThan(60), [heavy, correction('enteredInError', true)])).toBe('unknown');
  });
});

describe('a condition that is stated only for some', () => {
  const condition: Condition = { kind: 'provided', that: asked('a'), then: asked('b') };

  test.each([
    [true, true, 'true'],
    [true, false, 'false'],
    [true, undefined, 'unknown'],
    [false, true, 'unknown'],
    [false, false, 'unknown'],
    [undefined, true, 'unknown'],
  ])('a %s, b %s: %s', (a, b, truth) => {
    const events = [
      ...(a === undefined ? [] : [statement('a', a)]),
      ...(b === undefined ? [] : [statement('b', b)]),
    ];
    expect(truthOf(condition, events)).toBe(truth);
  });
});

describe('not, all of, any of', () => {
  const events = [statement('yes', true), statement('no', false)];
  const [yes, no, open] = [asked('yes'), asked('no'), asked('open')];

  test.each<[string, Condition, string]>([
    ['not true', { kind: 'not', of: yes }, 'false'],
    ['not unknown', { kind: 'not', of: open }, 'unknown'],
    ['a false part settles all of', { kind: 'allOf', of: [yes, no, open] }, 'false'],
    ['a true part settles any of', { kind: 'anyOf', of: [no, yes, open] }, 'true'],
    ['an open part leaves all of open', { kind: 'allOf', of: [yes, open] }, 'unknown'],
    ['an open part leaves any of open', { kind: 'anyOf', of: [no, open] }, 'unknown'],
  ])('%s', (_what, condition, truth) => {
    expect(truthOf(condition, events)).toBe(truth);
  });

  test('every part is shown, whatever settled the whole', () => {
    const source = evidenceSource(fold([...consented, ...events]), factsAt03(), '2024-03-05');
    const { leaves } = evaluateCondition({ kind: 'anyOf', of: [yes, { kind: 'not', of: no }, open] }, source);
    expect(leaves.map(({ evidence, negated }) => [evidence.what, negated])).toEqual([
      ['yes', false],
      ['no', true],
      ['open', false],
    ]);
  });
});

describe('age', () => {
  const adult: Condition = { kind: 'age', yearsMin: 18, yearsMax: 65 };
  const born = (about: object): ParticipantEvent => ({
    ...prescreened,
    data: { ...prescreened.data, birthYear: undefined, ...about },
  });
  const truthFor = (about: object) => {
    const events = [born(about), ...consented.slice(1)];
    return evaluateCondition(adult, evidenceSource(fold(events), factsAt03(), '2024-03-05')).truth;
  };

  test.each<[string, object, string]>([
    ['born in 1980', { birthYear: 1980 }, 'true'],
    ['born in 2005: 18 or 19', { birthYear: 2005 }, 'true'],
    ['born in 2006: 17 or 18', { birthYear: 2006 }, 'unknown'],
    ['born in 2007', { birthYear: 2007 }, 'false'],
    ['born in 1958: 65 or 66', { birthYear: 1958 }, 'unknown'],
    ['born in 1957', { birthYear: 1957 }, 'false'],
    ['70 years old', { ageYears: 70 }, 'false'],
    ['40 years old', { ageYears: 40 }, 'true'],
    ['17 years old a day before', { ageYears: 17 }, 'unknown'],
    ['neither is known', {}, 'unknown'],
  ])('%s', (_what, about, truth) => {
    expect(truthFor(about)).toBe(truth);
  });
});

describe('consent', () => {
  const inForce: Condition = { kind: 'consent' };
  const sample = (collectedAt: string, routineCare = false): ParticipantEvent =>
    was('LaboratoryResultRecorded', { analyte: 'HGB', finding: 'positive', collectedAt, routineCare });
  const signed = (signedAt: string): ParticipantEvent =>
    was('ConsentSigned', { version: '2.0', signedAt, protocolVersion: '1.0', reconsent: false });
  const withdrawn: ParticipantEvent = was('ConsentWithdrawn', {
    withdrawnAt: '2024-03-04',
    dataUse: 'useCollected',
  });
  const truth = (events: readonly ParticipantEvent[], facts = factsAt03()) =>
    evaluateCondition(inForce, evidenceSource(fold([prescreened, ...events]), facts, '2024-03-05')).truth;

  test.each<[string, readonly ParticipantEvent[], string]>([
    ['signed and nothing done yet', [signed('2024-03-02')], 'true'],
    ['a minute before the sample', [signed('2024-03-02T09:59'), sample('2024-03-02T10:00')], 'true'],
    ['a minute after the sample', [signed('2024-03-02T10:01'), sample('2024-03-02T10:00')], 'false'],
    ['after a sample of routine care', [signed('2024-03-02'), sample('2024-02-01', true)], 'true'],
    ['withdrawn', [signed('2024-03-02'), withdrawn, status('consentWithdrawn', '2024-03-04')], 'false'],
    ['withdrawn and signed again', [signed('2024-03-02'), withdrawn, signed('2024-03-05')], 'true'],
    ['signed after the evaluation only', [signed('2024-03-06')], 'unknown'],
  ])('%s', (_what, events, expected) => {
    expect(truth(events)).toBe(expected);
  });

  test('on a version of which the site has no list cannot be told', () => {
    const silent = factsAt03({ ...site03, consentVersions: [] });
    expect(truth([signed('2024-03-02')], silent)).toBe('unknown');
  });
});

describe('a limit', () => {
  test('leaves no value between its two sides, and equality to one of each', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(compares(a, 'atMost', b)).toBe(!compares(a, 'above', b));
        expect(compares(a, 'atLeast', b)).toBe(!compares(a, 'below', b));
        expect(compares(a, 'atMost', b) || compares(a, 'atLeast', b)).toBe(true);
        expect(compares(a, 'atMost', a) && compares(a, 'atLeast', a)).toBe(true);
      }),
    );
  });

  test('is not moved by the noise of a conversion', () => {
    expect(compares(0.1 + 0.2, 'atMost', 0.3)).toBe(true);
    expect(compares(0.1 + 0.2, 'above', 0.3)).toBe(false);
    expect(compares(0.30000001, 'above', 0.3)).toBe(true);
  });
});
