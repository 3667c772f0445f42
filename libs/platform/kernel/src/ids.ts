import { v5, v7 } from 'uuid';

/** The only door to new identifiers, so that a simulation can draw them from a seed. */
export interface Ids {
  /** A new UUID that nobody has seen; time-ordered (UUIDv7) in production. */
  next(): string;
}

export const IDS = Symbol('Ids');

export const timeOrderedIds: Ids = { next: () => v7() };

/** Namespace of every identifier that this software derives from another one. */
const derivedNamespace = '6f1c6ed4-0d0f-5b0e-9d5b-6f6d1f3c2a10';

/** The identifier that follows from some texts: always the same one (UUIDv5). */
export const derivedId = (...parts: readonly string[]): string => v5(parts.join('\u001f'), derivedNamespace);

/** The id of the event at an index among those one command wrote: a repeated command yields the same ids. */
export const eventIdOf = (commandId: string, index: number): string => v5(String(index), commandId);

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
