import fc from 'fast-check';
import { isRejection } from '@platform/kernel';
import { scenario } from '@platform/kernel/testing';
import { context, reported, stateAfter, zone } from '../testing';
import { adverseEventDecider, type AdverseEventState } from './adverse-event';
import * as assess from './assessments';
import { isSerious, meetsSeriousness } from './conclusions';
import { seriousnessCriteria, seriousnessRemarks, type AdverseEventEvent } from './events';

const adverseEvent = scenario(adverseEventDecider);
const fever = adverseEvent.given(reported());
const reason = { code: 'reassessed', text: 'Blood culture came back positive' };

describe('severity', () => {
  const grade =
    (value: number, more: object = {}) =>
    (state: AdverseEventState) =>
      assess.assessSeverity({ grade: value, ...more }, state, context());

  it('is a CTCAE grade with the grade at baseline, and changes with a reason', () => {
    const at = { at: '2024-03-03', zone };
    fever
      .when(grade(2, { baselineGrade: 1, at }))
      .yields({
        type: 'SeverityAssessed',
        data: { scale: 'CTCAE-5.0', grade: 2, baselineGrade: 1 },
        occurredAt: at,
      })
      .when(grade(2, { baselineGrade: 1 }))
      .yieldsNothing()
      .when(grade(3, { baselineGrade: 1 }))
      .isRejected('AE-REASON', 'reason');
    fever
      .when(grade(2, { baselineGrade: 1 }))
      .when(grade(3, { reason }))
      .yields({
        type: 'SeverityAssessed',
        data: { scale: 'CTCAE-5.0', grade: 3, baselineGrade: null },
        previous: { scale: 'CTCAE-5.0', grade: 2, baselineGrade: 1 },
        reason,
      });
  });

  it('is kept in the words of a source, without a grade made up from them', () => {
    const { state } = fever
      .when(known => assess.assessSeverity({ severity: 'SEVERE' }, known, context()))
      .yields({ type: 'SeverityAssessed', data: { scale: 'source', severity: 'SEVERE' } });
    expect(state.severity?.grade).toBeUndefined();
  });

  it('is one of both, and a grade that there is', () => {
    fever.when(grade(3, { severity: 'SEVERE' })).isRejected('AE-SEVERITY', 'grade');
    fever.when(state => assess.assessSeverity({}, state, context())).isRejected('AE-SEVERITY', 'grade');
    for (const none of [0, 6, 2.5]) fever.when(grade(none)).isRejected('AE-GRADE', 'grade');
    fever.when(grade(3, { baselineGrade: 5 })).isRejected('AE-GRADE', 'baselineGrade');
    fever.when(grade(3, { at: { at: '2024-03-06', zone } })).isRejected('AE-FUTURE', 'at.at');
  });
});

describe('seriousness', () => {
  const serious = (said: Parameters<typeof assess.assessSeriousness>[0]) => (state: AdverseEventState) =>
    assess.assessSeriousness(said, state, context());

  it('follows from the criteria, and changes with a reason', () => {
    fever
      .when(serious({ death: false, hospitalisation: true }))
      .yields({ type: 'SeriousnessAssessed', data: { death: false, hospitalisation: true, serious: true } })
      .when(serious({ death: false, hospitalisation: true }))
      .yieldsNothing()
      .when(serious({ hospitalisation: false, reason }))
      .yields({
        type: 'SeriousnessAssessed',
        data: { death: null, hospitalisation: false, serious: false },
        previous: { death: false, hospitalisation: true, serious: true },
        reason,
      })
      .when(serious({ death: true }))
      .isRejected('AE-REASON');
    fever.when(serious({})).isRejected('AE-SERIOUSNESS', 'serious');
  });

  it('is kept as a source says it, against its own criteria, and flagged', () => {
    const death = fever.when(serious({ serious: false, death: true })).yields({
      type: 'SeriousnessAssessed',
      data: { serious: false, death: true, flags: ['SERIOUSNESS-CONTRADICTION'] },
    });
    expect(isSerious(death.state)).toBe(false);
    fever.when(serious({ serious: true, death: false })).yields({
      type: 'SeriousnessAssessed',
      data: { serious: true, death: false, flags: ['SERIOUSNESS-CONTRADICTION'] },
    });
  });

  it('holds exactly when a criterion does, unless the source contradicts: then it is flagged', () => {
    const said = fc.record(
      Object.fromEntries(
        ['serious', ...seriousnessCriteria, ...seriousnessRemarks].map(name => [name, fc.boolean()]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(said, given => {
        fc.pre(Object.keys(given).length > 0);
        const [event] = fever.when(serious(given)).events;
        const any = seriousnessCriteria.some(criterion => given[criterion] === true);
        const kept = (event as Extract<AdverseEventEvent, { type: 'SeriousnessAssessed' }>).data;
        expect(meetsSeriousness(kept)).toBe(any);
        expect(kept.serious).toBe(given.serious ?? any);
        expect(kept.flags ?? []).toEqual(kept.serious === any ? [] : ['SERIOUSNESS-CONTRADICTION']);
      }),
    );
  });
});

describe('causality', () => {
  const view =
    (assessor: 'investigator' | 'sponsor', term: string, more: Partial<assess.CausalityToAssess> = {}) =>
    (state: AdverseEventState) =>
      assess.assessCausality(assessor, { term, ...more }, state, context());

  it('is kept for each assessor and each product', () => {
    const both = fever
      .when(view('investigator', 'possible', { product: 'CSA' }))
      .yields({
        type: 'CausalityAssessed',
        data: {
          assessor: 'investigator',
          product: 'CSA',
          term: 'possible',
          related: true,
          scale: 'FIVE-TERMS-1',
        },
      })
      .when(view('sponsor', 'unlikely', { product: 'CSA' }))
      .yields({
        type: 'CausalityAssessed',
        data: {
          assessor: 'sponsor',
          product: 'CSA',
          term: 'unlikely',
          related: false,
          scale: 'FIVE-TERMS-1',
        },
      })
      .when(view('investigator', 'possible', { product: 'CSA' }))
      .yieldsNothing()
      .when(view('investigator', 'notRelated'))
      .yields({
        type: 'CausalityAssessed',
        data: { assessor: 'investigator', term: 'notRelated', related: false, scale: 'FIVE-TERMS-1' },
      });
    expect(both.state.causality).toHaveLength(3);
    both.when(view('investigator', 'unlikely', { product: 'CSA' })).isRejected('AE-REASON');
    both.when(view('investigator', 'unlikely', { product: 'CSA', reason })).yields({
      type: 'CausalityAssessed',
      data: {
        assessor: 'investigator',
        product: 'CSA',
        term: 'unlikely',
        related: false,
        scale: 'FIVE-TERMS-1',
      },
      previous: {
        ...{ assessor: 'investigator', product: 'CSA', term: 'possible', related: true },
        scale: 'FIVE-TERMS-1',
      },
      reason,
    });
  });

  it('takes the terms of a scale, and says which there are', () => {
    const { state } = fever.when(view('investigator', 'REMOTE', { scale: 'CDISC-PILOT-1' }));
    expect(state.causality[0]).toMatchObject({ related: false });
    const rejection = fever.when(view('investigator', 'REMOTE')).isRejected('AE-CAUSALITY-TERM', 'term');
    expect(rejection.reason).toContain('probable');
    fever.when(view('investigator', 'constructor')).isRejected('AE-CAUSALITY-TERM');
    fever.when(view('investigator', 'yes', { scale: 'NONE' })).isRejected('AE-CAUSALITY-SCALE', 'scale');
  });
});

describe('expectedness', () => {
  const expected =
    (more: object = {}) =>
    (state: AdverseEventState) =>
      assess.assessExpectedness(
        { expected: false, rsiVersion: 'IB 4', rsiFrom: '2023-06-01', ...more },
        state,
        context(),
      );

  it('is judged for a product against a version of the reference safety information', () => {
    const data = { expected: false, rsiVersion: 'IB 4', rsiFrom: '2023-06-01' };
    fever
      .when(expected({ product: 'CSA' }))
      .yields({ type: 'ExpectednessAssessed', data: { product: 'CSA', ...data } })
      .when(expected({ product: 'CSA' }))
      .yieldsNothing()
      .when(expected({ product: 'CSA', expected: true }))
      .isRejected('AE-REASON');
  });

  test.each([
    ['in force', {}, undefined],
    ['in force until later', { rsiUntil: '2024-03-03' }, undefined],
    ['in force until that day', { rsiUntil: '2024-03-02' }, ['RSI-NOT-IN-FORCE-AT-ONSET']],
    ['in force since later', { rsiFrom: '2024-03-03' }, ['RSI-NOT-IN-FORCE-AT-ONSET']],
  ])('with a version %s at onset', (_what, over, flags) => {
    const { events } = fever.when(expected(over));
    expect(events[0]?.data.flags).toEqual(flags);
  });

  it('needs dates that exist', () => {
    fever.when(expected({ rsiFrom: '2024-02-30' })).isRejected('AE-DATE', 'rsiFrom');
    fever.when(expected({ rsiUntil: '2024-02-30' })).isRejected('AE-DATE', 'rsiUntil');
  });
});

describe('outcome and action', () => {
  const outcome = (of: Parameters<typeof assess.recordOutcome>[0]) => (state: AdverseEventState) =>
    assess.recordOutcome(of, state, context());

  it('go on from one to the next, and change a final one with a reason only', () => {
    const recovered = fever
      .when(outcome({ outcome: 'notRecovered' }))
      .yields({ type: 'AdverseEventOutcomeRecorded', data: { outcome: 'notRecovered' } })
      .when(outcome({ outcome: 'notRecovered' }))
      .yieldsNothing()
      .when(outcome({ outcome: 'recovered', end: '2024-03-04' }))
      .yields({
        type: 'AdverseEventOutcomeRecorded',
        data: { outcome: 'recovered', end: '2024-03-04' },
        previous: { outcome: 'notRecovered', end: null },
      });
    expect(recovered.state.details?.end).toBe('2024-03-04');
    recovered.when(outcome({ outcome: 'fatal' })).isRejected('AE-REASON');
    fever.when(outcome({ outcome: 'recovered', end: '2024-03-06' })).isRejected('AE-FUTURE', 'end');
  });

  it('add up what was done', () => {
    const action = (command: Parameters<typeof assess.recordActionTaken>[0]) => (state: AdverseEventState) =>
      assess.recordActionTaken(command, state, context());
    const { state } = fever
      .when(action({ product: 'CSA', action: 'interrupted' }))
      .yields({ type: 'ActionTakenRecorded', data: { product: 'CSA', action: 'interrupted' } })
      .when(action({ product: 'CSA', action: 'interrupted' }))
      .yieldsNothing()
      .when(action({ product: 'CSA', action: 'withdrawn', detail: 'For good' }));
    expect(state.actions.map(({ action: taken }) => taken)).toEqual(['interrupted', 'withdrawn']);
  });
});

describe('contradictions between assessments', () => {
  const fatal: AdverseEventEvent = { type: 'AdverseEventOutcomeRecorded', data: { outcome: 'fatal' } };
  const death: AdverseEventEvent = { type: 'SeriousnessAssessed', data: { death: true, serious: true } };
  const graded: AdverseEventEvent = { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 5 } };

  test.each<
    [
      string,
      readonly AdverseEventEvent[],
      (state: AdverseEventState) => ReturnType<typeof assess.recordOutcome>,
      string[] | undefined,
    ]
  >([
    [
      'a fatal outcome without the criterion',
      [],
      state => assess.recordOutcome({ outcome: 'fatal' }, state, context()),
      ['FATAL-WITHOUT-DEATH-CRITERION'],
    ],
    [
      'a fatal outcome with it',
      [death],
      state => assess.recordOutcome({ outcome: 'fatal' }, state, context()),
      undefined,
    ],
    [
      'the criterion and another outcome',
      [death],
      state => assess.recordOutcome({ outcome: 'recovered' }, state, context()),
      ['DEATH-CRITERION-NOT-FATAL'],
    ],
    [
      'grade 5 without a death',
      [],
      state => assess.assessSeverity({ grade: 5 }, state, context()),
      ['GRADE-5-WITHOUT-DEATH'],
    ],
    [
      'grade 5 with a death',
      [death, fatal],
      state => assess.assessSeverity({ grade: 5 }, state, context()),
      undefined,
    ],
    [
      'grade 5 and recovered',
      [death, graded],
      state => assess.recordOutcome({ outcome: 'recovered' }, state, context()),
      ['DEATH-CRITERION-NOT-FATAL', 'GRADE-5-WITHOUT-DEATH'],
    ],
  ])('are recorded and flagged: %s', (_what, before, decide, flags) => {
    const { events } = adverseEvent.given(reported(), ...before).when(decide);
    expect(events).toHaveLength(1);
    expect(events[0]?.data.flags).toEqual(flags);
  });

  it('are flagged once', () => {
    const { events } = adverseEvent
      .given(reported(), fatal)
      .when(state => assess.assessSeverity({ grade: 4 }, state, context()));
    expect(events[0]?.data.flags).toBeUndefined();
  });
});

describe('an event that cannot be assessed', () => {
  const all: readonly ((state: AdverseEventState, asked: ReturnType<typeof context>) => unknown)[] = [
    (state, asked) => assess.assessSeverity({ grade: 2 }, state, asked),
    (state, asked) => assess.assessSeriousness({ death: false }, state, asked),
    (state, asked) => assess.assessCausality('investigator', { term: 'related' }, state, asked),
    (state, asked) => assess.assessCausality('sponsor', { term: 'related' }, state, asked),
    (state, asked) =>
      assess.assessExpectedness({ expected: true, rsiVersion: '1', rsiFrom: '2023' }, state, asked),
    (state, asked) => assess.recordOutcome({ outcome: 'unknown' }, state, asked),
    (state, asked) => assess.recordActionTaken({ action: 'unknown' }, state, asked),
  ];

  it('is void, or none of the participant', () => {
    const voided = stateAfter(reported(), { type: 'AdverseEventVoided', data: {} });
    const other = context({ target: { trial: 'NCT05794425', participant: '03-008', adverseEvent: 'ae-1' } });
    for (const decide of all) {
      expect(decide(voided, context())).toMatchObject({ rejected: 'conflict', rule: 'AE-VOIDED' });
      expect(decide(stateAfter(reported()), other)).toMatchObject({ rejected: 'absent', rule: 'AE-UNKNOWN' });
      expect(decide(stateAfter(), context())).toMatchObject({ rejected: 'absent', rule: 'AE-UNKNOWN' });
      expect(isRejection(decide(stateAfter(reported()), context()))).toBe(false);
    }
    const future = { outcome: 'recovered', end: '2031' } as const;
    expect(assess.recordOutcome(future, stateAfter(reported()), other)).toMatchObject({ rule: 'AE-UNKNOWN' });
  });
});
