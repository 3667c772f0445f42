import { decisionContext, scenario } from '@platform/kernel/testing';
import { unit, zone } from '../../testing';
import { covers, recallDecider, recallsIn, type Recall, type RecallEvent } from './recall';
import {
  correctRecall,
  liftRecall,
  recallIdOf,
  recallOf,
  recallProduct,
  traceRecall,
  type FoundInfusion,
} from './recalling';

/* The context's hour is 16:00 of 5 March 2024 in Shandong. */
const context = decisionContext({});
const recall = recallIdOf(context.commandId);
const reason = { code: 'sterility', text: 'Growth in the sample kept back' };
const since = { at: '2024-03-05T12:00', zone };
const content = { by: 'lot', numbers: ['L-7'], issuedBy: 'The bank' } as const;
const recall7: Recall = { recall, ...content, ...since };
const recalled: RecallEvent = {
  type: 'ProductRecalled',
  data: recall7,
  occurredAt: since,
  reason,
  about: { recall },
};
const lifted: RecallEvent = { type: 'ProductRecallLifted', data: { recall, at: '2024-03-05T15:00', zone } };
const given: FoundInfusion = {
  ...{ site: '03', participant: '03-007', infusion: 'infusion-1', units: [unit.din] },
  ...{ startedAt: '2024-03-05T11:00', zone },
};
const kept: FoundInfusion = { site: '01', participant: '01-002', infusion: 'infusion-2', units: ['W2'] };

describe('a recall', () => {
  const record = (over: object = {}) =>
    recallProduct({ ...content, at: since, reason, ...over }, state, context);
  let state = recallDecider.initial;

  test('is recorded once; again after it was lifted it is another one', () => {
    const when =
      (over: object = {}) =>
      (at: typeof state) => {
        state = at;
        return record(over);
      };
    scenario(recallDecider).when(when()).yields(recalled).when(when()).yieldsNothing();
    const { events } = scenario(recallDecider).given(recalled, lifted).when(when());
    expect(events).toHaveLength(1);
  });

  test.each([
    ['TRT-FUTURE', 'at', { at: { at: '2024-03-06', zone } }],
    ['TRT-TIME', 'at', { at: { at: '2024-02-30', zone } }],
    ['RECALL-NUMBERS', 'numbers', { numbers: ['L-7', 'L-7'] }],
  ])('is refused under %s', (rule, field, over) => {
    scenario(recallDecider)
      .when(() => record(over))
      .isRejected(rule, field);
  });

  test('covers units by donation number, lot or batch, of one kind where it names one', () => {
    const about = (over: Partial<Recall>) => covers({ ...recall7, ...over }, unit);
    expect([
      about({}),
      about({ numbers: ['L-8'] }),
      about({ by: 'unit', numbers: [unit.din] }),
      about({ by: 'batch', numbers: ['L-7'] }),
      about({ kind: 'UC-MSC' }),
      about({ kind: 'UCB' }),
    ]).toEqual([true, false, true, false, true, false]);
    expect(covers({ ...recall7, by: 'batch', numbers: ['B-1'] }, { ...unit, batch: 'B-1' })).toBe(true);
  });
});

describe('lifting', () => {
  const lift = (over: object = {}) =>
    scenario(recallDecider)
      .given(recalled)
      .when(known =>
        liftRecall({ recall, at: { at: '2024-03-05T15:00', zone }, reason, ...over }, known, context),
      );

  test('is an event, once, and ends the recall', () => {
    const outcome = lift().yields({
      ...lifted,
      occurredAt: { at: '2024-03-05T15:00', zone },
      reason,
      about: { recall },
    });
    outcome
      .when(known => liftRecall({ recall, at: { at: '2024-03-05T15:30', zone }, reason }, known, context))
      .yieldsNothing();
    expect(recallsIn(outcome.state)[0]?.lifted).toMatchObject({ at: '2024-03-05T15:00' });
  });

  test('comes after the recall, of one that is known', () => {
    lift({ at: { at: '2024-03-05T11:00', zone } }).isRejected('RECALL-LIFTING-DATE', 'at');
    lift({ recall: 'another' }).isRejected('RECALL-UNKNOWN');
  });
});

describe('a correction', () => {
  const correct = (field: string, value: never, event = 'event-0') =>
    scenario(recallDecider)
      .given(recalled, lifted)
      .when(state => correctRecall({ event, field, value, reason }, state, context));

  test('of the numbers is an event of the recall, and is read from then on', () => {
    const { state } = correct('numbers', ['L-7', 'L-8'] as never).yields({
      type: 'ValueCorrected',
      data: { event: 'event-0', field: 'numbers', value: ['L-7', 'L-8'] },
      previous: { value: ['L-7'] },
      reason,
      about: { recall },
    });
    expect(recallsIn(state)[0]?.numbers).toEqual(['L-7', 'L-8']);
  });

  test('takes a recall, or its lifting, out of account', () => {
    const { state } = correct('enteredInError', true as never);
    expect([recallsIn(state), recallOf(state, recall)]).toMatchObject([[], { enteredInError: true }]);
    const inForce = correct('enteredInError', true as never, 'event-1').state;
    expect(recallsIn(inForce)[0]?.lifted).toBeUndefined();
  });

  test('is one that can be made', () => {
    correct('numbers', [] as never).isRejected('CORRECTION-VALUE', 'value');
    correct('at', '2024-03-06' as never).isRejected('TRT-FUTURE', 'value');
    correct('recall', 'other' as never).isRejected('CORRECTION-FIELD', 'field');
    correct('at', '2024-03-01' as never, 'event-9').isRejected('CORRECTION-UNKNOWN-EVENT');
  });
});

describe('a trace', () => {
  const trace = (found: readonly FoundInfusion[]) => (state: typeof recallDecider.initial) =>
    traceRecall({ recall, standsAt: '7' }, state, found);
  const without = ({ site: _site, ...traced }: FoundInfusion) => traced;
  const traced = (site: string, exposed: FoundInfusion[], held: FoundInfusion[]): RecallEvent => ({
    type: 'RecalledProductTraced',
    data: { recall, site, standsAt: '7', exposed: exposed.map(without), held: held.map(without) },
    about: { site, recall },
  });

  test('names those exposed and those units are kept for, site by site, and each of them once', () => {
    scenario(recallDecider)
      .given(recalled)
      .when(trace([given, kept]))
      .yields(traced('01', [], [kept]), traced('03', [given], []))
      .when(trace([given, kept]))
      .yieldsNothing()
      .when(trace([given, { ...kept, startedAt: '2024-03-05T15:00', zone }]))
      .yields(traced('01', [{ ...kept, startedAt: '2024-03-05T15:00', zone }], []));
  });

  test('ends with the recall', () => {
    scenario(recallDecider)
      .given(recalled, lifted)
      .when(trace([given]))
      .yieldsNothing();
    scenario(recallDecider)
      .when(trace([given]))
      .yieldsNothing();
  });
});
