import type { JsonValue } from '@platform/kernel';
import { scenario } from '@platform/kernel/testing';
import { context, reported, zone } from '../testing';
import { adverseEventDecider, type AdverseEventState } from './adverse-event';
import { correctAdverseEvent } from './corrections';
import type { AdverseEventEvent } from './events';

const adverseEvent = scenario(adverseEventDecider);
const reason = { code: 'transcription', text: 'Read from the wrong line' };
const correct = (event: string, field: string, value: JsonValue) => (state: AdverseEventState) =>
  correctAdverseEvent({ event, field, value, reason }, state, context());
const corrected = (event: string, field: string, value: JsonValue, before: JsonValue): AdverseEventEvent => ({
  type: 'ValueCorrected',
  data: { event, field, value },
  previous: { value: before },
  reason,
});

describe('a correction', () => {
  it('replaces a value of the report, and again adds nothing', () => {
    const outcome = adverseEvent
      .given(reported())
      .when(correct('event-0', 'onset', '2024-03-01'))
      .yields(corrected('event-0', 'onset', '2024-03-01', '2024-03-02'))
      .when(correct('event-0', 'onset', '2024-03-01'))
      .yieldsNothing();
    expect(outcome.state.details?.onset).toBe('2024-03-01');
    const unknown = outcome.when(correct('event-0', 'onset', null));
    expect(unknown.state.details).not.toHaveProperty('onset');
  });

  it('leaves standing what was amended since', () => {
    const amended: AdverseEventEvent = { type: 'AdverseEventAmended', data: { onset: '2024-02-28' } };
    const { state } = adverseEvent.given(reported(), amended).when(correct('event-0', 'onset', '2024-03-01'));
    expect(state.details?.onset).toBe('2024-02-28');
  });

  it('is flagged when it contradicts the rest', () => {
    const { events } = adverseEvent
      .given(reported({ end: '2024-03-03' }))
      .when(correct('event-0', 'onset', '2024-03-04'));
    expect(events[0]?.data.flags).toEqual(['END-BEFORE-ONSET']);
  });

  it('of a criterion corrects what followed from it, unless somebody had said otherwise', () => {
    const followed: AdverseEventEvent = {
      type: 'SeriousnessAssessed',
      data: { death: false, serious: false },
    };
    const outcome = adverseEvent
      .given(reported(), followed)
      .when(correct('event-1', 'death', true))
      .yields(corrected('event-1', 'death', true, false), corrected('event-1', 'serious', true, false));
    expect(outcome.state.seriousness).toMatchObject({ death: true, serious: true });
    const said: AdverseEventEvent = { type: 'SeriousnessAssessed', data: { death: true, serious: false } };
    adverseEvent
      .given(reported(), said)
      .when(correct('event-1', 'disability', true))
      .yields(corrected('event-1', 'disability', true, null));
  });

  it('of a term of causality corrects what the scale makes of it', () => {
    const view: AdverseEventEvent = {
      type: 'CausalityAssessed',
      data: { assessor: 'investigator', term: 'possible', related: true, scale: 'FIVE-TERMS-1' },
    };
    const given = adverseEvent.given(reported(), view);
    given
      .when(correct('event-1', 'term', 'unlikely'))
      .yields(
        corrected('event-1', 'term', 'unlikely', 'possible'),
        corrected('event-1', 'related', false, true),
      );
    given
      .when(correct('event-1', 'term', 'related'))
      .yields(corrected('event-1', 'term', 'related', 'possible'));
    given.when(correct('event-1', 'term', 'PROBABLE')).isRejected('CORRECTION-VALUE', 'value');
  });

  it('of an assessment that was entered in error brings back the one before', () => {
    const grade = (value: number): AdverseEventEvent => ({
      type: 'SeverityAssessed',
      data: { scale: 'CTCAE-5.0', grade: value },
    });
    const { state } = adverseEvent
      .given(reported(), grade(2), grade(4))
      .when(correct('event-2', 'enteredInError', true));
    expect(state.severity).toMatchObject({ grade: 2, event: 'event-1' });
    expect(state.entries).toHaveLength(3);
  });

  const words: AdverseEventEvent = { type: 'SeverityAssessed', data: { scale: 'source', severity: 'MILD' } };
  const rsi: AdverseEventEvent = {
    type: 'ExpectednessAssessed',
    data: { expected: true, rsiVersion: '1', rsiFrom: '2023', rsiUntil: '2024' },
  };

  it('may take away the end of reference safety information', () => {
    const { state } = adverseEvent.given(reported(), rsi).when(correct('event-1', 'rsiUntil', null));
    expect(state.expectedness[0]?.rsiUntil).toBeNull();
  });

  test.each<[string, string, string, JsonValue, string]>([
    ['an event of another record', 'event-9', 'term', 'Rash', 'CORRECTION-UNKNOWN-EVENT'],
    ['whose it is', 'event-0', 'participant', '03-008', 'CORRECTION-FIELD'],
    ['a term that says nothing', 'event-0', 'term', ' ', 'CORRECTION-VALUE'],
    ['an onset to come', 'event-0', 'onset', '2024-03-06', 'AE-FUTURE'],
    ['awareness to come', 'event-0', 'awareAt', { at: '2024-03-06', zone }, 'AE-FUTURE'],
    ['awareness in no zone', 'event-0', 'awareAt', { at: '2024-03-04', zone: 'CST' }, 'CORRECTION-VALUE'],
    ['a grade where there are words', 'event-1', 'grade', 3, 'CORRECTION-FIELD'],
    ['words that there are not', 'event-1', 'severity', 'BAD', 'CORRECTION-VALUE'],
  ])('is refused of %s', (_what, event, field, value, rule) => {
    adverseEvent
      .given(reported(), words)
      .when(correct(event, field, value))
      .isRejected(rule);
  });

  it('is refused of a void event', () => {
    adverseEvent
      .given(reported(), { type: 'AdverseEventVoided', data: {} })
      .when(correct('event-0', 'term', 'Rash'))
      .isRejected('AE-VOIDED');
  });
});
