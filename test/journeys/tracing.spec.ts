import { SpanStatusCode } from '@opentelemetry/api';
import type { RecordedEvent } from '@platform/kernel';
import { assessedSerious, eventsOf, reported, webhookOf } from '../support/alerting/alerts';
import { PlainWebhooks, WebhookReceiver } from '../support/alerting/webhook-receiver';
import { markedParticipant, type Marked } from '../support/marked-participant';
import { DrawnSpans, startOf } from '../support/tracing/drawn-spans';
import { RunningTrial, trial, type LoggedIn } from '../support/trial';

/*
 * One serious adverse event, drawn from the request to the message that went out; and what must never be drawn.
 */

const traceIdOf = (correlationId: string): string => correlationId.replaceAll('-', '');
/** A span's start is one of a clock of whole milliseconds, in nanoseconds; two such clocks differ by one at most. */
const grain = 2_000_000n;
const shownViews = ['adverse-event-log', 'alert-inbox', 'obligation-list'];

describe('the trace of a serious adverse event', () => {
  const drawn = new DrawnSpans();
  let running: RunningTrial;
  let receiver: WebhookReceiver;
  let investigator: LoggedIn;
  let secret: string;
  let marked: Marked;
  let commandId: string;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    running = await RunningTrial.start(['01'], { channel: new PlainWebhooks(), tracing: drawn.tracing() });
    investigator = await running.as({ role: 'investigator', site: '01' });
    const { token } = await running.as({ role: 'safetyOfficer' });
    secret = await webhookOf(running, token, 'safety-officer-00', receiver.url);
    marked = await markedParticipant(running, '01');
    const adverseEvent = await reported(running, marked.participant, `Rash ${marked.mark}`);
    await running.ledger.settled();
    const { status, body } = await assessedSerious(investigator, marked.participant, adverseEvent);
    expect(status).toBe(201);
    commandId = body.commandId as string;
    await running.ledger.settled();
  });

  afterAll(async () => {
    await running.stop();
    await receiver.stop();
  });

  it('is one tree, from the request to the delivery', () => {
    expect(drawn.treeOf(traceIdOf(commandId), shownViews)).toEqual([
      'POST /trials/:trial/participants/:participant/adverse-events/:adverseEvent/seriousness',
      '  command AssessSeriousness',
      '    append adverseEvent',
      '      view adverse-event-log',
      '      reaction consider-alerts',
      '        command ConsiderAlert',
      '          append alert',
      '            view alert-inbox',
      '            reaction follow-alerts',
      '              deliver webhook',
      '              command RecordAlertDelivery',
      '                append alert',
      '                  view alert-inbox',
      '            reaction prepare-alert-steps',
      '            reaction prepare-alert-steps',
      '      reaction consider-alerts',
      '        command ConsiderAlert',
      '      reaction look-at-stopping-rules',
      '        command LookAtStoppingRules',
      '      reaction review-cases',
      '        command ReviewCase',
      '          append reportingCase',
      '            view obligation-list',
    ]);
  });

  it('goes forward in time, down to each leaf', () => {
    const delivery = drawn.of(traceIdOf(commandId)).find(({ name }) => name === 'deliver webhook')!;
    const path = drawn.pathTo(delivery);
    expect(path).toHaveLength(8);
    for (const [index, span] of path.entries()) {
      if (index > 0) expect(startOf(span) + grain).toBeGreaterThanOrEqual(startOf(path[index - 1]!));
    }
  });

  it('stands under the correlation of the events, and of the alert that came of them', async () => {
    const events = await eventsOf(running.ledger);
    const written = events.filter(({ metadata }) => metadata.correlationId === commandId);
    // An append is drawn at its last event.
    const lastOf = (some: readonly RecordedEvent[]): Map<string, string> =>
      new Map(some.map(({ metadata, position }) => [metadata.command.id, position.toString()]));
    const last = lastOf(written);
    const appends = drawn.of(traceIdOf(commandId)).filter(({ name }) => name.startsWith('append'));
    expect(last.size).toBe(3);
    const drawnAt = appends.map(({ attributes }) => attributes['ledger.position']);
    expect(drawnAt).toEqual(expect.arrayContaining([...last.values()]));
    const alert = written.find(({ type }) => type === 'AlertRaised')!.stream;
    const ofAlert = lastOf(events.filter(({ stream }) => stream === alert));
    expect(ofAlert.size).toBe(2);
    expect(drawnAt).toEqual(expect.arrayContaining([...ofAlert.values()]));
  });

  it('draws each append once, although its command is repeated', async () => {
    const path = `/participants/${marked.participant}/adverse-events`;
    const body = { term: 'Headache', onset: '2024-03-05' };
    const key = { 'idempotency-key': 'once' };
    const first = await investigator.post(path, body, key);
    const again = await investigator.post(path, body, key);
    expect([first.status, again.body.repeated]).toEqual([201, true]);
    const spans = drawn.of(traceIdOf(first.body.commandId as string));
    expect(spans.filter(({ name }) => name === 'append adverseEvent')).toHaveLength(1);
    const commands = spans.filter(({ name }) => name === 'command ReportAdverseEvent');
    expect(commands.map(({ attributes }) => attributes['ledger.repeated'])).toEqual([false, true]);
  });

  it('tells the rule that refused a command, which is no failure', async () => {
    const { status, body } = await investigator.post('/sites/01/alerts/nobodys/acknowledgement');
    const refused = drawn.all.findLast(({ name }) => name === 'command AcknowledgeAlert')!;
    expect(status).toBe(404);
    expect(refused.attributes['ledger.rule']).toBe(body.rule);
    expect(refused.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('links the trace of a caller, and is not led by it', async () => {
    const theirs = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${theirs}-b7ad6b7169203331-01`;
    const call = (header: string) =>
      running.ledger.call('GET', `/trials/${trial}/alerts`, {
        token: investigator.token,
        headers: { traceparent: header },
      });
    await call(traceparent);
    await call('00-00000000000000000000000000000000-b7ad6b7169203331-01');
    const [linked, other] = drawn.all.filter(({ name }) => name === 'GET /trials/:trial/alerts').slice(-2);
    expect(linked!.links.map(({ context }) => context.traceId)).toEqual([theirs]);
    expect(linked!.attributes).toMatchObject({ 'http.response.status_code': 200 });
    expect(other!.links).toEqual([]);
    expect(drawn.of(theirs)).toEqual([]);
    expect(drawn.treeOf(linked!.spanContext().traceId, [])).toEqual([
      'GET /trials/:trial/alerts',
      '  query ListAlerts',
    ]);
  });

  it('names nobody and nothing that was entered', async () => {
    const { participant, infusion, reaction, adverseEvent, deviation, alert, mark } = marked;
    await investigator.get(`/participants/${participant}/casebook?asOf=2024-03-05`);
    await running.ledger.call(
      'GET',
      `/trials/${trial}/participants/${participant}/no-such-page?term=${mark}`,
    );
    const told = drawn.all.map(({ name, attributes, events, links, status, resource }) =>
      JSON.stringify([name, attributes, events, links, status, resource.attributes]),
    );
    expect(told.length).toBeGreaterThan(100);
    const secrets = [secret.slice(6), investigator.token, new URL(receiver.url).host, '127.0.0.1'];
    const ids = [participant, infusion, reaction, adverseEvent, deviation, alert];
    const people = ['investigator-01', 'investigator-of-01', 'safety-officer-00', 'Test account', 'Somebody'];
    const values = [mark, 'Fever', 'Rash', 'hospitalisation', '2024-03-0', '2023-12-01'];
    for (const text of [...secrets, ...ids, ...people, ...values]) {
      expect(told.filter(line => line.includes(text))).toEqual([]);
    }
  });
});
