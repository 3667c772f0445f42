import { EVENT_LOG, eachPage, type EventLog } from '@platform/event-log';
import { logStart, type RecordedEvent } from '@platform/kernel';
import { filled } from '@platform/commands';
import { ReportAdverseEvent } from '@trial/safety';
import type { RunningLedger } from '../running-ledger';
import { days, type LoggedIn, type RunningTrial } from '../trial';

/** Everything in a ledger's log, of one type when one is given. */
export const eventsOf = (ledger: RunningLedger, type?: string): Promise<RecordedEvent[]> =>
  eventsIn(ledger.app.get<EventLog>(EVENT_LOG), type);

export async function eventsIn(log: EventLog, type?: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of eachPage(log, { after: logStart })) events.push(...page);
  return type === undefined ? events : events.filter(event => event.type === type);
}

/** An adverse event of a participant, before anybody has assessed it. */
export async function reported(running: RunningTrial, participant: string, term = 'Fever'): Promise<string> {
  const { ids } = await running.submit(filled(ReportAdverseEvent, { term, onset: days.decided }), {
    participant,
  });
  return ids.adverseEvent!;
}

/** Over HTTP: the assessment that makes it serious. */
export const assessedSerious = (by: LoggedIn, participant: string, adverseEvent: string, more: object = {}) =>
  by.post(`/participants/${participant}/adverse-events/${adverseEvent}/seriousness`, {
    hospitalisation: true,
    ...more,
  });

/** Adds a webhook to somebody's contact points. @returns its secret */
export async function webhookOf(
  { ledger }: RunningTrial,
  token: string,
  user: string,
  url: string,
): Promise<string> {
  const body = { channel: 'webhook', url };
  const answer = await ledger.call('POST', `/accounts/${user}/contact-points`, { token, body });
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.secret as string;
}
