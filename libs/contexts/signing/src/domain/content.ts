import { fingerprint, hashOf, type RecordedEvent } from '@platform/kernel';

/** How much of one stream is signed: up to a revision, under the hash that the chain has reached there. */
export interface SignedStream {
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
}

/**
 * What a signature covers: everything that was recorded about a participant up to a position. A stream's hash is one
 * over the canonical form (RFC 8785) of its last event and, through the chain, of every event before it; so the list of
 * hashes stands for the whole content, in an order that does not matter, whatever software shows it.
 */
export interface SignedContent {
  readonly trial: string;
  readonly participant: string;
  readonly streams: readonly SignedStream[];
}

const byName = (a: SignedStream, b: SignedStream): number => (a.stream < b.stream ? -1 : 1);

/** The content with its streams in the order of their names: one content, one form. */
export const contentOf = (
  trial: string,
  participant: string,
  streams: readonly SignedStream[],
): SignedContent => ({ trial, participant, streams: streams.toSorted(byName) });

/** SHA-256 over the canonical form of what is signed, lower-case hexadecimal. */
export const digestOf = ({ trial, participant, streams }: SignedContent): string =>
  fingerprint(contentOf(trial, participant, streams));

/** Why a signature does not stand for what the log holds. */
export interface ContentProblem {
  readonly stream: string;
  readonly rule: 'REVISION-DENSE' | 'HASH-MATCHES' | 'CHAIN-UNBROKEN' | 'SIGNED-HASH' | 'DIGEST';
  readonly detail: string;
}

/**
 * Computes a signed digest again, from the events alone and trusting none of the hashes that they carry.
 * @param histories the events of each signed stream, from the first one to the signed revision
 */
export function problemsOf(
  content: SignedContent,
  digest: string,
  histories: ReadonlyMap<string, readonly RecordedEvent[]>,
): ContentProblem[] {
  const found = content.streams.flatMap(signed => streamProblems(signed, histories.get(signed.stream) ?? []));
  const again = digestOf(content);
  if (again === digest) return found;
  return [...found, { stream: '', rule: 'DIGEST', detail: `What is listed hashes to ${again}.` }];
}

function streamProblems(
  { stream, revision, hash }: SignedStream,
  events: readonly RecordedEvent[],
): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const note = (rule: ContentProblem['rule'], detail: string) => problems.push({ stream, rule, detail });
  let before = '';
  for (const [place, event] of events.entries()) {
    const computed = hashOf(event);
    if (event.revision !== place || event.stream !== stream) {
      note('REVISION-DENSE', `Revision ${event.revision} of ${event.stream} stands at place ${place}.`);
    }
    if (event.metadata.hash !== computed) note('HASH-MATCHES', `Revision ${place} hashes to ${computed}.`);
    if (event.metadata.previousHash !== before) {
      note('CHAIN-UNBROKEN', `Revision ${place} does not follow the one before it.`);
    }
    before = computed;
  }
  if (events.length !== revision + 1 || before !== hash) {
    note('SIGNED-HASH', `Signed up to revision ${revision} with ${hash}; there are ${events.length} events.`);
  }
  return problems;
}
