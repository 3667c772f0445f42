import { scenario } from '@platform/kernel/testing';
import { at03, consented, departuresOf, status, was } from '../../testing/people';
import { correct } from './corrections';
import {
  correctedSince,
  entriesOf,
  participantDecider,
  profileOf,
  type ParticipantEvent,
} from './participant';

const person = scenario(participantDecider);
const reason = { code: 'transcription', text: 'Read from the wrong line' };
const result = was('LaboratoryResultRecorded', {
  analyte: 'HGB',
  quantity: { value: 9, unit: 'g/L' },
  collectedAt: '2024-03-04',
});
const recorded: readonly ParticipantEvent[] = [...consented, result];

describe('a correction', () => {
  const right = { event: 'event-3', field: 'quantity', value: { value: 90, unit: 'g/L' }, reason };

  it('names event and field, old and new value, and why; once', () => {
    person
      .given(...recorded)
      .when(state => correct(right, state, at03()))
      .yields({
        type: 'ValueCorrected',
        data: { event: 'event-3', field: 'quantity', value: { value: 90, unit: 'g/L' } },
        previous: { value: { value: 9, unit: 'g/L' } },
        reason,
      })
      .when(state => correct(right, state, at03()))
      .yieldsNothing();
  });

  it('changes what stands, and keeps what was written', () => {
    const { state } = person.given(...recorded).when(before => correct(right, before, at03()));
    const [entry] = entriesOf(state, 'LaboratoryResultRecorded');
    expect([entry?.data.quantity?.value, entry?.recorded.quantity?.value]).toEqual([90, 9]);
    expect(state.corrections).toMatchObject([
      { by: 'event-4', event: 'event-3', previous: { value: 9 }, reason },
    ]);
    expect(correctedSince(state, ['event-3'], 3)).toEqual(['event-4']);
    expect(correctedSince(state, ['event-3'], 4)).toEqual([]);
    expect(correctedSince(state, ['event-1'], 3)).toEqual([]);
  });

  test.each<[string, object, string, string | undefined]>([
    ['an unknown event', { event: 'event-9' }, 'CORRECTION-UNKNOWN-EVENT', undefined],
    ['what an entry is about', { field: 'analyte', value: 'PLAT' }, 'CORRECTION-FIELD', 'field'],
    ['what the software found', { field: 'departures', value: [] }, 'CORRECTION-FIELD', 'field'],
    ['a unit that is none', { value: { value: 90, unit: 'grams' } }, 'CORRECTION-VALUE', 'value'],
    [
      'a quantity with more in it',
      { value: { value: 90, unit: 'g/L', by: 'me' } },
      'CORRECTION-VALUE',
      'value',
    ],
    ['a quantity that is text', { value: '90 g/L' }, 'CORRECTION-VALUE', 'value'],
    ['a finding that is none', { field: 'finding', value: 'weak' }, 'CORRECTION-VALUE', 'value'],
    ['a date that is none', { field: 'collectedAt', value: '2024-13' }, 'CORRECTION-VALUE', 'value'],
    ['a date in the future', { field: 'collectedAt', value: '2024-03-06' }, 'RECORD-FUTURE', 'value'],
    ['a name of a prototype', { field: 'constructor', value: 1 }, 'CORRECTION-FIELD', 'field'],
  ])('of %s is refused', (_what, change, rule, field) => {
    person
      .given(...recorded)
      .when(state => correct({ ...right, ...change }, state, at03()))
      .isRejected(rule, field);
  });

  it('of who the participant is shows in the profile', () => {
    const { state } = person
      .given(...recorded)
      .when(before => correct({ event: 'event-0', field: 'birthYear', value: 1970, reason }, before, at03()));
    expect(profileOf(state)?.birthYear).toBe(1970);
    const unknown = person
      .given(...recorded)
      .when(before => correct({ event: 'event-0', field: 'sex', value: null, reason }, before, at03()));
    expect(profileOf(unknown.state)).not.toHaveProperty('sex');
  });
});

describe('an entry in error', () => {
  const inError = (event: string) => ({ event, field: 'enteredInError', value: true, reason });

  it('no longer counts, and stays in the record', () => {
    const { state } = person.given(...recorded).when(before => correct(inError('event-3'), before, at03()));
    expect(entriesOf(state, 'LaboratoryResultRecorded')).toEqual([]);
    expect(state.entries).toHaveLength(4);
  });

  it('gives the status back that was before', () => {
    const story = person.given(...recorded, status('died', '2024-03-04'));
    expect(story.state.status?.status).toBe('died');
    const { state } = story.when(before => correct(inError('event-4'), before, at03()));
    expect(state.status).toEqual({ status: 'consented', since: '2024-03-02', event: 'event-2' });
  });

  it('is no way round a decision', () => {
    person
      .given(...recorded, status('eligible', '2024-03-05'))
      .when(state => correct(inError('event-4'), state, at03()))
      .isRejected('CORRECTION-STATUS', 'field');
  });

  it('a corrected date of a status moves what stands', () => {
    const { state } = person
      .given(...recorded, status('lostToFollowUp', '2024-03-04'))
      .when(before =>
        correct({ event: 'event-4', field: 'since', value: '2024-03-03', reason }, before, at03()),
      );
    expect(state.status).toEqual({ status: 'lostToFollowUp', since: '2024-03-03', event: 'event-4' });
  });
});

describe('what a correction brings to light', () => {
  const change = (event: string, field: string, value: string | boolean) =>
    person.given(...recorded).when(state => correct({ event, field, value, reason }, state, at03()));
  const rulesAfter = (...correction: Parameters<typeof change>) =>
    departuresOf(change(...correction).events).map(({ rule, causes }) => [rule, causes]);

  it('departs when it leaves a procedure without consent', () => {
    const breach = [['SCR-CONSENT-BEFORE-PROCEDURE', ['event-3']]];
    expect(rulesAfter('event-1', 'signedAt', '2024-03-05')).toEqual(breach);
    expect(rulesAfter('event-1', 'enteredInError', true)).toEqual(breach);
    expect(rulesAfter('event-3', 'collectedAt', '2024-03-01')).toEqual(breach);
    expect(rulesAfter('event-1', 'signedAt', '2024-03-04')).toEqual([]);
    expect(rulesAfter('event-3', 'collectedAt', '2024-03-02')).toEqual([]);
  });

  it('departs when the version turns out not to have been approved', () => {
    expect(rulesAfter('event-1', 'version', '3.0')).toEqual([['CONSENT-VERSION-APPROVED', undefined]]);
  });

  it('does not depart again for what was known', () => {
    const early = person.given(...recorded.slice(0, 1), result);
    const { events } = early.when(state =>
      correct({ event: 'event-1', field: 'collectedAt', value: '2024-03-03', reason }, state, at03()),
    );
    expect(departuresOf(events)).toEqual([]);
  });
});
