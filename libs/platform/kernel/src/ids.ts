import { hash, randomFillSync } from 'node:crypto';
import { v5, v7 } from 'uuid';

/** The only door to new identifiers, so that a simulation can draw them from a seed. */
export interface Ids {
  /** A new UUID that nobody has seen; time-ordered (UUIDv7) in production. */
  next(): string;
}

export const IDS = Symbol('Ids');

/** Random bytes are fetched for many ids at once: by itself each id would cost a call of the system's generator. */
const random = { bytes: Buffer.alloc(256 * 16), used: 256 * 16 };

function randomBytes(): Buffer {
  if (random.used === random.bytes.length) {
    randomFillSync(random.bytes);
    random.used = 0;
  }
  return random.bytes.subarray(random.used, (random.used += 16));
}

/** RFC 9562 6.2, method 1: what orders the ids of one millisecond. */
let counter = randomBytes().readUInt32BE() >>> 1;

export const timeOrderedIds: Ids = {
  next() {
    counter = (counter + 1) & 0x7fff_ffff;
    return v7({ random: randomBytes(), seq: counter });
  },
};

/** Namespace of every identifier that this software derives from another one. */
const derivedNamespace = '6f1c6ed4-0d0f-5b0e-9d5b-6f6d1f3c2a10';

/** The identifier that follows from some texts: always the same one (UUIDv5). */
export const derivedId = (...parts: readonly string[]): string => v5(parts.join('\u001f'), derivedNamespace);

/**
 * The ids of the events that one command writes, by their index: UUIDv5 (RFC 9562 5.5) of the index in the namespace of
 * the command's id, so that a repeated command yields the same ones. The `uuid` package makes the same ids, at four
 * times the cost; every event pays it.
 */
export function eventIds(commandId: string): (index: number) => string {
  if (!isUuid(commandId)) throw new TypeError('The id of a command is a UUID.');
  const bytes = Buffer.alloc(32);
  bytes.write(commandId.replaceAll('-', ''), 'hex');
  return index => {
    const end = 16 + bytes.write(String(index), 16, 'latin1');
    const hex = hash('sha1', bytes.subarray(0, end), 'hex');
    const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) & 3);
    return (
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}` +
      `-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    );
  };
}

/** The id of the event at an index among those one command wrote. */
export const eventIdOf = (commandId: string, index: number): string => eventIds(commandId)(index);

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
