import { eachPage, LogUnavailable, MemoryEventLog, type EventLog } from '@platform/event-log';
import { derivedId, logStart, type RecordedEvent } from '@platform/kernel';
import { AccountOpening } from '@trial/access';
import { alertIdOf } from '@trial/alerting';
import { initialTrial } from '@trial/protocol';
import { ObligationWatch } from '@trial/reporting';
import { RunningTrial, trial, zone, type Someone } from '../support/trial';
import { PlainWebhooks, WebhookReceiver } from '../support/alerting/webhook-receiver';

const reason = { code: 'example', text: 'One example of every event.' };
const coordinator = { role: 'coordinator', site: '01' } as const;
const investigator = { role: 'investigator', site: '01' } as const;
const safetyOfficer = { role: 'safetyOfficer' } as const;
const dataManager = { role: 'dataManager' } as const;
const administrator = { role: 'administrator' } as const;
/** Somebody else's account, for whatever happens to accounts. */
const holder = 'u-0007';

/** A history in which every event type occurs at least once, made by the real commands. */
export async function everyEvent(): Promise<RecordedEvent[]> {
  let count = 0;
  const log = new ReluctantLog();
  const ids = { next: () => derivedId('golden', String(count++)) };
  const receiver = await WebhookReceiver.start();
  const channel = new PlainWebhooks();
  const running = await RunningTrial.start(['01'], { log: log.asEventLog(), ids, channel });
  try {
    const scenario = new Scenario(running, log);
    await scenario.accounts();
    await scenario.sessions();
    await scenario.trialAndSite();
    await scenario.screening();
    await scenario.enrollments();
    await scenario.treatment();
    await scenario.safety();
    await scenario.reporting();
    await scenario.alerts(receiver);
    await scenario.deviations();
    await scenario.recall();
    await scenario.stopping();
    await scenario.signatures();
    await running.ledger.settled();
    const events: RecordedEvent[] = [];
    for await (const page of eachPage(log.asEventLog(), { after: logStart })) events.push(...page);
    return events;
  } finally {
    await running.stop();
    await receiver.stop();
  }
}

/** A log in memory that can be told to take no enrollments for a while: there is no other way to lose a place. */
class ReluctantLog {
  private readonly log = new MemoryEventLog();
  takesEnrollments = true;

  asEventLog(): EventLog {
    return new Proxy(this.log, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (name !== 'append') return member.bind(target);
        return (...append: Parameters<EventLog['append']>) => {
          const enrolls = append[2].some(({ type }) => type === 'ParticipantEnrolled');
          if (this.takesEnrollments || !enrolls) return target.append(...append);
          return Promise.reject(new LogUnavailable('storage full', 'not written'));
        };
      },
    });
  }
}

type Ids = Readonly<Record<string, string>>;

class Scenario {
  private participant = '';

  constructor(
    private readonly running: RunningTrial,
    private readonly log: ReluctantLog,
  ) {}

  /** @returns the ids of the receipt, and of the first of its events */
  private async post(
    someone: Someone,
    path: string,
    body: object,
  ): Promise<Ids & { readonly event: string }> {
    const { status, body: answer } = await (await this.running.as(someone)).post(path, body);
    if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return { ...answer.ids, event: answer.events[0]?.id };
  }

  private of(someone: Someone, path: string, body: object) {
    return this.post(someone, `/participants/${this.participant}${path}`, body);
  }

  async accounts(): Promise<void> {
    const { ledger } = this.running;
    const opened = await ledger.app.get(AccountOpening).open({
      ...{ user: 'administrator-01', printedName: 'Administrator', temporary: false },
      roles: [{ role: 'administrator', trial: '*', sites: 'all' }],
    });
    const token = await ledger.tokenFor(opened);
    const call = async (path: string, body: object) => {
      const { status } = await ledger.call('POST', `/accounts/${holder}${path}`, { token, body });
      if (status >= 300) throw new Error(`accounts${path}: ${status}`);
    };
    await call('', { printedName: 'Monitor 7', organisation: 'Sponsor' });
    await call('/profile', { printedName: 'Monitor Seven', reason });
    await call('/roles', { role: 'monitor', trial, sites: 'all' });
    await call('/password', { password: 'a long and temporary one' });
    await call('/roles/revocations', { role: 'monitor', trial, reason });
    await call('/lock', { reason });
    await call('/unlock', { reason });
    await call('/close', { reason });
  }

  async sessions(): Promise<void> {
    const { ledger } = this.running;
    const monitor = await this.running.as({ role: 'monitor' });
    await ledger.call('POST', '/auth/renew', { token: monitor.token });
    await ledger.call('POST', '/auth/login', { body: { user: 'monitor-00', password: 'not the right one' } });
    await monitor.get('/sites');
    await monitor.post('/sites/01/status', { status: 'closed', reason });
    await (await this.running.as(dataManager)).get('/audit-trail/export?format=csv&type=SiteSelected');
  }

  async trialAndSite(): Promise<void> {
    const { define } = initialTrial(trial)!;
    await this.post(administrator, '/details', { ...define, plannedDates: { start: '2023-08-01' }, reason });
    const { event } = await this.post(administrator, '/status', { status: 'enrollingByInvitation' });
    const correction = { original: event, status: 'recruiting', reason };
    await this.post(administrator, '/status/corrections', correction);
    const delegation = { user: 'coordinator-01', role: 'coordinator', duties: ['data entry'] };
    const days = { trainedOn: '2024-01-08', delegatedOn: '2024-01-09' };
    await this.post(administrator, '/sites/01/delegations', { ...delegation, ...days });
    const revocation = { user: 'coordinator-01', role: 'coordinator', revokedOn: '2024-03-01', reason };
    await this.post(administrator, '/sites/01/delegations/revocations', revocation);
    const version = { version: '1.0', approvedOn: '2023-07-01' };
    await this.post(administrator, '/sites/01/consent-versions', version);
    await this.post(administrator, '/sites/01/consent-versions/retirements', {
      ...{ version: '1.0', retiredOn: '2023-12-31', reason },
    });
  }

  /** Little of what the criteria ask for: the decision is made against the proposal, which departs. */
  async screening(): Promise<void> {
    this.participant = await this.running.consentedAt('01');
    await this.of(coordinator, '/diagnoses', { code: 'AA', diagnosedAt: '2023' });
    const hgb = { analyte: 'HGB', quantity: { value: 6.6, unit: 'g/dL' }, collectedAt: '2024-03-04T08:30' };
    const { event } = await this.of(coordinator, '/laboratory-results', { results: [hgb] });
    const weight = { code: 'WEIGHT', quantity: { value: 60, unit: 'kg' }, takenAt: '2024-03-04' };
    await this.of(coordinator, '/measurements', { measurements: [weight] });
    const statement = { key: 'noTransplantationPlanned', holds: true, attestedAt: '2024-03-05' };
    await this.of(investigator, '/statements', { statements: [statement] });
    const history = [{ term: 'Hypertension', startedAt: '2019', ongoing: true }];
    await this.of(coordinator, '/medical-history', { history });
    await this.of(coordinator, '/visits', { visits: [{ visit: 'SCR', startedAt: '2024-03-04' }] });
    const value = { value: 66, unit: 'g/L' };
    await this.of(dataManager, '/corrections', { event, field: 'quantity', value, reason });
    await this.of(investigator, '/screening/decisions', { decision: 'eligible', reason });
  }

  async enrollments(): Promise<void> {
    await this.of(coordinator, '/enrollment', { enrolledAt: '2024-03-05', arm: 'UCB-MSC' });
    const enrolled = this.participant;
    this.participant = await this.running.consentedAt('01');
    await this.of(investigator, '/screening/decisions', { decision: 'eligible', reason });
    this.log.takesEnrollments = false;
    const refused = await (
      await this.running.as(coordinator)
    ).post(`/participants/${this.participant}/enrollment`, { enrolledAt: '2024-03-05' });
    if (refused.status !== 503) throw new Error(`The enrollment was to be cut off: ${refused.status}`);
    const withdrawal = { withdrawnAt: '2024-03-05', dataUse: 'useCollected', reason };
    await this.of(coordinator, '/consents/withdrawals', withdrawal);
    this.log.takesEnrollments = true;
    await this.running.ledger.settled();
    this.participant = enrolled;
  }

  async treatment(): Promise<void> {
    const din = 'W000024000001';
    const plan = { product: 'UCB-MSC', plannedOn: '2024-03-05', units: [{ din, kind: 'UCB-MSC' }] };
    const other = await this.of(coordinator, '/infusions', plan);
    await this.of(coordinator, `/infusions/${other.infusion}/cancellation`, { reason });
    const { infusion } = await this.of(coordinator, '/infusions', plan);
    const on = (path: string, body: object, who: Someone = coordinator) =>
      this.of(who, `/infusions/${infusion}${path}`, body);
    await on('/plan', { units: [{ din, kind: 'UCB-MSC', lot: 'L-7' }], reason });
    await on('/thaws', { din, at: { at: '2024-03-05T15:10', zone }, recordedAfterwards: true });
    await on('/premedications', { drug: 'Dexamethasone', dose: 5, unit: 'mg' });
    await on('/start-despite-gates', { gates: ['TRT-IDENTITY-CHECK'], reason }, investigator);
    await on('/identity-checks', { secondPerson: 'pharmacist-01' });
    const values = [{ code: 'SYSBP', value: 118, unit: 'mm[Hg]' }];
    await on('/vital-signs', { phase: 'during', values });
    const { reaction } = await on('/reactions', { term: 'Chills', grade: 2 });
    await on('/pause', { reason });
    await on('/resume', {});
    await on('/stop', { reason });
    const { event } = await on('/end', { cellsGiven: 4.1e7, volumeMl: 61 });
    await on(`/reactions/${reaction}/resolution`, {});
    const value = 4.2e7;
    await this.of(dataManager, '/treatment/corrections', { event, field: 'cellsGiven', value, reason });
    const dose = { drug: 'CSA', dose: 200, unit: 'mg', frequency: 'BID', at: { at: '2024-03-05', zone } };
    await this.of(coordinator, '/treatment/drug-doses', dose);
    const exposure = { treatment: 'Red cells', dose: 2, unit: '{unit}', start: '2024-03-05' };
    await this.of(coordinator, '/treatment/administrations', exposure);
    await this.of(coordinator, '/visits', { visits: [{ visit: 'M2', startedAt: '2024-03-05' }] });
  }

  async safety(): Promise<void> {
    const report = { term: 'Fever 39.2', onset: '2024-03-05T12:00', description: 'In the evening' };
    const { adverseEvent, event } = await this.of(coordinator, '/adverse-events', report);
    const on = (path: string, body: object, who: Someone = investigator) =>
      this.of(who, `/adverse-events/${adverseEvent}${path}`, body);
    await on('/severity', { grade: 3, baselineGrade: 0 });
    await on('/seriousness', { death: false, hospitalisation: true });
    await on('/causality', { term: 'possible' });
    await on('/sponsor-causality', { term: 'unlikely' }, safetyOfficer);
    const rsi = { expected: false, rsiVersion: 'IB 4', rsiFrom: '2023-06-01' };
    await on('/expectedness', rsi, safetyOfficer);
    await on('/actions', { action: 'doseNotChanged', detail: 'Paracetamol' });
    await on('/amendments', { description: 'Chills in the evening', reason }, coordinator);
    const correction = { event, field: 'onset', value: '2024-03-05T13:00', reason };
    await on('/corrections', correction, dataManager);
    await on('/outcome', { outcome: 'recovered', end: '2024-03-05' });
    const twice = await this.of(coordinator, '/adverse-events', { term: 'Fever' });
    await this.of(investigator, `/adverse-events/${twice.adverseEvent}/void`, { reason });
    await this.of(investigator, '/assessments', {
      assessment: 'DISEASE',
      assessedAt: '2024-03-05',
      conclusion: 'Stable',
    });
    const response = { definition: 'AA', response: 'NR', assessedAt: '2024-03-05', reason };
    await this.of(investigator, '/responses', response);
  }

  async reporting(): Promise<void> {
    const { ledger } = this.running;
    const officer = (path: string, body: object) => this.post(safetyOfficer, path, body);
    await officer('/reporting-rules/activations', { ruleSet: 'ICH-E2A', version: '1', from: '2024-01-01' });
    await officer('/reporting-rules/deactivations', { ruleSet: 'ICH-E2A', from: '2024-02-01', reason });
    const { adverseEvent } = await this.of(coordinator, '/adverse-events', { term: 'Cardiac arrest' });
    const assess = (body: object) =>
      this.of(investigator, `/adverse-events/${adverseEvent}/seriousness`, body);
    await assess({ death: true });
    await assess({ death: false, reason });
    const opened = [];
    // Half, four fifths and all of the 24 hours are over.
    for (const at of ['2024-03-05T03:00', '2024-03-04T20:00', '2024-03-03']) {
      const anchor = { at, zone };
      const error = { rule: 'CN-SC-ERROR', anchor, description: 'The bag leaked' };
      const { reportingCase, obligation } = await this.of(safetyOfficer, '/obligations', error);
      opened.push(`/sites/01/reporting-cases/${reportingCase}/obligations/${obligation}`);
    }
    await ledger.settled();
    await ledger.app.get(ObligationWatch).check();
    const [half, fourFifths, over] = opened;
    await officer(`${half}/waiver`, { reason });
    await officer(`${fourFifths}/anchor`, { anchor: { at: '2024-03-04T22:00', zone }, reason });
    const sentAt = { at: '2024-03-05T09:00', zone };
    await officer(`${over}/fulfilment`, { reference: 'Letter of 5 March', sentAt });
  }

  /** A death, told to somebody whose receiver is out of order at first, acknowledged and closed. */
  async alerts(receiver: WebhookReceiver): Promise<void> {
    const { ledger, clock } = this.running;
    const officer = await this.running.as(safetyOfficer);
    const call = (path: string, body: object) =>
      ledger.call('POST', `/accounts/safety-officer-00/${path}`, { token: officer.token, body });
    const { body: gone } = await call('contact-points', { channel: 'email', to: 'duty@sponsor.example' });
    await call('contact-points/removals', { point: gone.ids.point });
    await call('contact-points', { channel: 'webhook', url: receiver.url, kinds: ['death'] });
    await call('quiet-hours', { from: '22:00', to: '06:00', zone });
    await call('quiet-hours/clearing', {});
    const ladder = [{ afterMinutes: 0, roles: ['investigator', 'safetyOfficer'] }];
    await officer.post('/alerts/policy', { kinds: [{ kind: 'death', priority: 'high', ladder }] });
    await ledger.settled();
    receiver.behaviour = 503;
    const fatal = await this.of(investigator, '/adverse-events', { term: 'Sepsis' });
    const path = `/adverse-events/${fatal.adverseEvent}/seriousness`;
    const { event } = await this.of(investigator, path, { death: true });
    await ledger.settled();
    receiver.behaviour = 204;
    clock.advance(10_000);
    await ledger.settled();
    const alert = `/sites/01/alerts/${alertIdOf(event, 'ALERT-DEATH')}`;
    await this.post(investigator, `${alert}/acknowledgement`, { comment: 'Seen' });
    await this.post(investigator, `${alert}/closing`, { comment: 'Reported' });
  }

  async deviations(): Promise<void> {
    const noticed = {
      ...{ rule: 'NOTICED-AT-VISIT', category: 'consent', severity: 'minor', description: 'Copy missing' },
      identifiedAt: { at: '2024-03-05', zone },
    };
    const { deviation } = await this.of(coordinator, '/deviations', noticed);
    await this.post(coordinator, `/sites/01/deviations/${deviation}/assessments`, {
      ...{ category: 'consent', severity: 'minor', assessment: 'Handed out since', reportable: false },
      assessedAt: '2024-03-05',
    });
    const end = { closedAt: '2024-03-05', conclusion: 'Copy handed out' };
    await this.post(coordinator, `/sites/01/deviations/${deviation}/closing`, end);
  }

  /** Of the lot that was given, and of another one by mistake. */
  async recall(): Promise<void> {
    const recall = { by: 'lot', numbers: ['L-7'], at: { at: '2024-03-05T15:00', zone }, reason };
    const officer = (path: string, body: object) => this.post(safetyOfficer, `/product-recalls${path}`, body);
    const { recall: of } = await officer('', { ...recall, issuedBy: 'Cord blood bank' });
    await this.running.ledger.settled();
    await officer(`/${of}/lifting`, { at: { at: '2024-03-05T16:00', zone }, reason });
    const { event } = await officer('', { ...recall, numbers: ['L-9'] });
    await officer('/corrections', { event, field: 'enteredInError', value: true, reason });
  }

  /** Pauses enrollment, so that nothing can follow it. */
  async stopping(): Promise<void> {
    const rule = {
      ...{ rule: 'SR-01', title: 'One of the first two', kind: 'countAmongFirst', source: 'An example' },
      ...{ counts: { minGrade: 3, related: true }, parameters: { participants: 1, amongFirst: 2 } },
    };
    await this.post(safetyOfficer, '/stopping-rules', rule);
    await this.running.ledger.settled();
    const { body } = await (await this.running.as(safetyOfficer)).get('/stopping-rules');
    const review = { decision: 'pauseEnrollment', reason };
    await this.post(safetyOfficer, `/stopping-rules/signals/${body.signals[0].signal}/reviews`, review);
    await this.post(safetyOfficer, '/stopping-rules/SR-01/retirement', { reason });
  }

  /** Signed, signed again, and taken back; and a password that was mistyped first. */
  async signatures(): Promise<void> {
    const path = `/participants/${this.participant}/signatures`;
    const signer = await this.running.as(investigator);
    const { signature } = signer;
    await this.running.ledger.settled();
    const shown = async () => (await signer.get(path)).body.data as object;
    const mistyped = { ...signature, password: 'not the right one' };
    const milestone = 'interimAnalysis';
    const { status } = await signer.post(path, { milestone, ...(await shown()), signature: mistyped });
    if (status !== 403) throw new Error(`Signed with a wrong password: ${status}`);
    await this.post(investigator, path, { milestone, ...(await shown()), signature });
    await this.of(coordinator, '/visits', { visits: [{ visit: 'M3', startedAt: '2024-03-05' }] });
    await this.running.ledger.settled();
    const again = { milestone, ...(await shown()), signature, reason };
    const second = await this.post(investigator, path, again);
    await this.post(investigator, `${path}/${second.signature}/withdrawal`, { reason, signature });
  }
}
