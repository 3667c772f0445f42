import { scenario } from '@platform/kernel/testing';
import { context, id, participant, reported, trial, zone } from '../testing';
import { adverseEventDecider, adverseEventIdOf } from './adverse-event';
import type { AdverseEventEvent } from './events';
import { amendAdverseEvent, reportAdverseEvent, voidAdverseEvent, type Report } from './reporting';

const adverseEvent = scenario(adverseEventDecider);
const { commandId } = context();
const reason = { code: 'followUp', text: 'Discharge letter' };
const fever: Report = { term: 'Fever 39.2', onset: '2024-03-02' };

describe('a report', () => {
  it('names its reporter and suspects what the protocol gives, unless it says otherwise', () => {
    adverseEvent
      .given()
      .when(state => reportAdverseEvent(fever, state, context()))
      .yields({
        type: 'AdverseEventReported',
        data: {
          ...{ adverseEvent: adverseEventIdOf({ trial, participant }, commandId), trial, participant },
          ...{ protocolVersion: '1.0', term: 'Fever 39.2', onset: '2024-03-02', zone },
          ...{ reporter: 'investigator-01', suspectProducts: ['UCB-MSC', 'CSA'] },
        },
        occurredAt: { at: '2024-03-02', zone },
      });
    const said = {
      reporter: 'nurse',
      suspectProducts: ['CSA'],
      relatedInfusions: ['infusion-1'],
      zone: 'UTC',
    };
    const { events } = adverseEvent
      .given()
      .when(state => reportAdverseEvent({ ...fever, ...said }, state, context()));
    expect(events[0]?.data).toMatchObject(said);
  });

  it('goes in with nothing but a term', () => {
    const { events, state } = adverseEvent
      .given()
      .when(known => reportAdverseEvent({ term: 'Rash' }, known, context()));
    expect(events[0]?.occurredAt).toBeUndefined();
    expect(state.details).toEqual({
      term: 'Rash',
      zone,
      reporter: 'investigator-01',
      suspectProducts: ['UCB-MSC', 'CSA'],
    });
  });

  it('of a source is kept as it is said, and a second import adds nothing', () => {
    const row = {
      ...{ term: 'APPLICATION SITE ERYTHEMA', onset: '2013', end: '2013-08', zone: 'America/New_York' },
      coded: { preferredTerm: 'APPLICATION SITE ERYTHEMA', systemOrganClass: 'GENERAL DISORDERS' },
      sourceRecord: { file: 'ae.csv', key: '701-1015/1' },
    };
    const key = adverseEventIdOf({ trial, participant }, 'whatever', row.sourceRecord);
    adverseEvent
      .given()
      .when(state => reportAdverseEvent(row, state, context()))
      .yields({
        type: 'AdverseEventReported',
        data: { adverseEvent: key, trial, participant, protocolVersion: '1.0', ...row },
        occurredAt: { at: '2013', zone: 'America/New_York' },
      })
      .when(state =>
        reportAdverseEvent(row, state, context({ commandId: '018e0dab-6c00-7000-8000-000000000002' })),
      )
      .yieldsNothing()
      .when(state => reportAdverseEvent({ ...row, term: 'RASH' }, state, context()))
      .isRejected('IMPORT-KEY-CHANGED');
  });

  it('of two rows that say the same is of two events', () => {
    const keyOf = (key: string) =>
      adverseEventIdOf({ trial, participant }, commandId, { file: 'ae.csv', key });
    expect(keyOf('1')).not.toBe(keyOf('2'));
    expect(keyOf('1')).not.toBe(
      adverseEventIdOf({ trial, participant: '03-008' }, commandId, { file: 'ae.csv', key: '1' }),
    );
  });

  test.each<[string, Partial<Report>, string, string]>([
    ['a day that does not exist', { onset: '2024-02-30' }, 'AE-DATE', 'onset'],
    ['an onset to come', { onset: '2024-03-06' }, 'AE-FUTURE', 'onset'],
    ['an end to come', { end: '2024-04' }, 'AE-FUTURE', 'end'],
    ['awareness to come', { awareAt: { at: '2024-03-05T16:01', zone } }, 'AE-FUTURE', 'awareAt.at'],
    ['no zone', { zone: '+08:00' }, 'AE-ZONE', 'zone'],
    ['no zone of awareness', { awareAt: { at: '2024-03-05', zone: 'CST' } }, 'AE-ZONE', 'awareAt.zone'],
    ['no term', { term: '  ' }, 'AE-TERM', 'term'],
    [
      "somebody else's infusion",
      { relatedInfusions: ['infusion-1', 'infusion-9'] },
      'AE-INFUSION',
      'relatedInfusions[1]',
    ],
  ])('is refused with %s', (_what, over, rule, field) => {
    adverseEvent
      .given()
      .when(state => reportAdverseEvent({ ...fever, ...over }, state, context()))
      .isRejected(rule, field);
  });

  test.each<[string, Partial<Report>, string[] | undefined]>([
    ['an end before the onset', { end: '2024-03-01' }, ['END-BEFORE-ONSET']],
    ['an end that year', { end: '2024' }, undefined],
    ['awareness before the onset', { awareAt: { at: '2024-03-01T10:00', zone } }, ['AWARE-BEFORE-ONSET']],
    ['awareness that day', { awareAt: { at: '2024-03-02T10:00', zone } }, undefined],
  ])('is recorded with %s, and flagged', (_what, over, flags) => {
    const { events } = adverseEvent
      .given()
      .when(state => reportAdverseEvent({ ...fever, ...over }, state, context()));
    expect(events[0]?.data.flags).toEqual(flags);
  });
});

describe('an amendment', () => {
  it('changes what it names, field by field, with a reason', () => {
    const amendment = {
      reason,
      term: 'Fever',
      end: '2024-03-04',
      coded: { preferredTerm: 'Pyrexia' },
      suspectProducts: ['UCB-MSC', 'CSA'],
    };
    adverseEvent
      .given(reported())
      .when(state => amendAdverseEvent(amendment, state, context()))
      .yields({
        type: 'AdverseEventAmended',
        data: { end: '2024-03-04', coded: { preferredTerm: 'Pyrexia' } },
        previous: { end: null, coded: null },
        reason,
      })
      .when(state => amendAdverseEvent(amendment, state, context()))
      .yieldsNothing();
  });

  it('takes away with null what turned out to be unknown, but neither term nor zone', () => {
    const gone = adverseEvent
      .given(reported())
      .when(state => amendAdverseEvent({ onset: null, reason }, state, context()))
      .yields({
        type: 'AdverseEventAmended',
        data: { onset: null },
        previous: { onset: '2024-03-02' },
        reason,
      });
    expect(gone.state.details).not.toHaveProperty('onset');
    gone.when(state => amendAdverseEvent({ onset: null, reason }, state, context())).yieldsNothing();
    gone
      .when(state => amendAdverseEvent({ term: null, reason }, state, context()))
      .isRejected('AE-TERM', 'term');
    gone
      .when(state => amendAdverseEvent({ zone: null, reason }, state, context()))
      .isRejected('AE-TERM', 'zone');
  });

  it('is checked like a report, together with what stands, and flagged', () => {
    const amend = (over: object) =>
      adverseEvent.given(reported()).when(state => amendAdverseEvent({ ...over, reason }, state, context()));
    amend({ onset: '2024-03-06' }).isRejected('AE-FUTURE', 'onset');
    amend({ relatedInfusions: ['infusion-9'] }).isRejected('AE-INFUSION');
    expect(amend({ end: '2024-03-01' }).events[0]?.data.flags).toEqual(['END-BEFORE-ONSET']);
  });
});

describe('an event that is none of the participant', () => {
  const others = [
    { trial, participant: '03-008', adverseEvent: id },
    { trial: 'NCT00000000', participant, adverseEvent: id },
  ];

  test.each(others)('is not found: %j', target => {
    const asked = context({ target });
    adverseEvent
      .given(reported())
      .when(state => amendAdverseEvent({ term: 'Rash', reason }, state, asked))
      .isRejected('AE-UNKNOWN');
    adverseEvent
      .given(reported(), voided)
      .when(state => voidAdverseEvent({ reason }, state, asked))
      .isRejected('AE-UNKNOWN');
    adverseEvent
      .given()
      .when(state => voidAdverseEvent({ reason }, state, asked))
      .isRejected('AE-UNKNOWN');
  });
});

const voided: AdverseEventEvent = { type: 'AdverseEventVoided', data: {}, reason };

describe('a void event', () => {
  it('keeps everything, with the reason, and takes nothing any more', () => {
    const outcome = adverseEvent
      .given(reported())
      .when(state => voidAdverseEvent({ reason }, state, context()))
      .yields(voided)
      .when(state => voidAdverseEvent({ reason }, state, context()))
      .yieldsNothing();
    expect(outcome.state).toMatchObject({ details: { term: 'Fever' }, voided: { reason } });
    outcome
      .when(state => amendAdverseEvent({ term: 'Rash', reason }, state, context()))
      .isRejected('AE-VOIDED');
  });
});
