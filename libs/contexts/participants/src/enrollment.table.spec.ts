import { filled } from '@platform/commands';
import { LogUnavailable, MemoryEventLog } from '@platform/event-log';
import { streamName } from '@platform/kernel';
import { AllocateParticipantNumber, EnrollParticipant, ReleasePlace } from './enrollment.commands';
import { ChangeParticipantStatus, PrescreenParticipant } from './participants.commands';
import { participantStream } from './domain/participant/participant';
import { refusingAppends, SmallLedger, smallLedger, sites, trial } from './testing/ledger';

const enrollment = () => filled(EnrollParticipant, { enrolledAt: '2024-03-05', arm: 'UCB-MSC' });
const reason = { code: 'moved', text: 'Moved to another city' };
const types = async (ledger: SmallLedger, ...wanted: readonly string[]) =>
  (await ledger.events()).map(({ type }) => type).filter(type => wanted.includes(type));
const enrolling = ['EnrollmentReserved', 'EnrollmentReleased', 'ParticipantEnrolled'];

describe('a participant number', () => {
  it('is given to a command once, however often its key is repeated', async () => {
    const ledger = await smallLedger();
    const ask = async (key: string) => {
      const { ids } = await ledger.submit(filled(AllocateParticipantNumber, {}), { site: '03' }, { key });
      return ids.participant;
    };
    expect([await ask('a'), await ask('a'), await ask('b'), await ask('a')]).toEqual([
      '03-001',
      '03-001',
      '03-002',
      '03-001',
    ]);
    const [given] = await ledger.events('ParticipantNumberAllocated');
    expect(given?.metadata.subject).toMatchObject({ trial, site: '03', participant: '03-001' });
  });

  it('is told again to an import that brings it again', async () => {
    const ledger = await smallLedger();
    const bring = () =>
      ledger.submit(
        filled(AllocateParticipantNumber, { participant: '03-1015' }),
        { site: '03' },
        { role: 'importer' },
      );
    expect([(await bring()).ids, (await bring()).ids]).toEqual([
      { participant: '03-1015' },
      { participant: '03-1015' },
    ]);
    expect(await ledger.events('ParticipantNumberAllocated')).toHaveLength(1);
  });

  it('comes before the prescreening, at a site that there is', async () => {
    const ledger = await smallLedger();
    const prescreen = () => filled(PrescreenParticipant, { sex: 'female' });
    expect(await ledger.refusalOf(prescreen(), { participant: '03-001' })).toBe('PARTICIPANT-NUMBER');
    await ledger.submit(filled(AllocateParticipantNumber, {}), { site: '03' });
    expect(await ledger.refusalOf(prescreen(), { participant: '03-001' })).toBeUndefined();
    expect(await ledger.refusalOf(filled(AllocateParticipantNumber, {}), { site: '99' })).toBe(
      'SITE-UNKNOWN',
    );
  });
});

describe('101 enrollments at once at eight sites', () => {
  const people = Array.from(
    { length: 101 },
    (_, index) => `${sites[index % 8]}-${String(index + 1).padStart(3, '0')}`,
  );

  test.each([1, 3])('enroll exactly 100, in %d process(es)', async processes => {
    const ledger = await smallLedger();
    for (const participant of people) await ledger.eligible(participant);
    const running = Array.from({ length: processes }, () => new SmallLedger(ledger.log));
    const refusals = await Promise.all(
      people.map((participant, index) =>
        running[index % processes]!.refusalOf(enrollment(), { participant }, { key: participant }),
      ),
    );
    expect(refusals.filter(rule => rule !== undefined)).toEqual(['ENROLL-CAP']);
    await ledger.react();
    expect(await types(ledger, ...enrolling)).toEqual([
      ...Array.from({ length: 200 }, () =>
        expect.stringMatching(/^(EnrollmentReserved|ParticipantEnrolled)$/),
      ),
    ]);
    expect(await ledger.events('ParticipantEnrolled')).toHaveLength(100);
    expect(await ledger.events('DeviationRaised')).toHaveLength(0);
  });
});

describe('an enrollment that is interrupted between its place and its participant', () => {
  const participant = '03-001';

  /** The participant's stream cannot be written to; the place is taken, then. */
  async function interrupted() {
    const ledger = await smallLedger();
    await ledger.eligible(participant);
    const { log } = ledger;
    const full = refusingAppends(log, participantStream(trial, participant));
    const dying = new SmallLedger(full).submit(enrollment(), { participant }, { key: 'once' });
    await expect(dying).rejects.toThrow(LogUnavailable);
    expect(await types(ledger, ...enrolling)).toEqual(['EnrollmentReserved']);
    return new SmallLedger(log);
  }

  it('is completed by the same key', async () => {
    const ledger = await interrupted();
    const receipt = await ledger.submit(enrollment(), { participant }, { key: 'once' });
    expect(receipt.events.map(({ type }) => type)).toEqual([
      'ParticipantEnrolled',
      'ParticipantStatusChanged',
    ]);
    expect(await types(ledger, ...enrolling)).toEqual(['EnrollmentReserved', 'ParticipantEnrolled']);
  });

  it('is completed by another key as well, on the same place', async () => {
    const ledger = await interrupted();
    await ledger.submit(enrollment(), { participant }, { key: 'again' });
    expect(await types(ledger, ...enrolling)).toEqual(['EnrollmentReserved', 'ParticipantEnrolled']);
  });

  it('is completed by the reaction when nobody comes back', async () => {
    const ledger = await interrupted();
    await ledger.react();
    const [enrolled] = await ledger.events('ParticipantEnrolled');
    expect(enrolled).toMatchObject({
      data: { enrolledAt: '2024-03-05', arm: 'UCB-MSC' },
      metadata: { source: 'system', subject: { trial, site: '03', participant } },
    });
    // Who comes back after all is told that it has happened.
    const receipt = await ledger.submit(enrollment(), { participant }, { key: 'once' });
    expect(receipt.events).toEqual([]);
    expect(await types(ledger, ...enrolling)).toEqual(['EnrollmentReserved', 'ParticipantEnrolled']);
  });

  it('gives its place back when the participant cannot be enrolled any more', async () => {
    const ledger = await interrupted();
    const lost = filled(ChangeParticipantStatus, { status: 'lostToFollowUp', since: '2024-03-05', reason });
    await ledger.submit(lost, { participant });
    await ledger.react();
    expect(await types(ledger, ...enrolling)).toEqual(['EnrollmentReserved', 'EnrollmentReleased']);
    expect(await ledger.refusalOf(enrollment(), { participant }, { key: 'once' })).toBe(
      'ENROLL-NOT-ELIGIBLE',
    );
  });

  it('does not enroll without a place under a key whose place was given back', async () => {
    const ledger = await interrupted();
    await ledger.submit(filled(ReleasePlace, {}), { participant }, { role: 'system' });
    expect(await ledger.refusalOf(enrollment(), { participant }, { key: 'once' })).toBe('ENROLL-PLACE-LOST');
    expect(await ledger.refusalOf(enrollment(), { participant }, { key: 'new' })).toBeUndefined();
    expect(await types(ledger, ...enrolling)).toEqual([
      'EnrollmentReserved',
      'EnrollmentReleased',
      'EnrollmentReserved',
      'ParticipantEnrolled',
    ]);
  });
});

describe('an enrollment', () => {
  it('whose place was given back in a race gets it again', async () => {
    const ledger = await smallLedger();
    await ledger.eligible('03-001');
    await ledger.submit(enrollment(), { participant: '03-001' });
    await ledger.submit(filled(ReleasePlace, {}), { participant: '03-001' }, { role: 'system' });
    await ledger.react();
    expect(await types(ledger, ...enrolling)).toEqual([
      'EnrollmentReserved',
      'ParticipantEnrolled',
      'EnrollmentReleased',
      'EnrollmentReserved',
    ]);
  });

  it('that is refused takes no place', async () => {
    const ledger = await smallLedger();
    await ledger.submit(filled(AllocateParticipantNumber, {}), { site: '03' });
    await ledger.submit(filled(PrescreenParticipant, {}), { participant: '03-001' });
    expect(await ledger.refusalOf(enrollment(), { participant: '03-001' })).toBe('ENROLL-NOT-ELIGIBLE');
    expect(await types(ledger, ...enrolling)).toEqual([]);
  });

  it('of an import goes in beyond the cap, and departs', async () => {
    const ledger = await smallLedger(new MemoryEventLog());
    const reserved = Array.from({ length: 100 }, (_, index) => ({
      type: 'EnrollmentReserved',
      data: { participant: `04-${index + 1}`, site: '04', enrolledAt: '2024-01-01', imported: true },
    }));
    await ledger.write(streamName('enrollment', trial), reserved, {});
    const participant = '03-1015';
    const importer = { role: 'importer' } as const;
    await ledger.submit(filled(AllocateParticipantNumber, { participant }), { site: '03' }, importer);
    await ledger.submit(
      filled(PrescreenParticipant, { prescreenedAt: '2012-07' }),
      { participant },
      importer,
    );
    await ledger.submit(filled(EnrollParticipant, { enrolledAt: '2012-08-05' }), { participant }, importer);
    await ledger.react();
    expect(await ledger.events('ParticipantEnrolled')).toHaveLength(1);
    const raised = (await ledger.events('DeviationRaised')).map(
      ({ data }) => `${data.rule as string} ${data.participant as string}`,
    );
    expect(raised.toSorted()).toEqual(['ENROLL-CAP 03-1015', 'ENROLL-ETHICS 03-1015']);
  });
});
