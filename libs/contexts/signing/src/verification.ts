import { evolveUpTo, QueryRejected, type QueryContext } from '@platform/commands';
import { coversSite, hashOf, type RecordedEvent, type StreamName } from '@platform/kernel';
import { siteOfParticipant } from '@trial/access';
import { contentOf, digestOf, problemsOf, type ContentProblem, type SignedStream } from './domain/content';
import { signatureDecider, signatureStream, unknownParticipant, unknownSignature } from './domain/signature';
import { eventsOf, type Reading, type Whose } from './signatures.reader';

export interface SignatureVerification {
  readonly signature: string;
  /** Whether the log holds exactly what was signed, and the signature itself as it was given. */
  readonly verifies: boolean;
  readonly digest: string;
  /** Computed again from the events. */
  readonly computed: string;
  /** Events that were hashed again. */
  readonly events: number;
  readonly problems: readonly ContentProblem[];
}

/**
 * Proves a signature from the events alone.
 * @throws QueryRejected when there was no such signature, or none that this caller may see
 */
export async function verifySignature(
  { signature: id, ...whose }: Whose & { readonly signature: string },
  { log, scope, standsAt }: Reading & Pick<QueryContext, 'scope'>,
): Promise<SignatureVerification> {
  if (!coversSite(scope, siteOfParticipant(whose.participant))) throw new QueryRejected(unknownParticipant);
  const stream = signatureStream(whose.trial, whose.participant);
  const { state } = await evolveUpTo(log, stream, signatureDecider, standsAt);
  const signature = state.signatures.find(each => each.signature === id);
  if (!signature) throw new QueryRejected(unknownSignature);
  const histories = new Map<string, readonly RecordedEvent[]>();
  for (const { stream: signed, revision } of signature.content.streams) {
    const events = await eventsOf(log, signed as StreamName, 0, standsAt);
    histories.set(signed, events.slice(0, revision + 1));
  }
  const own = (await eventsOf(log, stream, 0, standsAt)).find(event => event.id === id);
  const { content, digest } = signature;
  const problems = [...problemsOf(content, digest, histories), ...problemsOfSigning(own, digest)];
  const events = [...histories.values()].reduce((sum, each) => sum + each.length, 0);
  const computed = digestOf(contentOf(content.trial, content.participant, headsOf(histories)));
  return { signature: id, verifies: problems.length === 0, digest, computed, events, problems };
}

/** The signature's own event: unchanged, and bound to the same digest by its envelope. */
function problemsOfSigning(own: RecordedEvent | undefined, digest: string): ContentProblem[] {
  if (!own) return [];
  const { stream, metadata } = own;
  const computed = hashOf(own);
  const problems: ContentProblem[] = [];
  if (computed !== metadata.hash) {
    problems.push({ stream, rule: 'HASH-MATCHES', detail: `The signature itself hashes to ${computed}.` });
  }
  if (metadata.signature?.signedHash !== digest) {
    problems.push({ stream, rule: 'SIGNED-HASH', detail: 'Its envelope is bound to another digest.' });
  }
  return problems;
}

const headsOf = (histories: ReadonlyMap<string, readonly RecordedEvent[]>): SignedStream[] =>
  [...histories].map(([stream, events]) => {
    const last = events.at(-1);
    return { stream, revision: events.length - 1, hash: last === undefined ? '' : hashOf(last) };
  });
