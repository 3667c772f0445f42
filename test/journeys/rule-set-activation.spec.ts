import { ManualClock } from '@platform/kernel';
import { ObligationWatch } from '@trial/reporting';
import { assessedSerious, eventsOf, reported } from '../support/alerting/alerts';
import { PlainWebhooks } from '../support/alerting/webhook-receiver';
import { RunningTrial } from '../support/trial';

const officer = { role: 'safetyOfficer' } as const;
const investigator = { role: 'investigator', site: '01' } as const;

/** A serious event of 5 March 2024; four weeks later the trial begins to report by further rules. */
describe('a rule set that is activated when events have been reported', () => {
  let running: RunningTrial;
  let clock: ManualClock;
  let participant: string;
  let adverseEvent: string;

  beforeAll(async () => {
    clock = ManualClock.at('2024-03-05T08:00:00.000Z');
    running = await RunningTrial.start(['01'], { clock, channel: new PlainWebhooks() });
    participant = await running.prescreenedAt('01');
    adverseEvent = await reported(running, participant, 'Sepsis');
    await assessedSerious(await running.as(investigator), participant, adverseEvent);
    const minor = await reported(running, participant, 'Headache');
    const path = `/participants/${participant}/adverse-events/${minor}/seriousness`;
    await (await running.as(investigator)).post(path, { death: false });
    await running.ledger.settled();
    clock.set('2024-04-02T01:00:00.000Z');
  });

  afterAll(() => running.stop());

  const activate = async (ruleSet: string, from: string) => {
    const body = { ruleSet, version: '1', from };
    const answer = await (await running.as(officer)).post('/reporting-rules/activations', body);
    expect(answer.status).toBe(201);
    await running.ledger.settled();
    return answer.body.events[0].id as string;
  };

  const openedUnder = async (ruleSet: string) =>
    (await eventsOf(running.ledger, 'ObligationOpened')).filter(({ data }) => data.ruleSet === ruleSet);

  it('opens what they owe since they were known, overdue as it is, and says why', async () => {
    const event = await activate('ICH-E2A', '2024-03-01');
    const opened = await openedUnder('ICH-E2A');
    expect(opened.map(({ data, metadata }) => [metadata.subject.adverseEvent, data.why, data.cause])).toEqual(
      [[adverseEvent, 'ruleSetActivated', expect.objectContaining({ event })]],
    );
    const path = `/participants/${participant}/adverse-events/${adverseEvent}/clocks`;
    const { body } = await (await running.as(officer)).get(path);
    const ofSet = body.obligations.find((each: { ruleSet: string }) => each.ruleSet === 'ICH-E2A');
    expect(ofSet.clocks).toMatchObject([
      {
        ...{ why: 'ruleSetActivated', start: '2024-03-05T08:00:00.000Z', dueLocal: '2024-03-20T23:59:59' },
        ...{ since: '2024-04-02T01:00:00.000Z' },
        because: expect.arrayContaining(['rule set activated: ICH-E2A, version 1']),
      },
    ]);
  });

  it('has them noted as missed, and alerted, like any other', async () => {
    await running.ledger.app.get(ObligationWatch).check();
    await running.ledger.settled();
    const missed = (await eventsOf(running.ledger, 'ObligationMissed')).filter(
      ({ data }) => data.due === '2024-03-20T15:59:59.999Z' && data.notedAt === '2024-04-02T01:00:00.000Z',
    );
    const [opened] = await openedUnder('ICH-E2A');
    expect(missed.map(({ data }) => data.obligation)).toContain(opened!.data.obligation);
    const alerts = await eventsOf(running.ledger, 'AlertRaised');
    const told = alerts.map(({ data }) => [data.rule, (data.about as { obligation?: string }).obligation]);
    expect(told).toContainEqual(['ALERT-OBLIGATION-100', opened!.data.obligation]);
  });

  it('opens nothing for events that were known before its first day', async () => {
    await activate('US-IND', '2024-04-01');
    expect(await openedUnder('US-IND')).toEqual([]);
    const found = await eventsOf(running.ledger, 'EarlierCasesFound');
    expect(found.map(({ data }) => [data.ruleSet, (data.cases as unknown[]).length])).toEqual([
      ['ICH-E2A', 2],
      ['US-IND', 2],
    ]);
  });

  it('is asked once, also when the host begins again', async () => {
    const before = (await eventsOf(running.ledger)).filter(({ type }) => type === 'ObligationOpened').length;
    await running.ledger.restart();
    await running.ledger.settled();
    expect((await eventsOf(running.ledger, 'ObligationOpened')).length).toBe(before);
  });
});
