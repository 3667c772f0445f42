import { hash } from 'node:crypto';
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
export function eventIdOf(commandId: string, index: number): string {
  if (!isUuid(commandId)) throw new TypeError('The id of a command is a UUID.');
  // UUIDv5, RFC 9562 5.5, as the package makes it; every event gets one, and this is four times quicker.
  const text = String(index);
  const bytes = Buffer.allocUnsafe(16 + text.length);
  bytes.write(commandId.replaceAll('-', ''), 'hex');
  bytes.write(text, 16, 'latin1');
  const hex = hash('sha1', bytes, 'hex');
  const variant = '89ab'[parseInt(hex.charAt(16), 16) & 3] ?? '';
  return (
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}` +
    `-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  );
}

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
