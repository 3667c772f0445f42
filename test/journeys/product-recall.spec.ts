import type { Answer } from '../support/running-ledger';
import { eventsOf } from '../support/alerting/alerts';
import { PlainWebhooks } from '../support/alerting/webhook-receiver';
import { RunningTrial, zone, type Someone } from '../support/trial';

const officer = { role: 'safetyOfficer' } as const;
const reason = { code: 'sterility', text: 'Growth in the sample kept back.' };
const at = (hour: string) => ({ at: `2024-03-05T${hour}`, zone });
const of = (site: string, role: Someone['role'] = 'investigator'): Someone => ({ role, site });

/** A recall of lot L-7 reaches one participant who received it at site 01, and a unit that waits at site 02. */
describe('a product recall', () => {
  let running: RunningTrial;
  let exposed: string;
  let waiting: string;
  let infusion: { readonly given: string; readonly planned: string };

  beforeAll(async () => {
    running = await RunningTrial.start(['01', '02', '03'], { channel: new PlainWebhooks() });
    exposed = await running.enrolledAt('01');
    waiting = await running.enrolledAt('02');
    infusion = {
      given: await planned('01', exposed, 'W-1', { recordedAfterwards: true }),
      planned: await planned('02', waiting, 'W-2'),
    };
    await startTold('01', exposed, infusion.given, '10:00');
    await post(of('01'), `/participants/${exposed}/adverse-events`, { term: 'Fever', onset: '2024-03-05' });
    for (const site of ['01', '02', '03']) await running.as(of(site));
    await running.as(officer);
  });

  afterAll(() => running.stop());

  async function post(who: Someone, path: string, body: object): Promise<Answer> {
    const answer = await (await running.as(who)).post(path, body);
    expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status: 201 });
    return answer;
  }

  async function planned(site: string, participant: string, din: string, more: object = {}): Promise<string> {
    const units = [{ din, lot: 'L-7', batch: 'B-1', kind: 'UC-MSC' }];
    const plan = { product: 'UCB-MSC', plannedOn: '2024-03-05', units, ...more };
    return (await post(of(site), `/participants/${participant}/infusions`, plan)).body.ids.infusion;
  }

  const startTold = (site: string, participant: string, id: string, hour: string) =>
    post(of(site), `/participants/${participant}/infusions/${id}/start`, {
      recordedAfterwards: true,
      at: at(hour),
    });

  const read = async (who: Someone, path: string) => {
    await running.ledger.settled();
    return (await running.as(who)).get(path);
  };

  const about = async (type: string) => {
    await running.ledger.settled();
    return eventsOf(running.ledger, type);
  };

  let recall: string;
  let event: string;

  it('is the sponsor’s to record, and is traced to who received the product and to where it waits', async () => {
    const body = { by: 'lot', numbers: ['L-7'], at: at('12:00'), issuedBy: 'The cord blood bank', reason };
    const refused = await (await running.as(of('01'))).post('/product-recalls', body);
    expect(refused.status).toBe(403);
    const answer = await post(officer, '/product-recalls', body);
    ({ recall } = answer.body.ids);
    event = answer.body.events[0].id;
    const traced = await about('RecalledProductTraced');
    expect(traced.map(({ data }) => [data.site, data.exposed, data.held])).toEqual([
      ['01', [{ ...start('W-1', exposed, infusion.given, '10:00') }], []],
      ['02', [], [{ participant: waiting, infusion: infusion.planned, units: ['W-2'] }]],
    ]);
  });

  const start = (din: string, participant: string, id: string, hour: string) => ({
    ...{ participant, infusion: id, units: [din] },
    ...{ startedAt: `2024-03-05T${hour}`, zone },
  });

  it('alerts the investigators of the sites concerned, and the safety officer', async () => {
    const raised = (await about('AlertRaised')).filter(({ data }) => data.kind === 'productRecall');
    expect(new Set(raised.map(({ data }) => data.site ?? 'trial'))).toEqual(new Set(['01', '02', 'trial']));
    const alerts = new Set(raised.map(({ metadata }) => metadata.subject.alert));
    const steps = (await about('AlertEscalated')).filter(each => alerts.has(each.metadata.subject.alert));
    const told = steps.map(({ data, metadata: { subject } }) => [
      subject.site ?? 'trial',
      (data.recipients as { user: string }[]).map(({ user }) => user).toSorted(),
    ]);
    expect(told.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['01', ['investigator-01', 'safety-officer-00']],
      ['02', ['investigator-02', 'safety-officer-00']],
      ['trial', ['safety-officer-00']],
    ]);
  });

  it('flags who was exposed before it, without a deviation', async () => {
    const flagged = await about('InfusionProductRecalled');
    expect(flagged.map(({ data, metadata: { subject } }) => [subject.participant, data.recalls])).toEqual([
      [exposed, [recall]],
    ]);
    const { body } = await read(of('01'), `/participants/${exposed}/infusions`);
    expect(body.infusions[0]).toMatchObject({ recalls: [recall] });
    expect(body.infusions[0].departures).not.toContain('TRT-PRODUCT-RECALLED');
  });

  it('holds back what has not begun, whatever the investigator says', async () => {
    const path = `/participants/${waiting}/infusions/${infusion.planned}`;
    const held = await (await running.as(of('02'))).post(`${path}/start`);
    expect([held.status, held.body.evidence.gates.map((gate: { rule: string }) => gate.rule)]).toEqual([
      422,
      expect.arrayContaining(['TRT-PRODUCT-RECALLED']),
    ]);
    const gates = held.body.evidence.gates.map((gate: { rule: string }) => gate.rule);
    const forced = await (await running.as(of('02'))).post(`${path}/start-despite-gates`, { gates, reason });
    expect([forced.status, forced.body.rule]).toEqual([422, 'TRT-PRODUCT-RECALLED']);
  });

  it('that was given all the same is recorded, and is a deviation and an exposure', async () => {
    await startTold('02', waiting, infusion.planned, '14:00');
    const deviations = (await about('DeviationRaised')).filter(
      ({ data }) => data.rule === 'TRT-PRODUCT-RECALLED',
    );
    expect(deviations.map(({ data, metadata: { subject } }) => [subject.participant, data.severity])).toEqual(
      [[waiting, 'critical']],
    );
    expect(deviations[0]!.data.causes).toContain(event);
    const [last] = (await about('RecalledProductTraced')).slice(-1);
    expect(last!.data).toMatchObject({ site: '02', held: [], exposed: [{ participant: waiting }] });
  });

  it('lists the exposed within the reader’s sites, with their adverse events, as of any moment', async () => {
    const path = `/product-recalls/${recall}`;
    const all = (await read(officer, path)).body;
    expect(all.exposed.map((each: { participant: string }) => each.participant)).toEqual([exposed, waiting]);
    const own = (await read(of('01'), path)).body;
    expect([own.exposed.length, own.held]).toEqual([1, []]);
    const events = (await read(of('01'), `${path}/adverse-events`)).body.participants;
    expect(events).toMatchObject([{ participant: exposed, adverseEvents: [{ term: 'Fever' }] }]);
    const first = (await about('RecalledProductTraced'))[0]!.position;
    const then = (await read(officer, `${path}?asOf=${first}`)).body;
    expect([then.exposed.length, then.held.length]).toEqual([1, 1]);
    expect((await read(of('01'), '/product-recalls/none')).body.rule).toBe('RECALL-UNKNOWN');
  });

  it('that is corrected to cover more is traced anew, and only what is new alerts', async () => {
    const other = await running.enrolledAt('03');
    const units = [{ din: 'W-3', lot: 'L-8', kind: 'UC-MSC' }];
    const plan = { product: 'UCB-MSC', plannedOn: '2024-03-05', units };
    await post(of('03'), `/participants/${other}/infusions`, plan);
    const correction = { event, field: 'numbers', value: ['L-7', 'L-8'], reason };
    await post(officer, '/product-recalls/corrections', correction);
    const traced = await about('RecalledProductTraced');
    expect(traced.slice(3).map(({ data }) => [data.site, data.exposed])).toEqual([['03', []]]);
    const again = await (await running.as(of('03'))).post(`/participants/${other}/infusions`, plan);
    expect([again.status, again.body.rule, again.body.field]).toEqual([
      422,
      'TRT-PRODUCT-RECALLED',
      'units[0]',
    ]);
  });

  it('opens the gate when it is lifted', async () => {
    await post(officer, `/product-recalls/${recall}/lifting`, { at: at('15:30'), reason });
    const listed = (await read(officer, '/product-recalls')).body.recalls;
    expect(listed).toMatchObject([{ recall, lifted: { at: '2024-03-05T15:30' } }]);
    const infusions = (await read(of('03'), '/infusions?site=03')).body.infusions;
    const path = `/participants/${infusions[0].participant}/infusions/${infusions[0].infusion}/start`;
    const { body } = await (await running.as(of('03'))).post(path);
    expect(body.evidence.gates.map((gate: { rule: string }) => gate.rule)).not.toContain(
      'TRT-PRODUCT-RECALLED',
    );
  });
});
