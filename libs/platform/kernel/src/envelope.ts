import {
  canonicalJson,
  canonicalMembers,
  sha256,
  type CanonicalMember,
  type JsonObject,
} from './canonical-json';
import type { ClinicalTime } from './clinical-time';
import type { DomainEvent, Reason } from './event';
import { eventIdOf } from './ids';
import type { Position } from './position';
import type { StreamName } from './stream';

/** Who: a person under the name as it was printed then, or a component of the system. */
export interface Actor {
  readonly user: string;
  readonly printedName: string;
  readonly role: string;
  readonly organisation?: string;
  readonly site?: string;
  /** The delegation of duties that the person acted under. */
  readonly delegation?: string;
}

export type Source = 'person' | 'import' | 'device' | 'system';

/** What the event is about; coded ids only. */
export interface Subject {
  readonly trial?: string;
  readonly site?: string;
  readonly participant?: string;
  readonly [kind: string]: string | undefined;
}

/** A fact of another stream that a decision stood on, and how much of that stream it had seen. */
export interface FactCitation {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

/** The check that prompted a change, and what the person answered. */
export interface EditCheck {
  readonly rule: string;
  readonly response: string;
}

/** A signature's place in the envelope: what it means, how it was made, and the hash of exactly what was signed. */
export interface SignatureRecord {
  readonly meaning: string;
  readonly components: readonly string[];
  readonly signedHash: string;
}

/**
 * The circumstances of an event: the union of what 21 CFR 11.10(e), the FDA's 2024 questions and answers, ICH E6(R3)
 * 4.2.2 and EMA's 2023 guideline 6.2.1 ask of an audit-trail entry.
 */
export interface EventMetadata {
  /** Version of the event type's shape; older ones are upcast while they are read. */
  readonly schemaVersion: number;
  /** Server's instant, UTC; never backwards within a stream. */
  readonly recordedAt: string;
  /** Client's instant, UTC. */
  readonly enteredAt?: string;
  readonly occurredAt?: ClinicalTime;
  readonly actor: Actor;
  readonly source: Source;
  readonly address?: string;
  readonly subject: Subject;
  readonly reason?: Reason;
  readonly editCheck?: EditCheck;
  /** Field by field, what the values in `data` replaced. A field not named here was entered for the first time. */
  readonly previous?: JsonObject;
  /** The command: its id, its name and the fingerprint of its content. */
  readonly command: { readonly id: string; readonly type: string; readonly fingerprint: string };
  readonly correlationId: string;
  readonly causationId?: string;
  readonly software: string;
  readonly protocolVersion?: string;
  readonly facts?: readonly FactCitation[];
  readonly signature?: SignatureRecord;
  /** Hash of the event before it in the same stream; empty for the first. */
  readonly previousHash: string;
  /** SHA-256 over the canonical form of everything else. */
  readonly hash: string;
}

/** An event that is ready to be written: everything about it is fixed, and its hash covers it. */
export interface ChainedEvent {
  readonly stream: StreamName;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

/** An event as the log holds it. */
export interface RecordedEvent extends ChainedEvent {
  readonly position: Position;
}

/** Where a stream stands: what the next event must follow. */
export interface StreamHead {
  readonly revision: number;
  readonly hash: string;
  readonly recordedAt: string;
}

export const emptyStream: StreamHead = { revision: -1, hash: '', recordedAt: '' };

/** The circumstances that all events of one command share. */
export type Circumstances = Omit<
  EventMetadata,
  'schemaVersion' | 'occurredAt' | 'reason' | 'previous' | 'previousHash' | 'hash'
> & { readonly reason?: Reason };

/** Versions of event shapes above 1, by type; the upcasters' table is the only place that adds one. */
export type SchemaVersions = Readonly<Record<string, number>>;

/**
 * Turns a command's events into chained ones behind a stream's head: ids from the command's id and the index, time
 * never before the head's, each hash over the one before it.
 */
export function chainEvents(
  stream: StreamName,
  head: StreamHead,
  events: readonly DomainEvent[],
  circumstances: Circumstances,
  schemaVersions: SchemaVersions = {},
): ChainedEvent[] {
  const recordedAt = circumstances.recordedAt > head.recordedAt ? circumstances.recordedAt : head.recordedAt;
  let previousHash = head.hash;
  return events.map((event, index) => {
    const unhashed = {
      ...circumstances,
      recordedAt,
      subject: { ...circumstances.subject, ...event.about },
      schemaVersion: schemaVersions[event.type] ?? 1,
      occurredAt: event.occurredAt,
      reason: event.reason ?? circumstances.reason,
      previous: event.previous,
      previousHash,
    };
    const chained = withHash({
      stream,
      revision: head.revision + 1 + index,
      id: eventIdOf(circumstances.command.id, index),
      type: event.type,
      data: event.data as JsonObject,
      metadata: unhashed,
    });
    previousHash = chained.metadata.hash;
    return chained;
  });
}

/** The two JSON parts of an event in their RFC 8785 form: what a store writes. */
export interface EventTexts {
  readonly data: string;
  readonly metadata: string;
}

/**
 * Texts of the events that were chained in this process, so that a store need not write again what was written for
 * the hash. Events are never changed; one that was copied or read has no entry and is written anew.
 */
const chainedTexts = new WeakMap<ChainedEvent, EventTexts>();

export function textsOf(event: ChainedEvent): EventTexts {
  return (
    chainedTexts.get(event) ?? { data: canonicalJson(event.data), metadata: canonicalJson(event.metadata) }
  );
}

/** Gives an event its hash: the text below is the RFC 8785 form that `hashOf` makes, put together from its parts. */
function withHash(event: Omit<ChainedEvent, 'metadata'> & { readonly metadata: Unhashed }): ChainedEvent {
  const data = canonicalJson(event.data);
  const members = canonicalMembers(event.metadata);
  const id = canonicalJson(event.id);
  const [stream, type] = [canonicalJson(event.stream), canonicalJson(event.type)];
  const hash = sha256(
    `{"data":${data},"id":${id},"metadata":${objectText(members)},` +
      `"revision":${event.revision},"stream":${stream},"type":${type}}`,
  );
  const place = members.findIndex(({ key }) => key > 'hash');
  members.splice(place < 0 ? members.length : place, 0, { key: 'hash', text: `"hash":"${hash}"` });
  const chained = { ...event, metadata: { ...event.metadata, hash } };
  chainedTexts.set(chained, { data, metadata: objectText(members) });
  return chained;
}

type Unhashed = Omit<EventMetadata, 'hash'>;

const objectText = (members: readonly CanonicalMember[]): string =>
  `{${members.map(({ text }) => text).join(',')}}`;

/** SHA-256 over the RFC 8785 form of stream, revision, id, type, data and metadata without its own hash. */
export function hashOf(event: ChainedEvent): string {
  const { hash: _own, ...metadata } = event.metadata;
  const { stream, revision, id, type, data } = event;
  return sha256(canonicalJson({ stream, revision, id, type, data, metadata }));
}

export const headOf = (event: ChainedEvent): StreamHead => ({
  revision: event.revision,
  hash: event.metadata.hash,
  recordedAt: event.metadata.recordedAt,
});
