import { evolveRecorded, evolveUpTo, QueryRejected, type QueryContext } from '@platform/commands';
import { eachOfStream, type EventLog } from '@platform/event-log';
import {
  absent,
  categoryOf,
  coversSite,
  idsOf,
  type Decider,
  type DomainEvent,
  type Position,
  type RecordedEvent,
  type StreamName,
} from '@platform/kernel';
import { siteOfParticipant } from '@trial/access';
import { deviationDecider, participantDecider } from '@trial/participants';
import { reportingCaseDecider } from '@trial/reporting';
import { adverseEventDecider } from '@trial/safety';
import { signingOver, streamsOf, type DataHead } from '@trial/signing';
import { siteDecider, siteStream } from '@trial/sites';
import { treatmentDecider } from '@trial/treatment';
import { dayAt } from './board.reader';
import { casebookOf, type Casebook } from './domain/casebook';
import { correctionsIn, placesOf } from './domain/corrections';
import { flagsOf, type Folds } from './domain/flags';

type Reading = Pick<QueryContext, 'log' | 'views' | 'scope' | 'standsAt'>;

const unknown = absent(
  'INSPECTION-PARTICIPANT-UNKNOWN',
  'No such participant was screened in this trial at that moment, within your sites.',
);

/**
 * A participant's casebook as it was known at a position: the fold of that participant's streams up to there.
 * @throws QueryRejected when there was no such participant, or none that this caller may see
 */
export async function readCasebook(
  { trial, participant }: { readonly trial: string; readonly participant: string },
  { log, views, scope, standsAt }: Reading,
): Promise<Casebook> {
  const site = siteOfParticipant(participant);
  if (!coversSite(scope, site)) throw new QueryRejected(unknown);
  const streams = await streamsOf(views, { trial, participant }, standsAt);
  const histories: History[] = [];
  for (const stream of streams) histories.push(await historyOf(log, stream, standsAt));
  const folds = foldsOf(histories);
  const events = histories.flatMap(history => history.events);
  const corrections = correctionsIn(events);
  const flags = flagsOf(folds, corrections, placesOf(events));
  const at = await evolveUpTo(log, siteStream(trial, site), siteDecider, standsAt);
  const day = await dayAt(log, at.state.profile?.zone, standsAt);
  const signing = await signingOver({ trial, participant }, histories.flatMap(headOf), { log, standsAt });
  const casebook = casebookOf({ trial, participant, day, signing }, folds, corrections, flags);
  if (casebook) return casebook;
  throw new QueryRejected(unknown);
}

interface History {
  readonly stream: StreamName;
  readonly events: readonly RecordedEvent[];
}

async function historyOf(log: EventLog, stream: StreamName, upTo: Position): Promise<History> {
  const events: RecordedEvent[] = [];
  for await (const event of eachOfStream(log, stream, { upTo })) events.push(event);
  return { stream, events };
}

/** A stream that was read at all has an event. */
function headOf({ stream, events }: History): DataHead[] {
  const last = events.at(-1);
  return last ? [{ stream, revision: last.revision, hash: last.metadata.hash, position: last.position }] : [];
}

function foldsOf(histories: readonly History[]): Folds {
  const of = (category: string) => histories.filter(({ stream }) => categoryOf(stream) === category);
  const one = (category: string) => of(category).flatMap(({ events }) => events);
  return {
    participant: fold(participantDecider, one('participant')),
    treatment: fold(treatmentDecider, one('treatment')),
    adverseEvents: of('adverseEvent').map(({ events }) => fold(adverseEventDecider, events)),
    deviations: of('deviation').map(({ stream, events }) => ({
      deviation: idsOf(stream)[0] ?? '',
      event: events[0]?.id ?? '',
      state: fold(deviationDecider, events),
    })),
    reportingCases: of('reportingCase').map(({ stream, events }) => ({
      reportingCase: idsOf(stream)[0] ?? '',
      state: fold(reportingCaseDecider, events),
    })),
  };
}

const fold = <State, Event extends DomainEvent>(
  decider: Decider<State, Event>,
  events: readonly RecordedEvent[],
): State => events.reduce((state, event) => evolveRecorded(decider, state, event), decider.initial);
