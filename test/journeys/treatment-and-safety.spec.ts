import { filled, Gate, type Command } from '@platform/commands';
import { importCaller } from '@trial/access';
import {
  AllocateParticipantNumber,
  EnrollParticipant,
  PrescreenParticipant,
  RecordMeasurements,
  RecordScreeningDecision,
} from '@trial/participants';
import { DefineTrial, initialTrial, PublishProtocolVersion } from '@trial/protocol';
import { SelectSite } from '@trial/sites';
import { RunningLedger } from '../support/running-ledger';

const trial = 'NCT05794425';
const zone = 'Asia/Shanghai';
const participant = '01-001';
const at = (path = '') => `/trials/${trial}/participants/${participant}${path}`;
const reason = { code: 'told', text: 'Told by the nurse' };
const units = [{ din: 'W000024000001', kind: 'UC-MSC', lot: 'L-7' }];

describe('what a participant is given, and what happens to the participant, over HTTP', () => {
  let ledger: RunningLedger;
  let tokens: Record<'coordinator' | 'investigator' | 'safetyOfficer' | 'other', string>;

  const asImport = async (command: Command, target: Record<string, string>) => {
    const caller = importCaller(trial, 'journey');
    await ledger.app.get(Gate).submit(command, { caller, target: { trial, ...target }, source: 'import' });
  };

  beforeAll(async () => {
    ledger = await RunningLedger.start();
    const { define, publish } = initialTrial(trial)!;
    await ledger.asOperator(filled(DefineTrial, define), { trial });
    await ledger.asOperator(filled(PublishProtocolVersion, publish), { trial });
    const site = { name: 'Linyi People’s Hospital', city: 'Linyi', country: 'CHN', zone };
    await ledger.asOperator(filled(SelectSite, site), { trial, site: '01' });
    for (const number of [participant, '01-002']) {
      await asImport(filled(AllocateParticipantNumber, { participant: number }), { site: '01' });
      await asImport(filled(PrescreenParticipant, { prescreenedAt: '2023-09-01' }), { participant: number });
    }
    const eligible = filled(RecordScreeningDecision, { decision: 'eligible', decidedAt: '2023-09-05' });
    await asImport(eligible, { participant });
    await asImport(filled(EnrollParticipant, { enrolledAt: '2023-09-06' }), { participant });
    const weight = { code: 'WEIGHT', quantity: { value: 60, unit: 'kg' }, takenAt: '2023-09-06' };
    await asImport(filled(RecordMeasurements, { measurements: [weight] }), { participant });
    tokens = {
      coordinator: await ledger.login('coordinator-01', 'coordinator', trial, ['01']),
      investigator: await ledger.login('investigator-01', 'investigator', trial, ['01']),
      safetyOfficer: await ledger.login('u-0100', 'safetyOfficer', trial, 'all'),
      other: await ledger.login('coordinator-02', 'coordinator', trial, ['02']),
    };
  });

  afterAll(() => ledger.stop());

  const post = (path: string, body: object = {}, who: keyof typeof tokens = 'coordinator') =>
    ledger.call('POST', at(path), { token: tokens[who], body });
  const get = (path: string, who: keyof typeof tokens = 'coordinator') =>
    ledger.call('GET', path, { token: tokens[who] });

  const past = (day: string) => ({ at: { at: day, zone }, recordedAfterwards: true });

  describe('an infusion', () => {
    let infusion: string;

    beforeAll(async () => {
      const planned = await post('/infusions', { product: 'UCB-MSC', plannedOn: '2023-09-10', units });
      expect([planned.status, planned.body.events[0].type]).toEqual([201, 'InfusionPlanned']);
      infusion = planned.body.ids.infusion;
    });

    it('is held back by its gates, which only an investigator overrides', async () => {
      const held = await post(`/infusions/${infusion}/start`);
      expect(held.status).toBe(422);
      expect(held.body.rule).toBe('TRT-IDENTITY-CHECK');
      const override = { gates: ['TRT-IDENTITY-CHECK'], reason };
      expect((await post(`/infusions/${infusion}/start-despite-gates`, override)).status).toBe(403);
    });

    it('goes its way, and is seen in the list and in the record', async () => {
      const check = { secondPerson: 'nurse-02', ...past('2023-09-10T09:00') };
      expect((await post(`/infusions/${infusion}/identity-checks`, check)).status).toBe(201);
      const start = await post(`/infusions/${infusion}/start`, past('2023-09-10T09:30'));
      expect(start.body.events[0].type).toBe('InfusionStarted');
      const values = [{ code: 'SYSBP', value: 120, unit: 'mm[Hg]' }];
      await post(`/infusions/${infusion}/vital-signs`, {
        phase: 'during',
        values,
        ...past('2023-09-10T09:45'),
      });
      const reaction = await post(`/infusions/${infusion}/reactions`, {
        ...{ term: 'Chills', grade: 1 },
        ...past('2023-09-10T09:50'),
      });
      await post(
        `/infusions/${infusion}/reactions/${reaction.body.ids.reaction}/resolution`,
        past('2023-09-10T10:20'),
      );
      const end = await post(`/infusions/${infusion}/end`, {
        ...{ cellsGiven: 4e7, volumeMl: 50 },
        ...past('2023-09-10T10:00'),
      });
      const list = await get(`/trials/${trial}/infusions?status=ended&after=${end.body.position}`);
      expect(list.body.infusions).toEqual([
        expect.objectContaining({ infusion, participant, cellsGiven: 4e7, departures: ['TRT-DOSE'] }),
      ]);
      const record = await get(at('/treatment'));
      expect(record.body.infusions[0]).toMatchObject({
        status: 'ended',
        reactions: [{ term: 'Chills', resolvedAt: '2023-09-10T10:20' }],
        standing: { raised: ['TRT-DOSE'] },
        vitalSignGaps: { beforeStart: false, gaps: [] },
      });
      expect((await get(`/trials/${trial}/infusions`, 'other')).body.infusions).toEqual([]);
    });

    it('is corrected, and reads in the past as it did', async () => {
      const before = await get(at('/infusions'));
      const record = await get(at('/treatment'));
      const [entry] = record.body.entries.filter((each: { type: string }) => each.type === 'InfusionEnded');
      const correction = { event: entry.event, field: 'cellsGiven', value: 6e7, reason };
      const corrected = await post('/treatment/corrections', correction);
      expect(corrected.status).toBe(201);
      const after = await get(at(`/infusions?after=${corrected.body.position}`));
      expect(after.body.infusions[0]).toMatchObject({ cellsGiven: 6e7, departures: [] });
      const asOf = await get(at(`/infusions?asOf=${before.body.standsAt.position}`));
      expect(asOf.body.infusions).toEqual(before.body.infusions);
    });

    it('stands beside the doses of cyclosporine, each judged by the latest weight', async () => {
      const dose = {
        ...{ drug: 'CSA', dose: 200, unit: 'mg', frequency: 'BID' },
        at: { at: '2023-09-07', zone },
      };
      const given = await post('/treatment/drug-doses', dose);
      expect(given.status).toBe(201);
      const record = await get(at('/treatment'));
      expect(record.body.drugDoses[0].assessment).toMatchObject({ unit: 'mg/kg/d', weight: { value: 60 } });
      expect(record.body.standing[record.body.drugDoses[0].event].raised).toEqual(['TRT-DRUG-DOSE']);
    });
  });

  describe('an adverse event', () => {
    let adverseEvent: string;
    const of = (path = '') => `/adverse-events/${adverseEvent}${path}`;

    beforeAll(async () => {
      const report = { term: 'Fever 39.2', onset: '2023-09-12', awareAt: { at: '2023-09-12T18:00', zone } };
      const reported = await post('/adverse-events', report);
      expect(reported.status).toBe(201);
      adverseEvent = reported.body.ids.adverseEvent;
      expect(reported.headers.get('location')).toBe(at(of()));
    });

    it('is assessed by those whose judgement it is', async () => {
      expect((await post(of('/severity'), { grade: 3 })).status).toBe(403);
      expect((await post(of('/severity'), { grade: 3, baselineGrade: 0 }, 'investigator')).status).toBe(201);
      const criteria = { death: false, lifeThreatening: false, hospitalisation: true };
      expect((await post(of('/seriousness'), criteria, 'investigator')).status).toBe(201);
      expect((await post(of('/causality'), { term: 'possible' }, 'investigator')).status).toBe(201);
      expect((await post(of('/sponsor-causality'), { term: 'possible' }, 'investigator')).status).toBe(403);
      expect((await post(of('/sponsor-causality'), { term: 'unlikely' }, 'safetyOfficer')).status).toBe(201);
      const rsi = { expected: false, rsiVersion: 'IB 4', rsiFrom: '2023-06-01' };
      const last = await post(of('/expectedness'), rsi, 'safetyOfficer');
      const list = await get(
        `/trials/${trial}/adverse-events?serious=true&related=true&term=fever&after=${last.body.position}`,
      );
      expect(list.body.adverseEvents).toEqual([
        expect.objectContaining({ adverseEvent, participant, grade: 3, susar: true, voided: false }),
      ]);
    });

    it('is read whole, with its history, now and before', async () => {
      const { status, body } = await get(at(of()));
      expect(status).toBe(200);
      expect(body).toMatchObject({
        ...{ serious: true, related: true, susar: true, flags: [] },
        details: { term: 'Fever 39.2', reporter: 'coordinator-01' },
      });
      expect(body.history.map(({ type }: { type: string }) => type)).toEqual([
        'AdverseEventReported',
        'SeverityAssessed',
        'SeriousnessAssessed',
        'CausalityAssessed',
        'CausalityAssessed',
        'ExpectednessAssessed',
      ]);
      await post(of('/amendments'), { end: '2023-09-15', reason });
      const asOf = await get(at(of(`?asOf=${body.standsAt.position}`)));
      expect(asOf.body).toEqual({ ...body, standsAt: { ...body.standsAt, asOf: true } });
    });

    it('is found under its own participant only, and nothing more is said', async () => {
      const elsewhere = `/trials/${trial}/participants/01-002${of()}`;
      const nowhere = `/trials/${trial}/participants/01-002/adverse-events/none`;
      const [foreign, none] = [await get(elsewhere), await get(nowhere)];
      expect([foreign.status, foreign.body.rule]).toEqual([404, 'AE-UNKNOWN']);
      expect({ ...foreign.body, instance: '' }).toEqual({ ...none.body, instance: '' });
      const grade = await ledger.call('POST', `${elsewhere}/severity`, {
        token: tokens.investigator,
        body: { grade: 2, reason },
      });
      expect([grade.status, grade.body.rule]).toEqual([404, 'AE-UNKNOWN']);
      expect((await get(at(of()), 'other')).status).toBe(403);
      expect((await get(`/trials/${trial}/adverse-events`, 'other')).body.adverseEvents).toEqual([]);
    });

    it('is voided by an investigator with a reason, stays readable, and takes nothing any more', async () => {
      expect((await post(of('/void'), { reason })).status).toBe(403);
      const voided = await post(of('/void'), { reason }, 'investigator');
      expect(voided.status).toBe(201);
      const grade = await post(of('/severity'), { grade: 2, reason }, 'investigator');
      expect([grade.status, grade.body.rule]).toEqual([409, 'AE-VOIDED']);
      const list = await get(at(`/adverse-events?voided=true&after=${voided.body.position}`));
      expect(list.body.adverseEvents).toMatchObject([{ adverseEvent, voided: true, susar: false }]);
      expect((await get(at(of()))).body).toMatchObject({
        voided: { reason },
        details: { term: 'Fever 39.2' },
      });
    });
  });

  it('says what is wrong with a request, field by field', async () => {
    const wrong = await post('/adverse-events', { onset: '2023-02-30', surprise: 1, awareAt: { at: 'x' } });
    expect(wrong.status).toBe(400);
    const unknown = await ledger.call('POST', `/trials/${trial}/participants/01-999/adverse-events`, {
      token: tokens.coordinator,
      body: { term: 'Rash' },
    });
    expect([unknown.status, unknown.body.rule]).toEqual([404, 'PARTICIPANT-UNKNOWN']);
    const elsewhere = await post('/adverse-events', { term: 'Rash', relatedInfusions: ['infusion-9'] });
    expect(elsewhere.body.rule).toBe('AE-INFUSION');
  });
});
