import * as fc from 'fast-check';
import { isRejection, type Decision } from '@platform/kernel';
import { scenario } from '@platform/kernel/testing';
import {
  accepted,
  at03,
  consented,
  departuresOf,
  importing,
  prescreened,
  status,
  was,
} from '../../testing/people';
import { changed, eventsOf } from '../../testing/screening';
import { factsAt03 } from '../../testing/trial';
import { enroll } from '../screening/enrolling';
import { recordScreeningDecision } from '../screening/screening-decision';
import { prescreen, signConsent, withdrawConsent } from './consent';
import { entriesOf, participantDecider, type ParticipantEvent, type ParticipantState } from './participant';
import { recordLaboratoryResults } from './records';
import { changeStatus, noteTreatment } from './status';
import { enrolledStatuses, nextStatuses, participantStatuses } from './statuses';

const person = scenario(participantDecider);
const reason = { code: 'moved', text: 'Moved to another city' };
const enrolled: readonly ParticipantEvent[] = [...consented, status('enrolled', '2024-03-03', 'eligible')];
const since = '2024-03-04';

describe('a status', () => {
  const completed = { status: 'completed', since } as const;

  it('is recorded once', () => {
    person
      .given(...enrolled)
      .when(state => changeStatus(completed, state, at03()))
      .yields({ ...status('completed', since), previous: { status: 'enrolled', since: '2024-03-03' } })
      .when(state => changeStatus(completed, state, at03()))
      .yieldsNothing()
      .when(state => changeStatus({ ...completed, since: '2024-03-05' }, state, at03()))
      .isRejected('STATUS-HELD', 'since');
    person
      .given()
      .when(state => changeStatus(completed, state, at03()))
      .isRejected('PARTICIPANT-UNKNOWN');
    person
      .given(...enrolled)
      .when(state => changeStatus({ ...completed, since: '2024-03-06' }, state, at03()))
      .isRejected('RECORD-FUTURE', 'since');
  });

  it('that a request of its own makes is left to that', () => {
    for (const own of [
      'prescreened',
      'consented',
      'eligible',
      'screenFailure',
      'deferred',
      'consentWithdrawn',
    ] as const) {
      person
        .given(...enrolled)
        .when(state => changeStatus({ status: own, since }, state, at03()))
        .isRejected('STATUS-OWN-REQUEST', 'status');
    }
    person
      .given(...consented)
      .when(state => changeStatus({ status: 'enrolled', since }, state, at03()))
      .isRejected('STATUS-OWN-REQUEST', 'status');
  });

  it('of leaving treatment or getting lost says why', () => {
    for (const left of ['withdrawnFromTreatment', 'lostToFollowUp'] as const) {
      const story = person.given(...enrolled);
      story
        .when(state => changeStatus({ status: left, since }, state, at03()))
        .isRejected('STATUS-REASON', 'reason');
      const { events } = story.when(state => changeStatus({ status: left, since, reason }, state, at03()));
      expect(events).toMatchObject([{ data: { status: left }, reason }]);
    }
  });

  it('in an order that no protocol foresees is recorded, and departs', () => {
    const { events, state } = person
      .given(...consented)
      .when(before => changeStatus({ status: 'onTreatment', since }, before, at03()));
    expect(departuresOf(events)).toMatchObject([{ rule: 'STATUS-ORDER', causes: ['event-2'] }]);
    expect(state.status?.status).toBe('onTreatment');
  });

  it('of screening does not come back after it', () => {
    person
      .given(...enrolled)
      .when(state => changeStatus({ status: 'inScreening', since }, state, at03()))
      .isRejected('STATUS-ORDER', 'status');
  });

  it('entered late stands in the history, and the current one stays', () => {
    const { events, state } = person
      .given(...enrolled, status('completed', since))
      .when(before => changeStatus({ status: 'onTreatment', since: '2024-03-03' }, before, at03()));
    expect(events).toMatchObject([{ data: { status: 'onTreatment', historical: true } }]);
    expect(events[0]).not.toHaveProperty('data.departures');
    expect(state.status?.status).toBe('completed');
  });

  it('never follows a death, which itself may be entered late', () => {
    const dead = person
      .given(...enrolled, status('lostToFollowUp', since))
      .when(state => changeStatus({ status: 'died', since: '2024-03-03' }, state, at03()));
    expect(dead.state.status).toMatchObject({ status: 'died', since: '2024-03-03' });
    dead
      .when(state => changeStatus({ status: 'inFollowUp', since }, state, at03()))
      .isRejected('STATUS-AFTER-DEATH');
    expect(
      dead.when(state => changeStatus({ status: 'onTreatment', since: '2024-03-02' }, state, at03())).state
        .status?.status,
    ).toBe('died');
  });
});

describe('a status of an import', () => {
  const row = (key: string) => ({ sourceRecord: { file: 'ds.csv', key } });

  it('is whatever its source says, in any order, once', () => {
    const failed = { status: 'screenFailure', since: '2013-08', ...row('1') } as const;
    person
      .given(prescreened)
      .when(state => changeStatus({ ...failed, since: '2024-03-04' }, state, importing()))
      .yields({
        ...was('ParticipantStatusChanged', { ...failed, since: '2024-03-04' }, '2024-03-04'),
        previous: { status: 'prescreened', since: '2024-03-01' },
      })
      .when(state => changeStatus({ ...failed, since: '2024-03-04' }, state, importing()))
      .yieldsNothing()
      .when(state => changeStatus({ ...failed, since: '2024-03-05' }, state, importing()))
      .isRejected('IMPORT-KEY-CHANGED');
  });

  it('keeps a contradiction: what came after a death is recorded and does not stand', () => {
    const { events, state } = person
      .given(...enrolled, status('died', '2024-03-03'))
      .when(before => changeStatus({ status: 'completed', since, ...row('2') }, before, importing()));
    expect(events).toMatchObject([{ data: { status: 'completed', historical: true } }]);
    expect(state.status?.status).toBe('died');
  });
});

describe('a first treatment', () => {
  it('puts whom it finds enrolled on treatment, and nobody else', () => {
    person
      .given(...enrolled)
      .when(state => noteTreatment({ since: '2024-03-05' }, state, at03()))
      .yields({
        ...status('onTreatment', '2024-03-05'),
        previous: { status: 'enrolled', since: '2024-03-03' },
      })
      .when(state => noteTreatment({ since: '2024-03-05' }, state, at03()))
      .yieldsNothing();
    person
      .given(...enrolled, status('withdrawnFromTreatment', since))
      .when(state => noteTreatment({ since: '2024-03-05' }, state, at03()))
      .yieldsNothing();
  });
});

/* Any commands in any order, by a person: what is accepted never leads to a status that cannot be. */

const day = fc.integer({ min: 1, max: 5 }).map(number => `2024-03-0${number}`);
type Act = (state: ParticipantState, context: ReturnType<typeof at03>) => Decision<ParticipantEvent>;

const acts: fc.Arbitrary<Act> = fc.oneof(
  day.map(
    (at): Act =>
      (state, context) =>
        prescreen({ prescreenedAt: at }, state, { ...context, facts: { ...factsAt03(), numberGiven: true } }),
  ),
  day.map(
    (signedAt): Act =>
      (state, context) =>
        signConsent({ version: '2.0', signedAt }, state, context),
  ),
  day.map(
    (withdrawnAt): Act =>
      (state, context) =>
        withdrawConsent({ withdrawnAt, dataUse: 'useCollected' }, state, context),
  ),
  day.map(
    (collectedAt): Act =>
      (state, context) =>
        recordLaboratoryResults(
          { results: [{ analyte: 'HGB', finding: 'positive', collectedAt }] },
          state,
          context,
        ),
  ),
  fc.constantFrom('eligible', 'notEligible', 'deferred' as const).map(
    (decision): Act =>
      (state, context) =>
        recordScreeningDecision({ decision, reason }, state, context),
  ),
  day.map(
    (enrolledAt): Act =>
      (state, context) =>
        enroll({ enrolledAt }, state, context),
  ),
  fc.tuple(fc.constantFrom(...participantStatuses), day).map(
    ([to, at]): Act =>
      (state, context) =>
        changeStatus({ status: to, since: at, reason }, state, context),
  ),
  day.map(
    (at): Act =>
      (state, context) =>
        noteTreatment({ since: at }, state, context),
  ),
);

function impossible(before: ParticipantState, state: ParticipantState): string | undefined {
  const [from, to] = [before.status?.status, state.status?.status];
  const enrollments = entriesOf(state, 'ParticipantEnrolled').length;
  if (state.entries.length > 0 && entriesOf(state, 'ParticipantPrescreened').length !== 1)
    return 'not prescreened once';
  if (enrollments > 1) return 'enrolled twice';
  if (to === 'enrolled' && enrollments === 0) return 'enrolled without an enrollment';
  if (from === to) return undefined;
  if (from === 'died') return `${to} after death`;
  if (to === 'enrolled' && from !== 'eligible') return `enrolled from ${from}`;
  const decided = entriesOf(state, 'ScreeningDecisionRecorded').at(-1)?.data.decision;
  if (to === 'eligible' && decided !== 'eligible') return 'eligible without a decision';
  const departed =
    state.entries.at(-1)?.data.departures?.some(({ rule }) => rule === 'STATUS-ORDER') ?? false;
  if (from && to && !nextStatuses[from].includes(to) && !departed)
    return `${from} → ${to} without a departure`;
  const treated = (each: ParticipantState) =>
    entriesOf(each, 'ParticipantStatusChanged').some(({ data }) => enrolledStatuses.includes(data.status));
  if (to && enrolledStatuses.includes(to) && enrollments === 0 && !departed && !treated(before)) {
    return `${to} without an enrollment or a departure`;
  }
  return undefined;
}

describe('no sequence of accepted commands', () => {
  test.each<[string, readonly ParticipantEvent[]]>([
    ['from nothing', []],
    ['from a passing screening', eventsOf(changed({}))],
  ])('leads to an impossible status, %s', (_what, start) => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 12 }), sequence => {
        let state = scenario(participantDecider).given(...start).state;
        for (const [index, act] of sequence.entries()) {
          const context = at03({ command: index + 10 });
          const decision = act(state, context);
          if (isRejection(decision)) continue;
          const next = accepted(decision, state, context);
          expect(impossible(state, next)).toBeUndefined();
          state = next;
        }
      }),
      { numRuns: 150 },
    );
  });
});
