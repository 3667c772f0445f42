import {
  categoryOf,
  coversSite,
  type Position,
  type RecordedEvent,
  type Scope,
  type StreamName,
} from '@platform/kernel';
import type { TablesOf, View, ViewDatabase, ViewTable } from '@platform/views';
import { siteOfParticipant } from '@trial/access';
import { signedCategories } from '../domain/changes';

/** Streams that are about one participant each. Others may name a participant and be about many: `access-{day}`. */
const participantCategories: readonly string[] = [...signedCategories, 'reportingCase'];

const table = {
  name: 'participant_stream',
  /** `since` is the position of the stream's first event. */
  columns: { trial: 'text', participant: 'text', stream: 'text', since: 'position' },
  key: ['trial', 'participant', 'stream'],
} as const satisfies ViewTable;

/** Which streams tell of a participant, so that a casebook is folded from them and from nothing else. */
export const participantStreams: View = {
  name: 'participant-streams',
  version: 2,
  tables: [table],
  takes: 'all',
  // A row is a stream.
  partitionBy: 'stream',
  project(events, rows) {
    for (const event of events) {
      const { trial, participant } = event.metadata.subject;
      if (!begins(event) || trial === undefined || participant === undefined) continue;
      const { stream, position } = event;
      rows.put(table.name, { trial, participant, stream, since: position }, position);
    }
  },
};

/** What a stream is about is the same in all of its events; the first one is enough. */
const begins = ({ revision, stream }: RecordedEvent): boolean =>
  revision === 0 && participantCategories.includes(categoryOf(stream));

/** A participant's streams that had begun at a position, in the order in which they began. */
export async function streamsOf(
  views: ViewDatabase,
  { trial, participant }: { readonly trial: string; readonly participant: string },
  at: Position,
): Promise<StreamName[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof table]>>()
    .selectFrom('participant_stream')
    .select('stream')
    .where('trial', '=', trial)
    .where('participant', '=', participant)
    .where('since', '<=', Number(at))
    .orderBy('since')
    .execute();
  return rows.map(({ stream }) => stream as StreamName);
}

/**
 * People of whom something was recorded up to a position, in the order of their numbers, within the caller's sites.
 * @param behind only those after this number
 */
export async function participantsKnown(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  { site, behind }: { readonly site?: string; readonly behind?: string },
): Promise<string[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof table]>>()
    .selectFrom('participant_stream')
    .select('participant')
    .distinct()
    .where('trial', '=', scope.trial)
    .where('since', '<=', Number(at))
    .where('stream', 'like', 'participant-%')
    .$if(behind !== undefined, query => query.where('participant', '>', behind!))
    .orderBy('participant')
    .execute();
  return rows
    .map(({ participant }) => participant)
    .filter(participant => {
      const of = siteOfParticipant(participant);
      return coversSite(scope, of) && (site === undefined || of === site);
    });
}
