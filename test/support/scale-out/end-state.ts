import type { Receipt } from '@platform/commands';
import { verifyLog, type EventLog } from '@platform/event-log';
import type { RecordedEvent } from '@platform/kernel';
import { driftOf, openPostgresViews } from '@platform/views';
import { allViews } from '../../../apps/composition/src/contexts';
import { departuresAndDeviations, notAsAcknowledged } from '../load/acknowledged';
import type { WebhookReceiver } from '../alerting/webhook-receiver';

/*
 * What has to hold of a log, and of everything that follows from it, whatever has happened on the way there. Nothing
 * here asks the processes that were there.
 */

const ofType = (events: readonly RecordedEvent[], type: string): readonly RecordedEvent[] =>
  events.filter(event => event.type === type);

interface Escalated {
  readonly step: number;
  readonly recipients: readonly {
    readonly user: string;
    readonly points: readonly { readonly point: string }[];
  }[];
}

/** Messages that were to go out, and those that did; each as its alert, step, recipient and point; sorted. */
function messages(events: readonly RecordedEvent[]) {
  const due = ofType(events, 'AlertEscalated').flatMap(({ data, metadata: { subject } }) => {
    const { step, recipients } = data as unknown as Escalated;
    return recipients.flatMap(({ user, points }) =>
      points.map(({ point }) => [subject.alert, step, user, point].join()),
    );
  });
  const delivered = ofType(events, 'AlertDelivered').map(({ data, metadata: { subject } }) =>
    [subject.alert, data.step, data.recipient, data.point].join(),
  );
  return { due: due.toSorted(), delivered: delivered.toSorted() };
}

/** Adverse events that were found serious, and those that an alert was raised of; sorted. */
function seriousAndRaised(events: readonly RecordedEvent[]) {
  const serious = ofType(events, 'SeriousnessAssessed')
    .filter(({ data }) => data.hospitalisation === true)
    .map(({ metadata }) => String(metadata.subject.adverseEvent));
  const raised = ofType(events, 'AlertRaised')
    .filter(({ data }) => data.rule === 'ALERT-SAE')
    .map(({ data }) => (data.about as { readonly adverseEvent: string }).adverseEvent);
  return { serious: serious.toSorted(), raised: raised.toSorted() };
}

/** Whether everything has followed that is to follow from these events: what is waited for. */
export function isComplete(events: readonly RecordedEvent[]): boolean {
  const { departures, deviations } = departuresAndDeviations(events);
  const { serious, raised } = seriousAndRaised(events);
  const { due, delivered } = messages(events);
  const begun = new Set(ofType(events, 'AlertEscalated').map(({ metadata }) => metadata.subject.alert));
  const waiting = ofType(events, 'AlertRaised').some(({ metadata }) => !begun.has(metadata.subject.alert));
  const counts = [deviations.length >= departures.length, raised.length >= serious.length];
  return !waiting && delivered.length >= due.length && counts.every(Boolean);
}

/** All is there that was acknowledged, at its place and once; the chains hold. */
export async function expectLogIntact(
  log: EventLog,
  events: readonly RecordedEvent[],
  acknowledged: readonly Receipt[],
): Promise<void> {
  expect(notAsAcknowledged(events, acknowledged)).toEqual([]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const terms = ofType(events, 'AdverseEventReported').map(({ data }) => data.term);
  expect(new Set(terms).size).toBe(terms.length);
  const numbers = ofType(events, 'ParticipantNumberAllocated').map(({ metadata }) => metadata.subject);
  expect(new Set(numbers.map(({ participant }) => participant)).size).toBe(numbers.length);
  expect((await verifyLog(log)).problems).toEqual([]);
}

/** Each departure became one deviation, each serious event one alert, and each alert's message was delivered once. */
export function expectAllFollowed(events: readonly RecordedEvent[], receiver: WebhookReceiver): void {
  const { departures, deviations } = departuresAndDeviations(events);
  expect(deviations).toEqual(departures);
  const { serious, raised } = seriousAndRaised(events);
  expect(raised).toEqual(serious);
  const { due, delivered } = messages(events);
  expect(delivered).toEqual(due);
  // By id: who is told twice, because we died before it was written down, is told the same.
  const recorded = new Set(ofType(events, 'AlertDelivered').map(({ data }) => data.message));
  expect(recorded).toEqual(receiver.ids);
  const whoIn = (type: string): string[] =>
    ofType(events, type)
      .map(({ metadata }) => String(metadata.subject.participant))
      .toSorted();
  expect(whoIn('ParticipantEnrolled')).toEqual(whoIn('EnrollmentReserved'));
}

/** Every view stands at the log's end, and equals what follows from the log. */
export async function expectViewsIntact(log: EventLog, url: string): Promise<void> {
  const database = await openPostgresViews({ url });
  try {
    const { drifts, absent, compared } = await driftOf({ log, database, views: allViews });
    expect({ drifts, absent }).toEqual({ drifts: [], absent: [] });
    expect(new Set(compared.map(({ position }) => position))).toEqual(new Set([await log.head()]));
  } finally {
    await database.close();
  }
}
