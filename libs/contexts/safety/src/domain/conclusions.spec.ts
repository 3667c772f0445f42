import fc from 'fast-check';
import { reported, stateAfter, zone } from '../testing';
import {
  awaitsExpectedness,
  awareFrom,
  combinedCausality,
  isFatal,
  isFatalOrLifeThreatening,
  isMinimumValidCase,
  isRelated,
  isSerious,
  isSeriousOrMeets,
  isSusar,
  unexpectednessOf,
} from './conclusions';
import type { AdverseEventEvent, Causality } from './events';

const causality = (
  assessor: Causality['assessor'],
  related: boolean,
  product?: string,
): AdverseEventEvent => ({
  type: 'CausalityAssessed',
  data: { assessor, related, term: related ? 'yes' : 'no', scale: 'YES-NO-1', product },
});
const serious: AdverseEventEvent = {
  type: 'SeriousnessAssessed',
  data: { lifeThreatening: true, serious: true },
};
const expected = (is: boolean, product?: string): AdverseEventEvent => ({
  type: 'ExpectednessAssessed',
  data: { expected: is, product, rsiVersion: 'IB 4', rsiFrom: '2023' },
});

describe('whether an event is related', () => {
  test.each<[string, readonly AdverseEventEvent[], boolean]>([
    ['nobody assessed it', [], true],
    ['the investigator denies it of the whole treatment', [causality('investigator', false)], false],
    ['the investigator denies it of one of two products', [causality('investigator', false, 'CSA')], true],
    [
      'the investigator denies it of both',
      [causality('investigator', false, 'CSA'), causality('investigator', false, 'UCB-MSC')],
      false,
    ],
    ['only the sponsor denies it', [causality('sponsor', false)], true],
    ['both deny it', [causality('investigator', false), causality('sponsor', false)], false],
    [
      'the sponsor affirms what the investigator denies',
      [causality('investigator', false), causality('sponsor', true)],
      true,
    ],
    [
      'the sponsor denies what the investigator affirms',
      [causality('investigator', true), causality('sponsor', false)],
      true,
    ],
    [
      'one product is said to be by itself, against the whole',
      [causality('investigator', true, 'CSA'), causality('investigator', false)],
      true,
    ],
    [
      'a product that was not suspect is affirmed',
      [causality('investigator', false), causality('investigator', true, 'OTHER')],
      true,
    ],
  ])('when %s: %s', (_what, events, related) => {
    expect(isRelated(stateAfter(reported(), ...events))).toBe(related);
  });

  it('is told for each product with both views', () => {
    const state = stateAfter(reported(), causality('investigator', false), causality('sponsor', true, 'CSA'));
    expect(combinedCausality(state)).toMatchObject([
      { product: 'UCB-MSC', investigator: { related: false }, sponsor: undefined, related: false },
      { product: 'CSA', investigator: { related: false }, sponsor: { related: true }, related: true },
    ]);
  });

  it('is told of the treatment as a whole when no product is suspect', () => {
    const state = stateAfter(reported({ suspectProducts: undefined }), causality('investigator', false));
    expect(combinedCausality(state)).toMatchObject([{ product: undefined, related: false }]);
  });

  it('is never less than the investigator says', () => {
    const product = fc.constantFrom(undefined, 'CSA', 'UCB-MSC', 'OTHER');
    const view = fc
      .tuple(fc.constantFrom('investigator' as const, 'sponsor' as const), fc.boolean(), product)
      .map(args => causality(...args));
    fc.assert(
      fc.property(fc.array(view, { maxLength: 8 }), views => {
        const state = stateAfter(reported(), ...views);
        for (const { investigator, sponsor, related } of combinedCausality(state)) {
          if (investigator?.related !== false) expect(related).toBe(true);
          if (sponsor?.related) expect(related).toBe(true);
          if (investigator?.related === false && !sponsor?.related) expect(related).toBe(false);
        }
        const own = state.causality.filter(({ assessor }) => assessor === 'investigator');
        if (own.some(({ related, product: of }) => related && of !== undefined))
          expect(isRelated(state)).toBe(true);
        const sponsors = views.filter(({ data }) => 'assessor' in data && data.assessor === 'sponsor');
        const without = stateAfter(reported(), ...views.filter(each => !sponsors.includes(each)));
        if (isRelated(without)) expect(isRelated(state)).toBe(true);
      }),
    );
  });
});

describe('a SUSAR', () => {
  test.each<[string, readonly AdverseEventEvent[], boolean, boolean]>([
    [
      'serious, related, unexpected',
      [serious, causality('investigator', true), expected(false)],
      true,
      false,
    ],
    ['serious, not assessed, unexpected', [serious, expected(false)], true, false],
    ['serious, related, expected', [serious, causality('investigator', true), expected(true)], false, false],
    ['serious, related, nobody knows', [serious, causality('investigator', true)], false, true],
    [
      'serious, not related, unexpected',
      [serious, causality('investigator', false), expected(false)],
      false,
      false,
    ],
    ['not assessed for seriousness', [causality('investigator', true), expected(false)], false, false],
    [
      'related to one product, unexpected for the other',
      [
        serious,
        causality('investigator', true, 'CSA'),
        causality('investigator', false, 'UCB-MSC'),
        expected(true, 'CSA'),
        expected(false, 'UCB-MSC'),
      ],
      false,
      false,
    ],
    [
      'unexpected for one product, expected on the whole',
      [serious, causality('investigator', true), expected(true), expected(false, 'CSA')],
      true,
      false,
    ],
    ['void', [serious, expected(false), { type: 'AdverseEventVoided', data: {} }], false, false],
    ['void, nobody knows', [serious, { type: 'AdverseEventVoided', data: {} }], false, false],
  ])('%s: %s', (_what, events, susar, awaits) => {
    const state = stateAfter(reported(), ...events);
    expect([isSusar(state), awaitsExpectedness(state)]).toEqual([susar, awaits]);
  });

  it('is one by its criteria, too, when its source says that it is not serious', () => {
    const death: AdverseEventEvent = { type: 'SeriousnessAssessed', data: { death: true, serious: false } };
    const state = stateAfter(reported(), death, expected(false));
    expect([isSerious(state), isSeriousOrMeets(state), isSusar(state)]).toEqual([false, true, true]);
  });
});

describe('what clocks start from', () => {
  test.each<[string, AdverseEventEvent, boolean]>([
    ['death', { type: 'SeriousnessAssessed', data: { death: true, serious: true } }, true],
    ['a threat to life', serious, true],
    [
      'hospitalisation',
      { type: 'SeriousnessAssessed', data: { hospitalisation: true, serious: true } },
      false,
    ],
    ['grade 4', { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 4 } }, true],
    ['grade 3', { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 3 } }, false],
    ['a fatal outcome', { type: 'AdverseEventOutcomeRecorded', data: { outcome: 'fatal' } }, true],
  ])('%s, fatal or life-threatening: %s', (_what, event, is) => {
    expect(isFatalOrLifeThreatening(stateAfter(reported(), event))).toBe(is);
  });

  it('is the earliest instant of awareness, else the report', () => {
    const aware = (at: string) => awareFrom(stateAfter(reported({ awareAt: { at, zone } })));
    expect(aware('2024-03-02T10:30')).toBe('2024-03-02T02:30:00.000Z');
    expect(aware('2024-03-02')).toBe('2024-03-01T16:00:00.000Z');
    expect(awareFrom(stateAfter(reported()))).toBe('2024-03-05T07:00:00.000Z');
    expect(awareFrom(stateAfter())).toBeUndefined();
  });
});

describe('what expectedness comes to', () => {
  const rsi = (is: boolean, from: string, until?: string): AdverseEventEvent => ({
    type: 'ExpectednessAssessed',
    data: { expected: is, rsiVersion: 'IB', rsiFrom: from, rsiUntil: until },
  });
  // The onset is 2 March 2024; both products are suspect.
  test.each<[string, readonly AdverseEventEvent[], string]>([
    ['nobody judged it', [], 'notJudged'],
    ['it is judged of the whole treatment', [rsi(true, '2023')], 'expected'],
    ['it is unexpected', [rsi(false, '2023')], 'unexpected'],
    ['it is unexpected for one product', [expected(false, 'CSA')], 'unexpected'],
    ['it is expected for one product and not judged for the other', [expected(true, 'CSA')], 'notJudged'],
    ['it was judged against a later version', [rsi(true, '2024-03-03')], 'notJudged'],
    ['it was judged against an earlier version', [rsi(false, '2022', '2024-03-02')], 'notJudged'],
    [
      'it is unexpected for a product that it is not related to',
      [causality('investigator', false, 'CSA'), expected(false, 'CSA'), expected(true, 'UCB-MSC')],
      'expected',
    ],
  ])('when %s', (_what, given, comesTo) => {
    expect(unexpectednessOf(stateAfter(reported(), ...given))).toBe(comesTo);
  });
});

describe('a death and a valid case', () => {
  test.each<[string, AdverseEventEvent, boolean]>([
    ['the criterion', { type: 'SeriousnessAssessed', data: { death: true, serious: true } }, true],
    ['grade 5', { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 5 } }, true],
    ['the outcome', { type: 'AdverseEventOutcomeRecorded', data: { outcome: 'fatal' } }, true],
    ['a threat to life', serious, false],
    ['grade 4', { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 4 } }, false],
  ])('a death by %s', (_what, given, fatal) => {
    expect(isFatal(stateAfter(reported(), given))).toBe(fatal);
  });

  test('a valid case has a reporter and a suspect product', () => {
    const reporter = 'coordinator-03';
    expect(isMinimumValidCase(stateAfter(reported({ reporter })))).toBe(true);
    expect(isMinimumValidCase(stateAfter(reported()))).toBe(false);
    expect(isMinimumValidCase(stateAfter(reported({ reporter, suspectProducts: [] })))).toBe(false);
  });
});
