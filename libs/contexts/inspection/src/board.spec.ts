import type { DomainEvent } from '@platform/kernel';
import { siteEvents, trialEvents } from '@trial/participants/testing';
import { trialStream } from '@trial/protocol';
import { siteStream } from '@trial/sites';
import { readSiteBoard, readTrialBoard } from './board.reader';
import { prescreened, SmallInspection, trial } from './testing/small-inspection';

const zone = 'Asia/Shanghai';
const status = (to: string): DomainEvent => ({ type: 'ParticipantStatusChanged', data: { status: to } });

/** Three people at site 03, one of them enrolled and treated, and one at site 04. */
function busyLedger(): SmallInspection {
  const ledger = new SmallInspection();
  for (const event of trialEvents) ledger.write(trialStream(trial), event, { trial });
  for (const site of ['03', '04']) {
    for (const event of siteEvents) ledger.write(siteStream(trial, site), event, { trial, site });
  }
  for (const whose of ['03-001', '03-002', '03-003', '04-001']) ledger.of(prescreened(whose), whose);
  ledger.of(status('screenFailure'), '03-002');
  const enrolled = { site: '03', protocolVersion: '1.0', enrolledAt: '2024-03-04', arm: 'A' };
  ledger.of({ type: 'ParticipantEnrolled', data: enrolled }, '03-001');
  ledger.of(status('onTreatment'), '03-001');
  for (const infusion of ['i-1', 'i-2']) {
    const plan = { infusion, ordinal: 1, product: 'UCB-MSC', plannedOn: '2024-03-05', zone, units: [] };
    ledger.treatment({ type: 'InfusionPlanned', data: plan }, infusion, '03-001');
  }
  ledger.treatment(
    { type: 'InfusionEnded', data: { infusion: 'i-1', at: '2024-03-05T10:00', zone } },
    'i-1',
    '03-001',
  );
  return ledger;
}

function report(ledger: SmallInspection, id: string, whose: string, ...then: readonly DomainEvent[]): void {
  const data = { adverseEvent: id, trial, participant: whose, term: 'Fever', onset: '2024-03-02', zone };
  ledger.adverseEvent({ type: 'AdverseEventReported', data }, id, whose);
  for (const event of then) ledger.adverseEvent(event, id, whose);
}

const serious: DomainEvent = { type: 'SeriousnessAssessed', data: { serious: true, death: true } };
const recovered: DomainEvent = { type: 'AdverseEventOutcomeRecorded', data: { outcome: 'recovered' } };
const voided: DomainEvent = { type: 'AdverseEventVoided', data: {} };

const site = (ledger: SmallInspection, number = '03', options: Parameters<SmallInspection['ask']>[1] = {}) =>
  ledger.ask(context => readSiteBoard({ trial, site: number }, context), options);

describe('the board of a site', () => {
  it('counts everybody who was screened, enrolled or not', async () => {
    const { participants, screening, enrollmentTarget } = await site(busyLedger());
    expect(participants).toMatchObject({ screened: 3, enrolled: 1, notEnrolled: 2, decisionsAffected: 0 });
    expect(participants.byStatus).toMatchObject({
      prescreened: 1,
      screenFailure: 1,
      onTreatment: 1,
      died: 0,
    });
    expect(enrollmentTarget).toBe(100);
    expect(screening.map(line => [line.participant, line.status, line.enrolledAt])).toEqual([
      ['03-001', 'onTreatment', '2024-03-04'],
      ['03-002', 'screenFailure', null],
      ['03-003', 'prescreened', null],
    ]);
  });

  it('counts infusions planned and done', async () => {
    expect((await site(busyLedger())).infusions).toEqual({
      ...{ planned: 1, underWay: 0, stopped: 0, done: 1, cancelled: 0 },
    });
  });

  it('counts adverse events that are open and serious; a voided one is none', async () => {
    const ledger = busyLedger();
    report(ledger, 'ae-1', '03-001', serious);
    report(ledger, 'ae-2', '03-001', serious, recovered);
    report(ledger, 'ae-3', '03-002');
    report(ledger, 'ae-4', '03-002', serious, voided);
    report(ledger, 'ae-5', '04-001', serious);
    expect((await site(ledger)).adverseEvents).toEqual({
      ...{ reported: 3, open: 2, serious: 2, seriousOpen: 1, seriousnessMissing: 1, susar: 0, voided: 1 },
    });
  });

  it('counts deviations by category, open or closed', async () => {
    const ledger = busyLedger();
    const raise = (id: string, category: string) => {
      const data = {
        ...{ trial, site: '03', participant: '03-001', rule: 'R', category, severity: 'critical' },
        ...{ description: 'd', causes: [], identifiedAt: { at: '2024-03-05', zone } },
      };
      ledger.deviation({ type: 'DeviationRaised', data }, id, '03-001');
    };
    raise('dev-1', 'safety');
    raise('dev-2', 'safety');
    raise('dev-3', 'consent');
    ledger.deviation(
      { type: 'DeviationClosed', data: { closedAt: '2024-03-05', conclusion: 'ok' } },
      'dev-2',
    );
    const { deviations } = await site(ledger);
    expect(deviations).toMatchObject({ raised: 3, open: 2, critical: 3 });
    expect(deviations.byCategory).toMatchObject({
      safety: { raised: 2, open: 1 },
      consent: { raised: 1, open: 1 },
      eligibility: { raised: 0, open: 0 },
    });
  });

  it('says what is in force on the day on which it stands', async () => {
    const { status: stands, day, ethicsApprovals, consentVersions, staff } = await site(busyLedger());
    expect([stands, day]).toEqual(['activated', '2024-03-05']);
    expect(ethicsApprovals).toMatchObject([{ approvedOn: '2023-07-01', inForce: true }]);
    expect(consentVersions.filter(({ inForce }) => inForce).map(({ version }) => version)).toContain('2.0');
    expect(Array.isArray(staff)).toBe(true);
  });

  it('is nothing before the site was selected, and nothing to a caller of other sites', async () => {
    const refusal = { rejection: { rejected: 'absent', rule: 'INSPECTION-SITE-UNKNOWN' } };
    await expect(site(busyLedger(), '05')).rejects.toMatchObject(refusal);
    await expect(site(busyLedger(), '03', { sites: ['04'] })).rejects.toMatchObject(refusal);
  });
});

describe('the board of a trial', () => {
  it('adds up the sites in scope, and only those', async () => {
    const ledger = busyLedger();
    report(ledger, 'ae-1', '04-001', serious);
    const all = await ledger.ask(context => readTrialBoard({ trial }, context));
    expect(all).toMatchObject({ status: 'recruiting', protocolVersion: '1.0', enrollmentTarget: 100 });
    expect(all.participants).toMatchObject({ screened: 4, enrolled: 1 });
    expect(all.sites.map(each => [each.site, each.status, each.participants.screened])).toEqual([
      ['03', 'activated', 3],
      ['04', 'activated', 1],
    ]);
    const some = await ledger.ask(context => readTrialBoard({ trial }, context), { sites: ['03'] });
    expect(some.participants.screened).toBe(3);
    expect(some.adverseEvents.serious).toBe(0);
    expect(some.sites.map(each => each.site)).toEqual(['03']);
    const none = await ledger.ask(context => readTrialBoard({ trial }, context), { sites: [] });
    expect([none.sites, none.participants.screened]).toEqual([[], 0]);
  });
});
