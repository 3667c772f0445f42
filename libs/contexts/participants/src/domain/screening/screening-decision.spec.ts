import { scenario } from '@platform/kernel/testing';
import { at03, consented, departuresOf, importing, prescreened, status, was } from '../../testing/people';
import { changed, eventsOf, passing } from '../../testing/screening';
import { latestOf, participantDecider, type ParticipantEvent } from '../participant/participant';
import { recordScreeningDecision, type ScreeningDecisionCommand } from './screening-decision';

const person = scenario(participantDecider);
const reason = { code: 'judgement', text: 'Discussed with the sponsor' };
const screened = eventsOf(passing);
const failing = eventsOf(changed({ measurements: { ECOG: { value: 3, unit: '1' } } }));
const incomplete = eventsOf(changed({ results: { HCG: null } }));

const deciding = (events: readonly ParticipantEvent[], command: ScreeningDecisionCommand) =>
  person.given(...events).when(state => recordScreeningDecision(command, state, at03()));

describe('a screening decision', () => {
  it('stores the whole evaluation that it stood on, and the status follows', () => {
    const { events, state } = deciding(screened, { decision: 'eligible' });
    expect(events).toMatchObject([
      {
        type: 'ScreeningDecisionRecorded',
        data: {
          decision: 'eligible',
          decidedAt: '2024-03-05',
          protocolVersion: '1.0',
          overridden: false,
          evaluation: { proposal: 'eligible', protocolVersion: '1.0', evaluatedAt: '2024-03-05' },
        },
      },
      {
        type: 'ParticipantStatusChanged',
        data: { status: 'eligible', since: '2024-03-05' },
        previous: { status: 'consented' },
      },
    ]);
    const { evaluation } = latestOf(state, 'ScreeningDecisionRecorded')!.data;
    expect([evaluation?.criteria.length, evaluation?.ranges.length]).toEqual([18, 8]);
    expect(departuresOf(events)).toEqual([]);
    expect(state.status?.status).toBe('eligible');
  });

  it('again at once adds nothing; on other evidence it is another one', () => {
    const story = deciding(screened, { decision: 'eligible' });
    story.when(state => recordScreeningDecision({ decision: 'eligible' }, state, at03())).yieldsNothing();
    const heavier = was('MeasurementRecorded', {
      code: 'ECOG',
      quantity: { value: 2, unit: '1' },
      takenAt: '2024-03-05',
    });
    const { events } = story
      .when(() => [heavier])
      .when(state => recordScreeningDecision({ decision: 'eligible' }, state, at03()));
    expect(events.map(({ type }) => type)).toEqual(['ScreeningDecisionRecorded']);
    expect(events[0]?.previous).toMatchObject({ decision: 'eligible' });
  });

  test.each([
    ['notEligible', failing, 'screenFailure'],
    ['deferred', eventsOf(changed({ statements: { clinicallySignificantInfection: true } })), 'deferred'],
  ] as const)('%s as proposed leads to its status', (decision, events, expected) => {
    const outcome = deciding(events, { decision });
    expect(outcome.state.status?.status).toBe(expected);
    expect(departuresOf(outcome.events)).toEqual([]);
  });

  test.each<[string, readonly ParticipantEvent[], ScreeningDecisionCommand['decision'], string]>([
    ['eligible against a failed inclusion', failing, 'eligible', 'major'],
    ['eligible with something missing', incomplete, 'eligible', 'major'],
    ['not eligible where everything passes', screened, 'notEligible', 'minor'],
    ['deferred where everything passes', screened, 'deferred', 'minor'],
    ['deferred against a failed inclusion', failing, 'deferred', 'minor'],
  ])('%s needs a reason, and departs', (_what, events, decision, severity) => {
    deciding(events, { decision }).isRejected('SCR-OVERRIDE-REASON', 'reason');
    const outcome = deciding(events, { decision, reason });
    expect(outcome.events[0]).toMatchObject({ data: { decision, overridden: true }, reason });
    expect(departuresOf(outcome.events)).toMatchObject([
      { rule: 'SCR-OVERRIDE', category: 'eligibility', severity },
    ]);
  });

  it('names in its departure the criteria that it overrode, and what showed them', () => {
    const outcome = deciding(failing, { decision: 'eligible', reason });
    const [departure] = departuresOf(outcome.events);
    const ecog = outcome.state.entries.find(({ data }) => 'code' in data && data.code === 'ECOG');
    expect(departure?.description).toContain('IN07');
    expect(departure?.causes).toEqual([ecog?.event]);
  });

  test.each(['notEligible', 'deferred'] as const)(
    '%s with evidence missing is no override, and says why',
    decision => {
      deciding(incomplete, { decision }).isRejected('SCR-INCOMPLETE-REASON', 'reason');
      const { events } = deciding(incomplete, { decision, reason });
      expect(events[0]).toMatchObject({
        data: { overridden: false, evaluation: { proposal: 'incomplete' } },
      });
      expect(departuresOf(events)).toEqual([]);
    },
  );

  it('that reverses one that stands says what has changed', () => {
    const failed = deciding(failing, { decision: 'notEligible' });
    const better = was('MeasurementRecorded', {
      code: 'ECOG',
      quantity: { value: 1, unit: '1' },
      takenAt: '2024-03-05',
    });
    const again = failed.when(() => [better]);
    again
      .when(state => recordScreeningDecision({ decision: 'eligible' }, state, at03()))
      .isRejected('SCR-REVISION-REASON', 'reason');
    const { state } = again.when(before =>
      recordScreeningDecision({ decision: 'eligible', reason }, before, at03()),
    );
    expect(state.status?.status).toBe('eligible');
  });

  it('needs consent, unless it ends the screening', () => {
    deciding([prescreened], { decision: 'eligible', reason }).isRejected('SCR-CONSENT-REQUIRED');
    deciding([prescreened], { decision: 'deferred', reason }).isRejected('SCR-CONSENT-REQUIRED');
    const { state } = deciding([prescreened], { decision: 'notEligible', reason });
    expect(state.status?.status).toBe('screenFailure');
    const withdrawn = was('ConsentWithdrawn', { withdrawnAt: '2024-03-04', dataUse: 'useCollected' });
    deciding([...screened, withdrawn], { decision: 'eligible', reason }).isRejected('SCR-CONSENT-REQUIRED');
  });

  it('is not made of somebody who was enrolled, died or is unknown', () => {
    for (const over of ['enrolled', 'died', 'consentWithdrawn'] as const) {
      deciding([...screened, status(over, '2024-03-05')], { decision: 'notEligible', reason }).isRejected(
        'SCR-STATUS',
      );
    }
    deciding([], { decision: 'notEligible', reason }).isRejected('PARTICIPANT-UNKNOWN');
    deciding(screened, { decision: 'eligible', decidedAt: '2024-03-06' }).isRejected(
      'RECORD-FUTURE',
      'decidedAt',
    );
  });

  it('is made as of its own day: later results do not count', () => {
    const { events } = deciding(screened, { decision: 'eligible', decidedAt: '2024-03-03', reason });
    expect(events[0]).toMatchObject({ data: { overridden: true, evaluation: { proposal: 'incomplete' } } });
  });
});

describe('an imported decision', () => {
  const row = {
    decision: 'notEligible',
    decidedAt: '2013-08-14',
    sourceRecord: { file: 'ie.csv', key: '1' },
  } as const;

  it('has no evaluation, and comes in once', () => {
    person
      .given(prescreened)
      .when(state => recordScreeningDecision(row, state, importing()))
      .yields(
        was('ScreeningDecisionRecorded', { ...row, protocolVersion: '1.0', overridden: false }, '2013-08-14'),
        {
          ...status('screenFailure', '2013-08-14'),
          previous: { status: 'prescreened', since: '2024-03-01' },
        },
      )
      .when(state => recordScreeningDecision(row, state, importing()))
      .yieldsNothing()
      .when(state => recordScreeningDecision({ ...row, decision: 'eligible' }, state, importing()))
      .isRejected('IMPORT-KEY-CHANGED');
  });

  it('leaves the status of somebody whom the source has further on', () => {
    const { events, state } = person
      .given(...consented, status('completed', '2024-03-04'))
      .when(before => recordScreeningDecision(row, before, importing()));
    expect(events).toHaveLength(1);
    expect(state.status?.status).toBe('completed');
  });
});
