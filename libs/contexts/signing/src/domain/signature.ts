import {
  absent,
  conflict,
  eventIdOf,
  formatPosition,
  invalid,
  parsePosition,
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type EventRef,
  type Position,
  type Reason,
  type Rejection,
  type StreamName,
} from '@platform/kernel';
import { digestOf, type SignedContent } from './content';

// Stream

/**
 * The signatures under one participant's data: `signature-{trial}.{participant}`. Beside the streams that are signed,
 * so that a signature is no part of what the next one covers.
 */
export const signatureStream = (trial: string, participant: string): StreamName =>
  streamName('signature', trial, participant);

// Events. These names are the storage format.

export type SignatureEvent =
  | DomainEvent<'DataSigned', SignedData>
  | DomainEvent<'SignatureSuperseded', { readonly signature: string; readonly by: string }>
  | DomainEvent<'SignatureWithdrawn', { readonly signature: string }>;

/**
 * At which of the milestones agreed with the sponsor the data are endorsed (ICH E6(R3) 3.16.1(o)). `periodicReview` is
 * for those that a trial agrees on between the others.
 */
export const milestones = [
  'periodicReview',
  'interimAnalysis',
  'participantCompletion',
  'databaseLock',
] as const;
export type Milestone = (typeof milestones)[number];

/** What the signature says, as it is printed (21 CFR 11.50(a)(3)). */
export const endorsement = 'Review and endorsement of the data';
export const withdrawal = 'Withdrawal of my signature';

/** 21 CFR 11.50(a) and 11.70: who, what it means, and what it is bound to. When is the event's own time. */
export interface SignedData {
  readonly meaning: string;
  readonly milestone: Milestone;
  readonly signer: { readonly user: string; readonly printedName: string; readonly role: string };
  /** Position up to which the data are signed, decimal text. */
  readonly position: string;
  /** Over `content`, which is canonical; see `digestOf`. */
  readonly digest: string;
  readonly content: SignedContent;
}

// State

export interface Signature extends SignedData {
  /** Id of the event. */
  readonly signature: string;
  readonly signedAt: string;
  readonly ended?: SignatureEnd;
}

export interface SignatureEnd {
  readonly how: 'superseded' | 'withdrawn';
  readonly at: string;
  readonly reason?: Reason;
  /** The signature that took its place. */
  readonly by?: string;
}

export interface SignaturesState {
  readonly signatures: readonly Signature[];
}

const initial: SignaturesState = { signatures: [] };

// Evolve

function evolve(state: SignaturesState, event: SignatureEvent, ref: EventRef): SignaturesState {
  switch (event.type) {
    case 'DataSigned': {
      const signed = { ...event.data, signature: ref.id, signedAt: ref.recordedAt };
      return { signatures: [...state.signatures, signed] };
    }
    case 'SignatureSuperseded':
      return ended(state, event.data.signature, {
        how: 'superseded',
        at: ref.recordedAt,
        reason: event.reason,
        by: event.data.by,
      });
    case 'SignatureWithdrawn':
      return ended(state, event.data.signature, {
        how: 'withdrawn',
        at: ref.recordedAt,
        reason: event.reason,
      });
    default:
      return unknownEvent(event);
  }
}

export const signatureDecider: Decider<SignaturesState, SignatureEvent> = { initial, evolve };

const ended = ({ signatures }: SignaturesState, id: string, end: SignatureEnd): SignaturesState => ({
  signatures: signatures.map(each => (each.signature === id ? { ...each, ended: end } : each)),
});

export const isStanding = (signature: Signature): boolean => signature.ended === undefined;

// Decisions

/** What the data were when somebody asked to sign them. */
export interface DataToSign {
  readonly content: SignedContent;
  /** Position of the last of these data. */
  readonly lastPosition: Position;
  /** Position of the log's last event. */
  readonly head: Position;
}

export interface Signing {
  readonly milestone: Milestone;
  readonly position: string;
  readonly digest: string;
  readonly reason?: Reason;
}

type Context = Pick<DecisionContext<DataToSign>, 'actor' | 'commandId' | 'facts'>;

/**
 * Signs a participant's data as they were shown at a position. The same again adds nothing. A signature of the same
 * person at the same milestone is superseded, which takes a reason: a correction was reviewed, data were added.
 */
export function signData(
  signing: Signing,
  state: SignaturesState,
  context: Context,
): Decision<SignatureEvent> {
  const { actor, commandId, facts } = context;
  const wrong = notAsShown(signing, facts);
  if (wrong) return wrong;
  const { milestone, position, digest, reason } = signing;
  const before = state.signatures.filter(
    each => isStanding(each) && each.milestone === milestone && each.signer.user === actor.user,
  );
  if (before.some(each => each.digest === digest)) return [];
  if (before.length > 0 && !reason) {
    return invalid(
      'SIGNATURE-REASON',
      'reason',
      'You signed at this milestone before: say why you sign again.',
    );
  }
  const { user, printedName, role } = actor;
  const signer = { user, printedName, role };
  const by = eventIdOf(commandId, 0);
  return [
    {
      type: 'DataSigned',
      data: { meaning: endorsement, milestone, signer, position, digest, content: facts.content },
    },
    ...before.map(({ signature }) => ({
      ...{ type: 'SignatureSuperseded' as const, data: { signature, by }, reason },
    })),
  ];
}

/** Nobody signs what they were not shown: neither what changed meanwhile, nor what is still to come. */
function notAsShown({ position, digest }: Signing, facts: DataToSign): Rejection | undefined {
  const { content, lastPosition, head } = facts;
  if (content.streams.length === 0) return unknownParticipant;
  const shown = parsePosition(position);
  if (shown === undefined || shown > head) {
    const text = 'There is nothing at this position yet. Take it from the data that you were shown.';
    return invalid('SIGNATURE-POSITION', 'position', text);
  }
  if (lastPosition > shown) {
    const text = 'The data have changed since you were shown them. Look at them again before you sign.';
    return conflict('SIGNATURE-DATA-CHANGED', text, {
      field: 'position',
      evidence: { changedAt: formatPosition(lastPosition) },
    });
  }
  if (digestOf(content) === digest) return undefined;
  return conflict('SIGNATURE-DIGEST', 'This is not the digest of the data at that position. Read it again.', {
    field: 'digest',
  });
}

/** Takes one's own signature back. The data and the signature stay on record, with the reason. */
export function withdrawSignature(
  { reason }: { readonly reason: Reason },
  state: SignaturesState,
  { actor, target }: Pick<DecisionContext, 'actor'> & { readonly target: Readonly<Record<string, string>> },
): Decision<SignatureEvent> {
  const signed = state.signatures.find(({ signature }) => signature === target.signature);
  if (!signed) return unknownSignature;
  if (signed.signer.user !== actor.user) {
    return refuse(
      'SIGNATURE-NOT-OWN',
      'A signature is withdrawn by the person who gave it, and by nobody else.',
    );
  }
  if (signed.ended?.how === 'withdrawn') return [];
  if (signed.ended) {
    return conflict(
      'SIGNATURE-SUPERSEDED',
      'A later signature of yours has taken its place: withdraw that one.',
    );
  }
  return [{ type: 'SignatureWithdrawn', data: { signature: signed.signature }, reason }];
}

export const unknownParticipant = absent(
  'SIGNATURE-PARTICIPANT-UNKNOWN',
  'No such participant was screened in this trial at that moment, within your sites.',
);

export const unknownSignature = absent(
  'SIGNATURE-UNKNOWN',
  'There is no such signature under the data of this participant.',
);
