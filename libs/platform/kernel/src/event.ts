import type { ClinicalTime } from './time/clinical-time';
import type { JsonObject, JsonValue } from './record/canonical-json';

/** Why something was changed, voided or overridden. The code is for counting, the text is what the person wrote. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

/**
 * A fact, as the domain states it. The type is a literal in the past tense and is the storage format; everything
 * about who, when and how is in the envelope and is added when the fact is written.
 */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
  /** When it happened in the clinic, with its precision and zone; absent where only the recording matters. */
  readonly occurredAt?: ClinicalTime;
  /** What the named fields of `data` held before; a field that is missing here had no value before. */
  readonly previous?: JsonObject;
  /** Mandatory for a change, a void, an override. */
  readonly reason?: Reason;
  /** Ids that this event is about beyond those of its stream, for the trail. */
  readonly about?: Readonly<Record<string, string>>;
}

/** What a fold may know of an event beside its content. */
export interface EventRef {
  readonly id: string;
  readonly revision: number;
  readonly recordedAt: string;
}

/**
 * One aggregate's way of remembering. `evolve` never judges and never reads a clock; a type it does not know ends in
 * `unknownEvent`.
 */
export interface Decider<State, Event extends DomainEvent> {
  readonly initial: State;
  evolve(state: State, event: Event, ref: EventRef): State;
}

/** Ends an exhaustive switch over event types: a new type fails the compiler here, an unknown stored one the reader. */
export function unknownEvent(event: never): never {
  const { type } = event as { type?: string };
  throw new UnknownEventError(type ?? 'without a type');
}

export class UnknownEventError extends Error {
  constructor(readonly type: string) {
    super(`The event type "${type}" is unknown to this software; a reader must not skip it.`);
    this.name = 'UnknownEventError';
  }
}

/** The fields of `next` that differ from `current`, with what they held before: the two halves of a change event. */
export function changesBetween(
  current: JsonObject,
  next: JsonObject,
): { readonly changed: JsonObject; readonly previous: JsonObject } {
  const changed: Record<string, JsonValue> = {};
  const previous: Record<string, JsonValue> = {};
  for (const [field, value] of Object.entries(next)) {
    if (value === undefined || JSON.stringify(value) === JSON.stringify(current[field])) continue;
    changed[field] = value;
    previous[field] = current[field] ?? null;
  }
  return { changed, previous };
}
