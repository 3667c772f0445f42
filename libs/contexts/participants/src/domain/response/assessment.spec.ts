import { scenario } from '@platform/kernel/testing';
import { at03, consented, importing, prescreened, was } from '../../testing/people';
import { recordAssessment, recordResponse } from './assessment';
import { participantDecider, type ParticipantEvent } from '../participant/participant';

const person = scenario(participantDecider);
const reason = { code: 'judgement', text: 'Marrow seen by two pathologists' };

describe('an assessment', () => {
  const marrow = {
    assessment: 'BONEMARROW',
    assessedAt: '2024-03-04',
    values: [{ code: 'BMCELL', quantity: { value: 20, unit: '%' } }],
    conclusion: 'Hypocellular',
  };

  it('is recorded once', () => {
    person
      .given(...consented)
      .when(state => recordAssessment(marrow, state, at03()))
      .yields(was('AssessmentRecorded', marrow, '2024-03-04'))
      .when(state => recordAssessment(marrow, state, at03()))
      .yieldsNothing();
  });

  it('says something, with values that can be', () => {
    const refused = (wrong: object, rule: string, field: string) =>
      person
        .given(...consented)
        .when(state => recordAssessment({ ...marrow, ...wrong }, state, at03()))
        .isRejected(rule, field);
    refused({ values: [], conclusion: undefined }, 'ASSESSMENT-EMPTY', 'values');
    refused({ values: [{ code: 'BMCELL' }] }, 'ASSESSMENT-VALUE', 'values[0]');
    refused(
      { values: [{ code: 'BMCELL', quantity: { value: 20, unit: 'percent' } }] },
      'RESULT-UNIT',
      'values[0].quantity.unit',
    );
    refused({ assessedAt: undefined }, 'RECORD-DATE', 'assessedAt');
    refused({ assessedAt: '2024-03-06' }, 'RECORD-FUTURE', 'assessedAt');
    person
      .given()
      .when(state => recordAssessment(marrow, state, at03()))
      .isRejected('PARTICIPANT-UNKNOWN');
  });
});

describe('a response', () => {
  const counts: readonly ParticipantEvent[] = (
    [
      ['HGB', 80, 'g/L'],
      ['NEUT', 0.4, '10*9/L'],
      ['PLAT', 10, '10*9/L'],
    ] as const
  ).map(([analyte, value, unit]) =>
    was('LaboratoryResultRecorded', { analyte, quantity: { value, unit }, collectedAt: '2024-03-04' }),
  );
  const none = { definition: 'AA', response: 'NR', assessedAt: '2024-03-05' };

  it('as proposed is recorded once, beside the proposal', () => {
    const story = person.given(...consented, ...counts).when(state => recordResponse(none, state, at03()));
    expect(story.events).toMatchObject([
      {
        type: 'ResponseRecorded',
        data: {
          response: 'NR',
          definition: 'AA',
          definitionVersion: '1',
          overridden: false,
          proposal: { response: 'NR' },
        },
        occurredAt: { at: '2024-03-05' },
      },
    ]);
    story.when(state => recordResponse(none, state, at03())).yieldsNothing();
  });

  it('other than proposed needs a reason', () => {
    const story = person.given(...consented, ...counts);
    story
      .when(state => recordResponse({ ...none, response: 'PR' }, state, at03()))
      .isRejected('RESPONSE-OVERRIDE-REASON', 'reason');
    const { events } = story.when(state =>
      recordResponse({ ...none, response: 'PR', reason }, state, at03()),
    );
    expect(events).toMatchObject([{ data: { overridden: true, proposal: { response: 'NR' } }, reason }]);
  });

  it('is one of its definition', () => {
    const story = person.given(...consented, ...counts);
    story
      .when(state => recordResponse({ ...none, definition: 'RECIST' }, state, at03()))
      .isRejected('RESPONSE-DEFINITION', 'definition');
    story
      .when(state => recordResponse({ ...none, response: 'HI' }, state, at03()))
      .isRejected('RESPONSE-VALUE', 'response');
  });

  it('of an import is what its source says', () => {
    const row = { ...none, definition: 'RECIST', response: 'SD', sourceRecord: { file: 'rs.csv', key: '1' } };
    const story = person.given(prescreened).when(state => recordResponse(row, state, importing()));
    expect(story.events).toMatchObject([{ data: { response: 'SD', overridden: false } }]);
    story.when(state => recordResponse(row, state, importing())).yieldsNothing();
    story
      .when(state => recordResponse({ ...row, response: 'PD' }, state, importing()))
      .isRejected('IMPORT-KEY-CHANGED');
  });
});
