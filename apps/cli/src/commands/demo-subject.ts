import { eachPage, type EventLog } from '@platform/event-log';
import { dayIn, logStart, type PartialDate, type RecordedEvent } from '@platform/kernel';

/**
 * What a visitor is shown first: a site where much happened, and a participant there with a history to look
 * back on.
 */
export interface DemoSubject {
  readonly site: string;
  readonly participant: string;
  /** A day in the middle of the participant's history. */
  readonly day: PartialDate;
  /** Accounts of the site's staff that are open. */
  readonly staff: readonly string[];
}

/** Things that make a casebook worth reading. */
const worthReading = [
  'InfusionStarted',
  'AdverseEventReported',
  'DeviationRaised',
  'ResponseRecorded',
  'ValueCorrected',
];

interface Seen {
  readonly participant: string;
  readonly site: string;
  readonly kinds: Set<string>;
  readonly recordedAt: string[];
}

/** @throws Error for a log without any participant */
export async function demoSubject(log: EventLog, zone: string): Promise<DemoSubject> {
  const seen = new Map<string, Seen>();
  const accounts = new Set<string>();
  for await (const page of eachPage(log, { after: logStart })) {
    for (const event of page) {
      keepAccount(event, accounts);
      keepParticipant(event, seen);
    }
  }
  const site = busiest([...seen.values()].map(each => each.site));
  const [most] = [...seen.values()].filter(each => each.site === site).toSorted(byInterest);
  if (!most || site === undefined) throw new Error('Nobody was screened in this history.');
  const middle = most.recordedAt[Math.floor(most.recordedAt.length / 2)]!;
  const { participant } = most;
  const staff = [...accounts].filter(user => user.includes(`-${site}-`));
  return { site, participant, day: dayIn(zone, middle), staff };
}

/** The site that most people came to. */
function busiest(sites: readonly string[]): string | undefined {
  const people = (site: string) => sites.filter(other => other === site).length;
  return [...new Set(sites)].toSorted((a, b) => people(b) - people(a) || a.localeCompare(b))[0];
}

function keepAccount({ type, metadata }: RecordedEvent, accounts: Set<string>): void {
  const { user } = metadata.subject;
  if (user === undefined) return;
  if (type === 'AccountOpened') accounts.add(user);
  if (type === 'AccountClosed') accounts.delete(user);
}

function keepParticipant({ type, metadata }: RecordedEvent, seen: Map<string, Seen>): void {
  const { participant, site } = metadata.subject;
  if (participant === undefined || site === undefined) return;
  const known = seen.get(participant) ?? { participant, site, kinds: new Set(), recordedAt: [] };
  if (worthReading.includes(type)) known.kinds.add(type);
  known.recordedAt.push(metadata.recordedAt);
  seen.set(participant, known);
}

/** More kinds of things first, and of those the longer history. */
const byInterest = (a: Seen, b: Seen): number =>
  b.kinds.size - a.kinds.size || b.recordedAt.length - a.recordedAt.length;
