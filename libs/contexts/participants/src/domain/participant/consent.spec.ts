import { scenario } from '@platform/kernel/testing';
import {
  at03,
  consent,
  consented,
  departuresOf,
  importing,
  prescreened,
  status,
  was,
} from '../../testing/people';
import { factsAt03, site03 } from '../../testing/trial';
import { consentAt, prescreen, signConsent, withdrawConsent } from './consent';
import { participantDecider, type ParticipantEvent } from './participant';

const person = scenario(participantDecider);
const numbered = at03({ facts: { ...factsAt03(), numberGiven: true } });

describe('a participant', () => {
  const about = { prescreenedAt: '2024-03-01', sex: 'female', birthYear: 1980 } as const;

  it('is prescreened once, under the protocol version of that day', () => {
    person
      .given()
      .when(state => prescreen(about, state, numbered))
      .yields(prescreened)
      .when(state => prescreen(about, state, numbered))
      .yieldsNothing()
      .when(state => prescreen({ ...about, birthYear: 1981 }, state, numbered))
      .isRejected('PARTICIPANT-EXISTS');
  });

  it('is prescreened today unless a day is given', () => {
    const { events } = person.given().when(state => prescreen({}, state, numbered));
    expect(events).toMatchObject([{ data: { prescreenedAt: '2024-03-05' } }]);
  });

  it('needs a number, a protocol in force and a day that has come', () => {
    person
      .given()
      .when(state => prescreen(about, state, at03({ facts: { ...factsAt03(), numberGiven: false } })))
      .isRejected('PARTICIPANT-NUMBER');
    person
      .given()
      .when(state => prescreen({ prescreenedAt: '2023-07-31' }, state, numbered))
      .isRejected('PROTOCOL-NOT-IN-FORCE');
    person
      .given()
      .when(state => prescreen({ prescreenedAt: '2024-03-06' }, state, numbered))
      .isRejected('RECORD-FUTURE', 'prescreenedAt');
    person
      .given()
      .when(state => prescreen({ prescreenedAt: '2024-02-30' }, state, numbered))
      .isRejected('RECORD-DATE', 'prescreenedAt');
  });

  it('of an import may be older than the protocol, and comes in once', () => {
    const imported = { ...importing(), facts: { ...factsAt03(), numberGiven: true } };
    const row = { sourceRecord: { file: 'dm.csv', key: '01-701-1015' }, prescreenedAt: '2012-07' };
    const once = person.given().when(state => prescreen(row, state, imported));
    expect(once.events).toMatchObject([{ data: { protocolVersion: '1.0' }, occurredAt: { at: '2012-07' } }]);
    once.when(state => prescreen(row, state, imported)).yieldsNothing();
    once
      .when(state => prescreen({ ...row, ageYears: 63 }, state, imported))
      .isRejected('IMPORT-KEY-CHANGED', 'sourceRecord');
  });
});

describe('a consent', () => {
  const signature = { version: '2.0', signedAt: '2024-03-02' };
  const sample = (collectedAt: string): ParticipantEvent =>
    was(
      'LaboratoryResultRecorded',
      { analyte: 'HGB', quantity: { value: 90, unit: 'g/L' }, collectedAt },
      collectedAt,
    );

  it('is signed once, pins the protocol version and begins the status', () => {
    person
      .given(prescreened)
      .when(state => signConsent(signature, state, at03()))
      .yields(consent, {
        ...status('consented', '2024-03-02'),
        previous: { status: 'prescreened', since: '2024-03-01' },
      })
      .when(state => signConsent(signature, state, at03()))
      .yieldsNothing();
    person
      .given()
      .when(state => signConsent(signature, state, at03()))
      .isRejected('PARTICIPANT-UNKNOWN');
    person
      .given(prescreened)
      .when(state => signConsent({ ...signature, signedAt: '2024-03-06' }, state, at03()))
      .isRejected('RECORD-FUTURE', 'signedAt');
  });

  it('to an amendment pins its version and tells what it was before', () => {
    const inJune = at03({ recordedAt: '2024-06-10T08:00:00.000Z' });
    const again = person
      .given(...consented)
      .when(state => signConsent({ version: '2.0', signedAt: '2024-06-09' }, state, inJune));
    expect(again.events).toMatchObject([
      {
        type: 'ConsentSigned',
        data: { reconsent: true, protocolVersion: '2.0' },
        previous: { protocolVersion: '1.0' },
      },
    ]);
    expect(again.state.protocolVersion).toBe('2.0');
    expect(again.state.status?.status).toBe('consented');
  });

  it('on a version that was not approved that day is recorded, and departs', () => {
    for (const wrong of [
      { version: '1.0', signedAt: '2024-03-02' },
      { version: '3.0', signedAt: '2024-03-05' },
    ]) {
      const { events } = person.given(prescreened).when(state => signConsent(wrong, state, at03()));
      expect(departuresOf(events)).toMatchObject([{ rule: 'CONSENT-VERSION-APPROVED', category: 'consent' }]);
    }
  });

  it('of a source without a list of versions does not depart', () => {
    const silent = factsAt03({ ...site03, consentVersions: [] });
    const imported = person
      .given(prescreened)
      .when(state => signConsent(signature, state, importing({ facts: silent })));
    expect(departuresOf(imported.events)).toEqual([]);
    const byHand = person
      .given(prescreened)
      .when(state => signConsent(signature, state, at03({ facts: silent })));
    expect(departuresOf(byHand.events)).toHaveLength(1);
  });

  it('after procedures of an import departs and names them, those of the same day left out', () => {
    const { events } = person
      .given(prescreened, sample('2024-03-01'), sample('2024-03-02'), sample('2024'))
      .when(state => signConsent(signature, state, at03()));
    expect(departuresOf(events)).toMatchObject([
      { rule: 'SCR-CONSENT-BEFORE-PROCEDURE', causes: ['event-1'] },
    ]);
  });

  it('does not depart again for procedures that departed when they were recorded', () => {
    const early = sample('2024-03-01');
    const departures = [
      { rule: 'SCR-CONSENT-BEFORE-PROCEDURE', category: 'consent', severity: 'major', description: '' },
    ] as const;
    const { events } = person
      .given(prescreened, { ...early, data: { ...early.data, departures } } as ParticipantEvent)
      .when(state => signConsent(signature, state, at03()));
    expect(departuresOf(events)).toEqual([]);
  });
});

describe('a withdrawal of consent', () => {
  const withdrawal = { withdrawnAt: '2024-03-04', dataUse: 'useCollected' } as const;

  it('is recorded once, with what may be done with the data', () => {
    person
      .given(...consented)
      .when(state => withdrawConsent(withdrawal, state, at03()))
      .yields(was('ConsentWithdrawn', withdrawal, '2024-03-04'), {
        ...status('consentWithdrawn', '2024-03-04'),
        previous: { status: 'consented', since: '2024-03-02' },
      })
      .when(state => withdrawConsent(withdrawal, state, at03()))
      .yieldsNothing()
      .when(state => withdrawConsent({ ...withdrawal, withdrawnAt: '2024-03-05' }, state, at03()))
      .isRejected('CONSENT-WITHDRAWN');
    person
      .given(...consented)
      .when(state => withdrawConsent({ withdrawnAt: '2024-03-04' }, state, at03()))
      .isRejected('CONSENT-DATA-USE', 'dataUse');
    person
      .given(prescreened)
      .when(state => withdrawConsent(withdrawal, state, at03()))
      .isRejected('CONSENT-NONE');
  });

  it('comes from a source that knows neither the consent nor the use of the data', () => {
    const { state } = person
      .given(prescreened)
      .when(before => withdrawConsent({ withdrawnAt: '2024-03' }, before, importing()));
    expect(state.status).toMatchObject({ status: 'consentWithdrawn', since: '2024-03' });
  });

  it('is followed by another consent: back to screening, or to follow-up for who was enrolled', () => {
    const gone: ParticipantEvent[] = [
      was('ConsentWithdrawn', withdrawal),
      status('consentWithdrawn', '2024-03-04'),
    ];
    const again = { version: '2.0', signedAt: '2024-03-05' };
    const enrolled = was('ParticipantEnrolled', {
      site: '03',
      protocolVersion: '1.0',
      enrolledAt: '2024-03-03',
    });
    const screened = person.given(...consented, ...gone).when(state => signConsent(again, state, at03()));
    expect(screened.state.status?.status).toBe('consented');
    const followed = person
      .given(...consented, enrolled, ...gone)
      .when(state => signConsent(again, state, at03()));
    expect(followed.state.status?.status).toBe('inFollowUp');
  });

  it('of somebody who died leaves the status', () => {
    const { events, state } = person
      .given(...consented, status('died', '2024-03-03'))
      .when(before => withdrawConsent(withdrawal, before, at03()));
    expect(events).toHaveLength(1);
    expect(state.status?.status).toBe('died');
  });
});

describe('whether a consent was in force', () => {
  const story = person.given(
    ...consented,
    was('ConsentWithdrawn', { withdrawnAt: '2024-03-04T12:00', dataUse: 'noFurtherUse' }),
  );

  test.each([
    ['2024-03-01', 'none'],
    ['2024-03-02', 'inForce'],
    ['2024-03-03', 'inForce'],
    ['2024-03-04T11:59', 'inForce'],
    ['2024-03-04T12:01', 'withdrawn'],
    ['2024-03-05', 'withdrawn'],
    ['2024-03', 'unknown'],
    [undefined, 'unknown'],
  ])('on %s: %s', (day, standing) => {
    expect(consentAt(story.state, day)).toBe(standing);
  });

  it('is said of nobody who never signed', () => {
    expect(consentAt(person.given(prescreened).state, '2024-03-05')).toBe('none');
  });
});
