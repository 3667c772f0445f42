import { scenario } from '@platform/kernel/testing';
import { at03, consented, departuresOf, importing, prescreened, status, was } from '../../testing/people';
import { eventsOf, passing } from '../../testing/screening';
import { factsAt03, site03, theTrial } from '../../testing/trial';
import type { TrialFacts } from '../participant/context';
import { participantDecider, type ParticipantEvent } from '../participant/participant';
import { enroll, whyNotEnroll } from './enrolling';
import { recordScreeningDecision } from './screening-decision';

const person = scenario(participantDecider);
const enrollment = { enrolledAt: '2024-03-05', arm: 'UCB-MSC' };
const eligible = person
  .given(...eventsOf(passing))
  .when(state => recordScreeningDecision({ decision: 'eligible' }, state, at03()));
const after = (...events: readonly ParticipantEvent[]) => eligible.when(() => events);
const refusedWith = (facts: TrialFacts, command: object = {}, ...events: readonly ParticipantEvent[]) =>
  after(...events).when(state => enroll({ ...enrollment, ...command }, state, at03({ facts })));

describe('an enrollment', () => {
  it('of an eligible participant is recorded once, and the status follows', () => {
    eligible
      .when(state => enroll(enrollment, state, at03()))
      .yields(
        was('ParticipantEnrolled', { ...enrollment, site: '03', protocolVersion: '1.0' }, '2024-03-05'),
        {
          ...status('enrolled', '2024-03-05'),
          previous: { status: 'eligible', since: '2024-03-05' },
        },
      )
      .when(state => enroll(enrollment, state, at03()))
      .yieldsNothing()
      .when(state => enroll({ ...enrollment, arm: 'CSA' }, state, at03()))
      .isRejected('ENROLL-ALREADY');
  });

  it('needs an eligible participant', () => {
    for (const events of [[prescreened], consented, eventsOf(passing)]) {
      person
        .given(...events)
        .when(state => enroll(enrollment, state, at03()))
        .isRejected('ENROLL-NOT-ELIGIBLE');
    }
    person
      .given()
      .when(state => enroll(enrollment, state, at03()))
      .isRejected('PARTICIPANT-UNKNOWN');
    refusedWith(factsAt03(), {}, status('lostToFollowUp', '2024-03-05')).isRejected('ENROLL-NOT-ELIGIBLE');
  });

  it('needs consent on its day', () => {
    const withdrawn = was('ConsentWithdrawn', { withdrawnAt: '2024-03-04', dataUse: 'useCollected' });
    refusedWith(factsAt03(), {}, withdrawn).isRejected('ENROLL-CONSENT');
  });

  it('needs a decision under the protocol version of the consent', () => {
    const toAmendment = was('ConsentSigned', {
      version: '2.0',
      signedAt: '2024-03-05',
      protocolVersion: '2.0',
      reconsent: true,
    });
    refusedWith(factsAt03(), {}, toAmendment).isRejected('ENROLL-PROTOCOL');
  });

  it('needs a decision whose evidence still stands', () => {
    const ecog = eligible.state.entries.find(({ data }) => 'code' in data && data.code === 'ECOG')!;
    const correction = (event: string): ParticipantEvent => ({
      type: 'ValueCorrected',
      data: { event, field: 'quantity', value: { value: 2, unit: '1' } },
      previous: { value: null },
    });
    refusedWith(factsAt03(), {}, correction(ecog.event)).isRejected('ENROLL-DECISION-AFFECTED');
    const again = after(correction(ecog.event)).when(state =>
      recordScreeningDecision({ decision: 'eligible' }, state, at03()),
    );
    expect(again.when(state => enroll(enrollment, state, at03())).state.status?.status).toBe('enrolled');
  });

  it('comes not before its decision, and not in the future', () => {
    refusedWith(factsAt03(), { enrolledAt: '2024-03-04' }).isRejected('ENROLL-DATE');
    refusedWith(factsAt03(), { enrolledAt: '2024-03-06' }).isRejected('RECORD-FUTURE', 'enrolledAt');
  });

  it('needs a trial that recruits and a site that is activated, with an ethics approval in force', () => {
    for (const closed of ['notYetRecruiting', 'suspended', 'completed'] as const) {
      refusedWith(factsAt03(site03, { ...theTrial, status: closed })).isRejected('ENROLL-TRIAL');
    }
    for (const closed of ['ethicsApproved', 'enrollmentPaused', 'onHold', 'closed'] as const) {
      refusedWith(factsAt03({ ...site03, status: closed })).isRejected('ENROLL-SITE');
    }
    refusedWith(factsAt03({ ...site03, ethicsApprovals: [] })).isRejected('ENROLL-ETHICS');
    const expired = site03.ethicsApprovals.map(approval => ({ ...approval, expiresOn: '2024-03-04' }));
    refusedWith(factsAt03({ ...site03, ethicsApprovals: expired })).isRejected('ENROLL-ETHICS');
    const lastDay = site03.ethicsApprovals.map(approval => ({ ...approval, expiresOn: '2024-03-05' }));
    expect(refusedWith(factsAt03({ ...site03, ethicsApprovals: lastDay })).events).toHaveLength(2);
  });

  it('goes to an arm of the protocol', () => {
    refusedWith(factsAt03(), { arm: 'Placebo' }).isRejected('ENROLL-ARM', 'arm');
    expect(refusedWith(factsAt03(), { arm: undefined }).events).toHaveLength(2);
  });

  it('is refused with every rule that fails', () => {
    const { evidence } = person
      .given(prescreened)
      .when(state => enroll(enrollment, state, at03({ facts: factsAt03({ ...site03, status: 'onHold' }) })))
      .isRejected('ENROLL-NOT-ELIGIBLE');
    const failed = evidence?.failed as { rule: string }[];
    expect(failed.map(({ rule }) => rule)).toEqual(['ENROLL-NOT-ELIGIBLE', 'ENROLL-CONSENT', 'ENROLL-SITE']);
  });

  it('says beforehand what it will say', () => {
    expect(whyNotEnroll(enrollment, eligible.state, factsAt03(), false)).toBeUndefined();
    expect(whyNotEnroll(enrollment, person.given(prescreened).state, factsAt03(), false)).toMatchObject({
      rule: 'ENROLL-NOT-ELIGIBLE',
    });
  });
});

describe('an imported enrollment', () => {
  const row = {
    enrolledAt: '2014-01-02',
    arm: 'Pbo',
    actualArm: 'Pbo',
    sourceRecord: { file: 'dm.csv', key: '1' },
  };
  const silent = factsAt03({ ...site03, status: 'selected', ethicsApprovals: [], consentVersions: [] });

  it('has happened: no rule binds it, and it comes in once', () => {
    person
      .given(prescreened)
      .when(state => enroll(row, state, importing({ facts: silent })))
      .yields(was('ParticipantEnrolled', { ...row, site: '03', protocolVersion: '1.0' }, '2014-01-02'), {
        ...status('enrolled', '2014-01-02'),
        previous: { status: 'prescreened', since: '2024-03-01' },
      })
      .when(state => enroll(row, state, importing({ facts: silent })))
      .yieldsNothing()
      .when(state => enroll({ ...row, arm: 'Xan_Hi' }, state, importing({ facts: silent })))
      .isRejected('IMPORT-KEY-CHANGED');
  });

  it('departs only from what its source tells: an approval that was not in force', () => {
    const rulesWith = (facts: TrialFacts) =>
      departuresOf(
        person.given(prescreened).when(state => enroll(row, state, importing({ facts }))).events,
      ).map(({ rule }) => rule);
    expect(rulesWith(silent)).toEqual([]);
    expect(rulesWith(factsAt03())).toEqual(['ENROLL-ETHICS']);
  });

  it('leaves the status of somebody who is further on', () => {
    const { events, state } = person
      .given(prescreened, status('completed', '2014-07-02'))
      .when(before => enroll(row, before, importing()));
    expect(events).toHaveLength(1);
    expect(state.status?.status).toBe('completed');
  });
});
