import type { JsonObject } from './canonical-json';
import type { ClinicalTime } from '../time/clinical-time';
import type { Reason } from '../event';
import type { Position } from '../position';
import type { StreamName } from '../stream';

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
