import {
  categoryOf,
  coversSite,
  formatPosition,
  type Actor,
  type ClinicalTime,
  type EditCheck,
  type FactCitation,
  type Reason,
  type RecordedEvent,
  type Scope,
  type SignatureRecord,
  type Source,
  type Subject,
} from '@platform/kernel';
import { correctedBy, trailLines, type Corrects, type TrailLine } from './trail-lines';

/**
 * One event as the audit trail shows it: who, what field by field, when, why, in which circumstances, and what proves
 * it. The union of what 21 CFR 11.10(e), the FDA's 2024 questions and answers, ICH E6(R3) 4.2.2 and EMA's 2023
 * guideline 6.2.1 ask for.
 */
export interface TrailEntry {
  /** Decimal text. */
  readonly position: string;
  readonly event: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly actor: Actor;
  readonly source: Source;
  readonly address?: string;
  readonly subject: Subject;
  /** Server's instant, UTC. */
  readonly recordedAt: string;
  /** Client's instant, UTC. */
  readonly enteredAt?: string;
  /** In the clinic, with its precision and zone. */
  readonly occurredAt?: ClinicalTime;
  readonly reason?: Reason;
  readonly editCheck?: EditCheck;
  readonly corrects?: Corrects;
  readonly command: { readonly id: string; readonly type: string };
  readonly correlationId: string;
  readonly causationId?: string;
  readonly software: string;
  readonly protocolVersion?: string;
  readonly facts?: readonly FactCitation[];
  readonly signature?: SignatureRecord;
  readonly previousHash: string;
  readonly hash: string;
  readonly lines: readonly TrailLine[];
}

/** A pure function of the event alone: what the trail shows never depends on what else the software knows. */
export function trailEntry(event: RecordedEvent): TrailEntry {
  const { metadata } = event;
  return {
    position: formatPosition(event.position),
    event: event.id,
    stream: event.stream,
    revision: event.revision,
    type: event.type,
    schemaVersion: metadata.schemaVersion,
    actor: metadata.actor,
    source: metadata.source,
    address: metadata.address,
    subject: metadata.subject,
    recordedAt: metadata.recordedAt,
    enteredAt: metadata.enteredAt,
    occurredAt: metadata.occurredAt,
    reason: metadata.reason,
    editCheck: metadata.editCheck,
    corrects: correctedBy(event),
    command: { id: metadata.command.id, type: metadata.command.type },
    correlationId: metadata.correlationId,
    causationId: metadata.causationId,
    software: metadata.software,
    protocolVersion: metadata.protocolVersion,
    facts: metadata.facts,
    signature: metadata.signature,
    previousHash: metadata.previousHash,
    hash: metadata.hash,
    lines: trailLines(event),
  };
}

/**
 * Whether somebody with this scope may see an event. One that belongs to a site is seen by those who cover the site;
 * one that belongs to the trial as a whole by those who cover all of its sites; one of another trial, or of none, only
 * by those whose role holds for every trial (`*`).
 */
export function isVisible({ metadata: { subject } }: RecordedEvent, scope: Scope): boolean {
  if (scope.trial === '*') return scope.sites === 'all';
  if (subject.trial !== scope.trial) return false;
  return subject.site === undefined ? scope.sites === 'all' : coversSite(scope, subject.site);
}

/** Streams of people, who belong to no trial. */
const ofPeople: readonly string[] = ['account', 'contact'];

/**
 * The entry as somebody with this scope sees it. A decision about whom to alert cites the accounts that it looked at,
 * those of other sites too: these citations are for roles that hold for all sites.
 */
export function entryFor(event: RecordedEvent, { sites }: Scope): TrailEntry {
  const entry = trailEntry(event);
  if (sites === 'all' || !entry.facts) return entry;
  return { ...entry, facts: entry.facts.filter(({ stream }) => !ofPeople.includes(categoryOf(stream))) };
}
