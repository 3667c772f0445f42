import fc from 'fast-check';
import { isRejection } from '@platform/kernel';
import type { CountableEvent, Treated } from './look';
import { treatedOf } from './look';
import type { StoppingRule } from './rule';
import {
  activeRules,
  defineStoppingRule,
  lookAtRules,
  retireStoppingRule,
  reviewSignal,
  stoppingDecider,
  type StoppingEvent,
  type StoppingState,
} from './stopping';

const zone = 'Asia/Shanghai';
const trial = 'NCT05794425';
const reason = { code: 'board', text: 'The board decided so.' };
const knownAt = '2024-03-05T08:00:00.000Z';
const twoOfThree: StoppingRule = {
  ...{ title: 'Two of three', kind: 'countAmongFirst', source: 'a test' },
  counts: { minGrade: 4, related: true },
  parameters: { participants: 2, amongFirst: 3 },
};

/** The state after some decisions, each taken by what the ones before left; every event recorded an hour later. */
function after(...decisions: readonly ((state: StoppingState) => readonly StoppingEvent[])[]): StoppingState {
  let count = 0;
  return decisions.reduce(
    (state, decide) =>
      decide(state).reduce((known, event) => {
        const recordedAt = `2024-03-05T0${count}:00:00.000Z`;
        return stoppingDecider.evolve(known, event, { id: `event-${count++}`, revision: count, recordedAt });
      }, state),
    stoppingDecider.initial,
  );
}
function accepted<Decided>(decision: Decided): Exclude<Decided, { readonly rejected: unknown }> {
  if (isRejection(decision)) throw new Error(decision.reason);
  return decision as Exclude<Decided, { readonly rejected: unknown }>;
}
const define =
  (over: Partial<StoppingRule & { rule: string; reason: typeof reason }> = {}) =>
  (state: StoppingState) =>
    accepted(defineStoppingRule({ rule: 'SR-01', ...twoOfThree, ...over }, state));
const look =
  (treated: Treated, at = knownAt) =>
  (state: StoppingState) =>
    accepted(lookAtRules({ knownAt: at }, state, { facts: { standsAt: '42', treated }, target: { trial } }));
const numbersOf = (events: readonly StoppingEvent[]) =>
  events.flatMap(event => (event.type === 'StoppingSignalRaised' ? event.data.counts.withEvents : []));

let count = 0;
const happened = (participant: string, over: Partial<CountableEvent> = {}): CountableEvent => ({
  ...{ adverseEvent: `ae-${count++}`, participant, term: 'Sepsis', preferredTerm: null, soc: null },
  ...{ onset: '2024-03-02', end: null, zone, grade: 4, severity: null, serious: null, related: true },
  ...{ fatal: false, withdrawn: false, sourceEmergent: null, voided: false, flags: [] },
  ...{ reportedAt: '7', changedAt: '9' },
  ...over,
});
/** Treated one after the other, from 1 March on. */
const people = ['01-001', '01-002', '01-003', '01-004'];
const treated = (events: readonly CountableEvent[], days = ['01', '01', '02', '02']): Treated =>
  treatedOf(
    people.map((participant, index) => ({
      ...{ participant, site: '01', plannedArm: null, actualArm: null, randomised: true },
      firstDose: { at: `2024-03-${days[index]}`, zone },
    })),
    events,
  );
const [first, second] = [happened('01-001'), happened('01-002')];

describe('a stopping rule', () => {
  it('is defined once, and again with a reason and the next version', () => {
    const once = after(define());
    expect(define()(once)).toEqual([]);
    expect(defineStoppingRule({ rule: 'SR-01', ...twoOfThree, title: 'Other' }, once)).toMatchObject({
      rule: 'STOPPING-REASON',
    });
    const twice = after(define(), define({ title: 'Other', reason }));
    expect(twice.rules.map(({ version, status }) => `${version} ${status}`)).toEqual([
      '1 replaced',
      '2 active',
    ]);
  });

  it('is retired once, and only if there is one', () => {
    const retire = (state: StoppingState, rule = 'SR-01') =>
      retireStoppingRule({ reason }, state, { facts: undefined, target: { trial, rule } });
    const retired = after(define(), state => accepted(retire(state)));
    expect(activeRules(retired)).toEqual([]);
    expect(retire(retired)).toEqual([]);
    expect(retire(retired, 'SR-02')).toMatchObject({ rule: 'STOPPING-RULE-UNKNOWN' });
    expect(look(treated([first, second]))(retired)).toEqual([]);
    expect(defineStoppingRule({ rule: 'SR-01', ...twoOfThree }, retired)).toMatchObject({
      rule: 'STOPPING-REASON',
    });
  });
});

describe('a look', () => {
  const defined = after(define());

  it('raises a signal when the boundary is crossed, with everything for a recount', () => {
    expect(look(treated([first]))(defined)).toEqual([]);
    expect(look(treated([first, second, happened('01-001')]))(defined)).toEqual([
      {
        type: 'StoppingSignalRaised',
        data: {
          ...{ signal: expect.any(String), rule: 'SR-01', version: 1, kind: 'countAmongFirst' },
          ...{ standsAt: '42', counts: { treated: 3, withEvents: 2, notGraded: 0 }, boundary: 2 },
          statistic: { name: 'participants', value: 2 },
          counted: [
            {
              ...{ participant: '01-001', site: '01' },
              adverseEvents: [
                { adverseEvent: first.adverseEvent, reportedAt: '7', changedAt: '9' },
                { adverseEvent: expect.any(String), reportedAt: '7', changedAt: '9' },
              ],
            },
            {
              ...{ participant: '01-002', site: '01' },
              adverseEvents: [{ adverseEvent: second.adverseEvent, reportedAt: '7', changedAt: '9' }],
            },
          ],
        },
      },
    ]);
  });

  it.each<[string, Partial<CountableEvent>]>([
    ['void', { voided: true }],
    ['not grave enough', { grade: 3 }],
    ['in words', { grade: null, severity: 'SEVERE' }],
    ['not related', { related: false }],
    ['from before the first dose', { onset: '2024-02-28' }],
    ['of somebody who was treated later', { participant: '01-004' }],
    ['of the same participant', { participant: '01-001' }],
  ])('does not count an event that is %s', (_, over) => {
    expect(look(treated([first, happened('01-002', over)]))(defined)).toEqual([]);
  });

  it('counts a death that nobody graded, and says what is not graded', () => {
    expect(
      numbersOf(look(treated([first, happened('01-002', { grade: null, fatal: true })]))(defined)),
    ).toEqual([2]);
    const [signal] = look(treated([first, second, happened('01-003', { grade: null })]))(defined);
    expect(signal?.data).toMatchObject({ counts: { withEvents: 2, notGraded: 1 } });
  });

  it('counts those who were treated first, whenever that was told', () => {
    const fourth = happened('01-004');
    expect(look(treated([first, fourth]))(defined)).toEqual([]);
    expect(numbersOf(look(treated([first, fourth], ['01', '03', '03', '02']))(defined))).toEqual([2]);
  });

  it('raises one signal for each number, also when it is reached again by others', () => {
    const third = happened('01-003');
    const raised = after(define(), look(treated([first, second])));
    expect(look(treated([first, second]))(raised)).toEqual([]);
    expect(look(treated([first]))(raised)).toEqual([]);
    expect(look(treated([first, third]))(raised)).toEqual([]);
    expect(numbersOf(look(treated([first, second, third]))(raised))).toEqual([3]);
    const again = after(define(), look(treated([first, second])), define({ title: 'Other', reason }));
    expect(numbersOf(look(treated([first, second]))(again))).toEqual([2]);
  });

  it('does not go by a rule that came later', () => {
    expect(look(treated([first, second]), '2024-03-04T23:59:59.999Z')(defined)).toEqual([]);
    expect(look(treated([first, second]), '2024-03-05T00:00:00.000Z')(defined)).toHaveLength(1);
  });

  it('never raises a number twice, whatever is told in whatever order', () => {
    const some = fc.array(
      fc.record({ who: fc.nat(3), grade: fc.integer({ min: 1, max: 5 }), voided: fc.boolean() }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), looks => {
        const state = after(
          define(),
          ...looks.map(events =>
            look(treated(events.map(({ who, ...over }) => happened(people[who]!, over)))),
          ),
        );
        const numbers = state.signals.map(({ counts }) => counts.withEvents);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(numbers.every(number => number >= 2)).toBe(true);
      }),
    );
  });
});

describe('a review', () => {
  const raised = after(define(), look(treated([first, second])));
  const { signal } = raised.signals[0]!;
  const review = (decision: 'continue' | 'pauseEnrollment', state = raised, of = signal) =>
    reviewSignal({ decision, reason }, state, { facts: undefined, target: { trial, signal: of } });

  it('is recorded with its reason, and decides the same only once', () => {
    const event = { type: 'StoppingSignalReviewed', data: { signal, decision: 'pauseEnrollment' }, reason };
    expect(review('pauseEnrollment')).toEqual([event]);
    const paused = after(define(), look(treated([first, second])), () => accepted(review('pauseEnrollment')));
    expect(review('pauseEnrollment', paused)).toEqual([]);
    expect(review('continue', paused)).toHaveLength(1);
    expect(paused.signals[0]!.reviews).toMatchObject([{ decision: 'pauseEnrollment', reason }]);
  });

  it('needs a signal', () => {
    expect(review('continue', raised, 'none')).toMatchObject({ rule: 'STOPPING-SIGNAL-UNKNOWN' });
  });
});
