import { filled, ReactionEngine } from '@platform/commands';
import { MemoryEventLog } from '@platform/event-log';
import { derivedId, streamName, type DomainEvent, type RecordedEvent, type Subject } from '@platform/kernel';
import { recorded } from '@platform/views/testing';
import { RaiseDeviation } from '../deviations.commands';
import { CompleteEnrollment, ReservePlace } from '../enrollment.commands';
import { NoteTreatment, RecordLaboratoryResults, RecordVisits } from '../participants.commands';
import { was } from '../testing/people';
import { smallLedger, trial } from '../testing/ledger';
import { completeEnrollment, confirmPlace } from './enrollment';
import { followTreatment } from './follow-treatment';
import { raiseDeviations } from './raise-deviations';

const zone = 'Asia/Shanghai';
const target = { trial, site: '03', participant: '03-007' };

const event = (given: DomainEvent, subject: Subject = target): RecordedEvent =>
  recorded([{ stream: streamName('participant', trial, '03-007'), event: given, subject }])[0]!;

const departure = (rule: string, causes?: readonly string[]) =>
  ({ rule, category: 'consent', severity: 'major', description: `Departs from ${rule}`, causes }) as const;

describe('raise-deviations', () => {
  const signed = (departures: readonly ReturnType<typeof departure>[]) =>
    event(
      was(
        'ConsentSigned',
        { version: '1.0', signedAt: '2024-03-02', protocolVersion: '1.0', reconsent: false, departures },
        '2024-03-02',
      ),
    );

  it('makes a deviation of each departure, with an id that follows from event and rule', () => {
    const given = signed([
      departure('CONSENT-VERSION-APPROVED'),
      departure('SCR-CONSENT-BEFORE-PROCEDURE', ['event-1']),
    ]);
    const raise = (rule: string, causes: string[]) => ({
      command: filled(RaiseDeviation, {
        rule,
        category: 'consent',
        severity: 'major',
        description: `Departs from ${rule}`,
        causes,
        occurredAt: { at: '2024-03-02', zone },
        // Recorded at 12:00 UTC.
        identifiedAt: { at: '2024-03-05T20:00:00', zone },
      }),
      target: { ...target, deviation: derivedId(given.id, rule) },
    });
    expect(raiseDeviations.react(given)).toEqual([
      raise('CONSENT-VERSION-APPROVED', [given.id]),
      raise('SCR-CONSENT-BEFORE-PROCEDURE', [given.id, 'event-1']),
    ]);
    expect(raiseDeviations.react(given)[0]?.command).toBeInstanceOf(RaiseDeviation);
  });

  it('makes one of a site’s event as well, in the zone of no clinic when no time is known', () => {
    const given = event(
      { type: 'Anything', data: { departures: [departure('SITE-RULE')] } },
      { trial, site: '03' },
    );
    expect(raiseDeviations.react(given)).toMatchObject([
      {
        command: { occurredAt: undefined, identifiedAt: { at: '2024-03-05T12:00:00', zone: 'UTC' } },
        target: { trial, site: '03', deviation: derivedId(given.id, 'SITE-RULE') },
      },
    ]);
  });

  it('does nothing for an event without departures', () => {
    expect(raiseDeviations.react(signed([]))).toEqual([]);
    expect(raiseDeviations.react(event({ type: 'Anything', data: {} }))).toEqual([]);
  });

  it('raises a flood of them many at a time, each in a stream of its own', async () => {
    const log = new MemoryEventLog();
    const flood = Array.from({ length: 40 }, () => signed([departure('CONSENT-VERSION-APPROVED')]));
    const events = recorded(
      flood.map(({ stream, type, data }) => ({ stream, event: { type, data }, subject: target })),
    );
    await log.append(events[0]!.stream, -1, events);
    const inFlight: (() => void)[] = [];
    const streams: string[] = [];
    const engine = new ReactionEngine({
      log,
      reactions: [raiseDeviations],
      checkpoints: { read: async () => undefined, advance: async () => true },
      submit: (_command, submission) => {
        streams.push(submission.target.deviation!);
        return new Promise<void>(resolve => inFlight.push(resolve));
      },
      caller: () => ({ user: 'raise-deviations', printedName: 'raise-deviations', rights: undefined }),
      pause: () => Promise.resolve(),
    });
    engine.start();
    while (inFlight.length < 32) await new Promise(resolve => setImmediate(resolve));
    expect(new Set(streams).size).toBe(32);
    for (let done = 0; done < 40; done += 1) {
      while (inFlight.length <= done) await new Promise(resolve => setImmediate(resolve));
      inFlight[done]!();
    }
    await engine.stop();
    expect(new Set(streams).size).toBe(40);
  });

  it('ends in one deviation, however often it runs', async () => {
    const ledger = await smallLedger();
    await ledger.eligible('03-007');
    const participant = '03-007';
    const early = { analyte: 'HGB', finding: 'positive', collectedAt: '2024-02-01' } as const;
    await ledger.submit(
      filled(RecordLaboratoryResults, { results: [early, { ...early, analyte: 'PLAT' }] }),
      { participant },
    );
    await ledger.react();
    await ledger.react();
    const [raised, ...others] = await ledger.events('DeviationRaised');
    expect(others).toEqual([]);
    const results = (await ledger.events('LaboratoryResultRecorded')).slice(-2);
    expect(raised).toMatchObject({
      stream: `deviation-${derivedId(results[0]!.id, 'SCR-CONSENT-BEFORE-PROCEDURE')}`,
      data: { trial, site: '03', participant, causes: results.map(({ id }) => id) },
      metadata: { source: 'system', subject: { trial, site: '03', participant } },
    });
  });
});

describe('complete-enrollment and confirm-place', () => {
  const details = { enrolledAt: '2024-03-05', arm: 'UCB-MSC' };

  it('complete what was reserved, and confirm what was enrolled', () => {
    const reserved = event({
      type: 'EnrollmentReserved',
      data: { ...details, imported: true, participant: '03-007', site: '03' },
    });
    expect(completeEnrollment.react(reserved)).toEqual([
      {
        command: filled(CompleteEnrollment, { ...details, actualArm: undefined, imported: true }),
        target: { trial, participant: '03-007' },
      },
    ]);
    const enrolled = event({
      type: 'ParticipantEnrolled',
      data: { ...details, site: '03', protocolVersion: '1.0' },
    });
    expect(confirmPlace.react(enrolled)).toEqual([
      {
        command: filled(ReservePlace, { ...details, actualArm: undefined, imported: false, happened: true }),
        target: { trial, participant: '03-007' },
      },
    ]);
  });
});

describe('follow-treatment', () => {
  it('notes the first treatment as it happens, not an exposure of an import', () => {
    const started = event({
      type: 'InfusionStarted',
      data: {},
      occurredAt: { at: '2024-03-05T15:40', zone },
    });
    expect(followTreatment.react(started)).toEqual([
      {
        command: filled(NoteTreatment, { since: '2024-03-05T15:40' }),
        target: { trial, participant: '03-007' },
      },
    ]);
    expect(followTreatment.takes).toEqual(['InfusionStarted', 'DrugDoseRecorded']);
    expect(followTreatment.react(event({ type: 'InfusionStarted', data: {} }))).toEqual([]);
  });
});

describe('five hundred results in one append', () => {
  it('stay below the cap of the log, each an event of its own', async () => {
    const ledger = await smallLedger();
    await ledger.eligible('03-007');
    const results = Array.from({ length: 500 }, (_, index) => ({
      analyte: `TEST-${index}`,
      name: 'Mean corpuscular haemoglobin concentration',
      quantity: { value: index + 0.5, unit: '10*9/L' },
      collectedAt: '2024-03-04T10:30',
      laboratory: 'Central laboratory of Jining',
      visit: 'SCR',
      reported: { low: 3.3, high: 4.9, indicator: 'NORMAL' },
      sourceRecord: { file: 'lb.csv', key: `01-701-1015/${index}` },
    }));
    const receipt = await ledger.submit(
      filled(RecordLaboratoryResults, { results }),
      { participant: '03-007' },
      { role: 'importer' },
    );
    expect(receipt.events).toHaveLength(500);
    const again = await ledger.submit(
      filled(RecordLaboratoryResults, { results }),
      { participant: '03-007' },
      { role: 'importer' },
    );
    expect(again.events).toEqual([]);
    const visits = [{ visit: 'SCR', startedAt: '2024-03-04' }];
    await ledger.submit(filled(RecordVisits, { visits }), { participant: '03-007' });
    const bytes = (await ledger.events('LaboratoryResultRecorded'))
      .slice(-500)
      .map(each => JSON.stringify(each.data).length + JSON.stringify(each.metadata).length);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(0.9 * 1024 * 1024);
  });
});
