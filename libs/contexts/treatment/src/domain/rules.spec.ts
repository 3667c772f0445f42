import {
  checked,
  context,
  ended,
  enrolled,
  first,
  lastWeek,
  planned,
  second,
  started,
  stateAfter,
  unit,
} from '../testing';
import type { ProductUnit, TreatmentEvent } from './events';
import type { TreatmentFacts } from './facts';
import { infusionOf, judgeInfusion } from './judgement';

/** What the rules say of the second infusion (or of the only one), when the events are on record. */
function judgementOf(events: readonly TreatmentEvent[], facts: Partial<TreatmentFacts> = {}, of = first) {
  const state = stateAfter(...events);
  const { broken, unknown } = judgeInfusion(infusionOf(state, of), state, context(facts));
  return { broken: broken.map(({ rule }) => rule), unknown: unknown.map(({ rule }) => rule) };
}

const nothing = { broken: [], unknown: [] };
const broken = (...rules: string[]) => ({ broken: rules, unknown: [] });
const unknown = (...rules: string[]) => ({ broken: [], unknown: rules });

const given = (at = '2024-03-05T15:40', units = [unit]): TreatmentEvent[] => [
  planned({ units }),
  checked(first, at),
  started(first, at),
];

describe('an infusion as it should be', () => {
  it('breaks no rule, by itself or a week after another', () => {
    expect(judgementOf([...given(), ended()])).toEqual(nothing);
    expect(judgementOf([planned(), checked()])).toEqual(nothing);
  });
});

describe('the dose', () => {
  test.each([
    ['below', 4.99e7, broken('TRT-DOSE')],
    ['at the lower limit', 5e7, nothing],
    ['at the upper limit', 8e7, nothing],
    ['above', 8.01e7, broken('TRT-DOSE')],
    ['none', 0, broken('TRT-DOSE')],
  ])('%s: %d cells', (_what, cells, answer) => {
    expect(judgementOf([...given(), ended(first, '2024-03-05T16:00', cells)])).toEqual(answer);
  });

  it('cannot be judged without a number of cells', () => {
    const end: TreatmentEvent = {
      type: 'InfusionEnded',
      data: { infusion: first, at: '2024-03-05T16:00', zone: 'Asia/Shanghai' },
    };
    expect(judgementOf([...given(), end])).toEqual(unknown('TRT-DOSE'));
  });
});

describe('the interval', () => {
  const next = (day: string): TreatmentEvent[] => [
    ...lastWeek,
    planned({ infusion: second, ordinal: 2, units: [] }),
    checked(second, `${day}T09:00`, []),
    started(second, `${day}T10:00`),
  ];

  test.each([
    [5, '2024-03-03', broken('TRT-INTERVAL')],
    [6, '2024-03-04', nothing],
    [7, '2024-03-05', nothing],
    [8, '2024-03-06', nothing],
    [9, '2024-03-07', broken('TRT-INTERVAL')],
    [0, '2024-02-27', broken('TRT-INTERVAL')],
  ])('of %d days, to %s', (_days, day, answer) => {
    expect(judgementOf(next(day), {}, second)).toEqual(answer);
  });

  it('is asked of the next infusion too, because the earlier one may be told later', () => {
    const state = stateAfter(...next('2024-03-02'));
    const { broken: found } = judgeInfusion(infusionOf(state, first), state, context());
    expect(found).toMatchObject([{ rule: 'TRT-INTERVAL-NEXT', causes: ['event-6'] }]);
  });

  it('cannot be judged when a day is not known', () => {
    const events = [...next('2024-03-05').slice(0, -1), started(second, '2024-02')];
    expect(judgementOf(events, {}, second).unknown).toContain('TRT-INTERVAL');
  });

  it('counts infusions of the same product only', () => {
    const [, ...others] = next('2024-03-01');
    const ofOther = planned({ plannedOn: '2024-02-27', units: [], product: 'OTHER' });
    expect(judgementOf([ofOther, ...others], {}, second)).toEqual(nothing);
  });
});

describe('the product', () => {
  test.each([
    ['thawed four hours before', { thawedAt: '2024-03-05T11:40' }, nothing],
    ['thawed earlier', { thawedAt: '2024-03-05T11:39' }, broken('TRT-THAW-TO-START')],
    ['thawed the day before, at an unknown hour', { thawedAt: '2024-03-04' }, broken('TRT-THAW-TO-START')],
    ['thawed the same day, at an unknown hour', { thawedAt: '2024-03-05' }, unknown('TRT-THAW-TO-START')],
    ['thawed nobody knows when', { thawedAt: undefined }, unknown('TRT-THAW-TO-START')],
    ['thawed in another zone', { thawedAt: '2024-03-05T04:00', zone: 'UTC' }, nothing],
    ['expiring that minute', { expiresAt: '2024-03-05T15:40' }, nothing],
    ['expired a minute ago', { expiresAt: '2024-03-05T15:39' }, broken('TRT-PRODUCT-EXPIRED')],
    ['expiring that day', { expiresAt: '2024-03-05' }, nothing],
    ['expired the day before', { expiresAt: '2024-03-04' }, broken('TRT-PRODUCT-EXPIRED')],
    ['expiring that month', { expiresAt: '2024-03' }, nothing],
  ])('%s', (_what, over: Partial<ProductUnit>, answer) => {
    expect(judgementOf(given('2024-03-05T15:40', [{ ...unit, ...over }]))).toEqual(answer);
  });

  it('may have been expired when only the day of the start is known', () => {
    const units = [{ ...unit, thawedAt: '2024-03-05T08:00', expiresAt: '2024-03-05T12:00' }];
    expect(judgementOf(given('2024-03-05', units))).toEqual(
      unknown('TRT-PRODUCT-EXPIRED', 'TRT-THAW-TO-START'),
    );
  });

  it('has no limit of hours when the protocol sets none', () => {
    const [plan] = enrolled.interventions;
    const interventions = [{ ...plan!, thawToStartHoursMax: undefined }] as TreatmentFacts['interventions'];
    expect(judgementOf(given('2024-03-05T23:40'), { interventions })).toEqual(nothing);
  });

  it('is one of the protocol', () => {
    const events = [planned({ product: 'OTHER' }), checked(), started()];
    expect(judgementOf(events)).toEqual(broken('TRT-PRODUCT'));
  });
});

describe('the identity check', () => {
  it('is missing, comes too late, or found other units than planned', () => {
    expect(judgementOf([planned(), started()])).toEqual(broken('TRT-IDENTITY-CHECK'));
    expect(judgementOf([planned(), checked(first, '2024-03-05T15:41'), started()])).toEqual(
      broken('TRT-IDENTITY-CHECK'),
    );
    const other = [{ ...unit, din: 'W000024000002' }];
    expect(judgementOf([planned({ units: other }), checked(), started()])).toEqual(
      broken('TRT-IDENTITY-CHECK'),
    );
    const again: TreatmentEvent = { type: 'InfusionPlanChanged', data: { infusion: first, units: other } };
    expect(judgementOf([planned(), checked(), again, started()])).toEqual(broken('TRT-IDENTITY-CHECK'));
  });
});

describe('the participant', () => {
  const absent = (from: string | undefined, until?: string) => ({
    absences: [{ status: 'consentWithdrawn', from, until, event: 'status-1' }],
  });

  test.each<[string, Partial<TreatmentFacts>, ReturnType<typeof judgementOf>]>([
    ['not enrolled', { enrolled: undefined }, broken('TRT-NOT-ENROLLED')],
    ['enrolled later', { enrolled: { at: '2024-03-06', event: 'e' } }, broken('TRT-NOT-ENROLLED')],
    ['enrolled that day', { enrolled: { at: '2024-03-05', event: 'e' } }, nothing],
    ['enrolled that year', { enrolled: { at: '2024', event: 'e' } }, unknown('TRT-NOT-ENROLLED')],
    ['enrolled nobody knows when', { enrolled: { event: 'e' } }, unknown('TRT-NOT-ENROLLED')],
    ['withdrawn before', absent('2024-03-04'), broken('TRT-AFTER-WITHDRAWAL')],
    ['withdrawn that day', absent('2024-03-05'), unknown('TRT-AFTER-WITHDRAWAL')],
    ['withdrawn an hour before', absent('2024-03-05T14:40'), broken('TRT-AFTER-WITHDRAWAL')],
    ['withdrawn later', absent('2024-03-06'), nothing],
    ['withdrawn nobody knows when', absent(undefined), unknown('TRT-AFTER-WITHDRAWAL')],
    ['withdrawn and back before', absent('2024-02-10', '2024-03-01'), nothing],
    ['withdrawn and back later', absent('2024-02-10', '2024-03-09'), broken('TRT-AFTER-WITHDRAWAL')],
    ['withdrawn and back that day', absent('2024-02-10', '2024-03-05'), unknown('TRT-AFTER-WITHDRAWAL')],
  ])('%s', (_what, facts, answer) => {
    expect(judgementOf(given(), facts)).toEqual(answer);
  });
});

describe('a reaction to the infusion before', () => {
  const reaction = (at = '2024-02-27T10:30'): TreatmentEvent => ({
    type: 'InfusionReactionRecorded',
    data: { infusion: first, reaction: 'r-1', at, zone: 'Asia/Shanghai', term: 'Chills', grade: 2 },
  });
  const resolved = (at: string): TreatmentEvent => ({
    type: 'InfusionReactionResolved',
    data: { infusion: first, reaction: 'r-1', at, zone: 'Asia/Shanghai' },
  });
  const after = (...events: TreatmentEvent[]) =>
    judgementOf(
      [...lastWeek, ...events, planned({ infusion: second, ordinal: 2 }), checked(second), started(second)],
      {},
      second,
    );

  it('has to have resolved', () => {
    expect(after(reaction())).toEqual(broken('TRT-REACTION-UNRESOLVED'));
    expect(after(reaction(), resolved('2024-02-28'))).toEqual(nothing);
    expect(after(reaction(), resolved('2024-03-06'))).toEqual(broken('TRT-REACTION-UNRESOLVED'));
    expect(after(reaction('2024-03-05T20:00'))).toEqual(nothing);
  });
});
