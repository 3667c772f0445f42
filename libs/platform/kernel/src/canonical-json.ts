import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/**
 * The RFC 8785 (JCS) form of a JSON value: one value, one text, whatever the order of its keys.
 * Near misses that are not it: `JSON.stringify` with sorted keys at the top level only, and JSON5.
 * @throws Error on NaN, infinities and circular structures, which JSON has no words for.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('A value without a JSON form cannot be made canonical.');
  return text;
}

/** Lower-case hexadecimal SHA-256 of the UTF-8 bytes of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The fingerprint of a JSON value: SHA-256 over its RFC 8785 form. */
export function fingerprint(value: unknown): string {
  return sha256(canonicalJson(value));
}
