import { evolveUpTo, QueryRejected, type QueryContext } from '@platform/commands';
import { eachOfStream, type EventLog } from '@platform/event-log';
import {
  coversSite,
  formatPosition,
  laterOf,
  logStart,
  type Decider,
  type DomainEvent,
  type Position,
  type RecordedEvent,
  type StreamName,
} from '@platform/kernel';
import { siteOfParticipant } from '@trial/access';
import { editsOfSigned, isSignedData } from './domain/changes';
import { contentOf, digestOf, type SignedContent, type SignedStream } from './domain/content';
import {
  isStanding,
  signatureDecider,
  signatureStream,
  unknownParticipant,
  type Signature,
} from './domain/signature';
import { streamsOf } from './views/participant-streams';

export type Reading = Pick<QueryContext, 'log' | 'views' | 'standsAt'>;

export interface Whose {
  readonly trial: string;
  readonly participant: string;
}

/** An edit of what a signature covers, entered after it. The entry itself stands in the trail at `position`. */
export interface ChangeSince {
  readonly event: string;
  readonly stream: string;
  readonly type: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly user: string;
  readonly printedName: string;
}

/** A signature with what became of it, and of what it covers. Nothing of it is ever taken back silently. */
export interface SignatureShown extends Omit<Signature, 'content'> {
  readonly standing: 'standing' | 'superseded' | 'withdrawn';
  readonly dataChangedSince: boolean;
  readonly changes: readonly ChangeSince[];
  /** Entries that came after it and change nothing of what it covers. */
  readonly addedSince: number;
}

/**
 * `pending`: nobody's signature stands; `signed`: one stands, and nothing that it covers was changed since;
 * `changedSince`: what every standing one covers was changed.
 */
export const signingStates = ['pending', 'signed', 'changedSince'] as const;
export type SigningState = (typeof signingStates)[number];

export interface ParticipantSignatures {
  readonly participant: string;
  readonly site: string;
  readonly state: SigningState;
  /** What can be signed, as it stands after the last entry of these data: give both to the signing as they are. */
  readonly data: { readonly position: string; readonly digest: string };
  readonly signatures: readonly SignatureShown[];
}

/**
 * The signatures under a participant's data as they were known at a position.
 * @throws QueryRejected when there was no such participant, or none that this caller may see
 */
export async function readSignatures(
  whose: Whose,
  { scope, ...reading }: Reading & Pick<QueryContext, 'scope'>,
): Promise<ParticipantSignatures> {
  const site = siteOfParticipant(whose.participant);
  if (!coversSite(scope, site)) throw new QueryRejected(unknownParticipant);
  const streams = await headsAt(whose, reading);
  if (streams.length === 0) throw new QueryRejected(unknownParticipant);
  const signing = await signingOver(whose, streams, reading);
  return { participant: whose.participant, site, ...signing };
}

/** Where a participant's stream stands: at its last event up to the position of the answer. */
export interface DataHead extends SignedStream {
  readonly position: Position;
}

/** The same for who has read the participant's streams already. */
export async function signingOver(
  { trial, participant }: Whose,
  heads: readonly DataHead[],
  reading: Pick<Reading, 'log' | 'standsAt'>,
): Promise<Omit<ParticipantSignatures, 'participant' | 'site'>> {
  const data = heads.filter(({ stream }) => isSignedData(stream));
  const streams = data.map(({ stream, revision, hash }) => ({ stream, revision, hash }));
  const content = contentOf(trial, participant, streams);
  const signatures = await signaturesOver(content, reading);
  const position = formatPosition(data.map(each => each.position).reduce(laterOf, logStart));
  return { state: stateOf(signatures), data: { position, digest: digestOf(content) }, signatures };
}

function stateOf(signatures: readonly SignatureShown[]): SigningState {
  const standing = signatures.filter(signature => signature.standing === 'standing');
  if (standing.length === 0) return 'pending';
  return standing.some(({ dataChangedSince }) => !dataChangedSince) ? 'signed' : 'changedSince';
}

/** Folds nothing: a stream's head is all that is asked for. */
const headsOnly: Decider<undefined, DomainEvent> = { initial: undefined, evolve: state => state };

async function headsAt(whose: Whose, { log, views, standsAt }: Reading): Promise<DataHead[]> {
  const streams = (await streamsOf(views, whose, standsAt)).filter(isSignedData);
  return Promise.all(
    streams.map(async stream => {
      const { head, position } = await evolveUpTo(log, stream, headsOnly, standsAt);
      return { stream, revision: head.revision, hash: head.hash, position };
    }),
  );
}

async function signaturesOver(
  now: SignedContent,
  { log, standsAt }: Pick<Reading, 'log' | 'standsAt'>,
): Promise<SignatureShown[]> {
  const stream = signatureStream(now.trial, now.participant);
  const { state } = await evolveUpTo(log, stream, signatureDecider, standsAt);
  const shown: SignatureShown[] = [];
  for (const signature of state.signatures) shown.push(await shownAt(signature, now, log, standsAt));
  return shown;
}

async function shownAt(
  signature: Signature,
  now: SignedContent,
  log: EventLog,
  standsAt: Position,
): Promise<SignatureShown> {
  const { content, ...about } = signature;
  const standing = isStanding(signature) ? 'standing' : signature.ended!.how;
  const { edits, others } = await sinceSigned(content, now, log, standsAt);
  const changes = edits.toSorted((a, b) => (a.position < b.position ? -1 : 1)).map(changeOf);
  return { ...about, standing, dataChangedSince: changes.length > 0, changes, addedSince: others };
}

async function sinceSigned(signed: SignedContent, now: SignedContent, log: EventLog, upTo: Position) {
  const edits: RecordedEvent[] = [];
  let count = 0;
  for (const { stream, revision } of now.streams) {
    const covered = signed.streams.find(each => each.stream === stream)?.revision ?? -1;
    count += revision - covered;
    // A record that began after the signature has nothing in it that was signed.
    if (covered < 0 || revision === covered) continue;
    edits.push(...editsOfSigned(await eventsOf(log, stream as StreamName, covered + 1, upTo)));
  }
  return { edits, others: count - edits.length };
}

export async function eventsOf(
  log: EventLog,
  stream: StreamName,
  from: number,
  upTo: Position,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of eachOfStream(log, stream, { from, upTo })) events.push(event);
  return events;
}

const changeOf = ({ id, stream, type, position, metadata }: RecordedEvent): ChangeSince => ({
  ...{ event: id, stream, type, position: formatPosition(position), recordedAt: metadata.recordedAt },
  ...{ user: metadata.actor.user, printedName: metadata.actor.printedName },
});
