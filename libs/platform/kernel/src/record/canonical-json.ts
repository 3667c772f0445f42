import { hash } from 'node:crypto';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Deeper than any record of a trial; a structure that goes on beyond it is circular or made to do harm. */
const maxDepth = 500;

/**
 * The RFC 8785 (JCS) form of a JSON value: one value, one text, whatever the order of its keys.
 * Near misses that are not it: `JSON.stringify` with sorted keys at the top level only, keys sorted by code point or
 * by locale instead of by UTF-16 unit, and JSON5. As in `JSON.stringify`, `toJSON` is honoured, members that are
 * `undefined` are left out, and `undefined` in an array is null.
 * @throws Error for what JSON has no words for: NaN, infinities, big integers, functions, symbols, text with a lone
 * surrogate (RFC 8785 3.2.2.2), and circular structures or ones nested deeper than 500 levels.
 */
export function canonicalJson(value: unknown): string {
  return textOf(value, 0);
}

/** One member of an object as `"key":value`, in its canonical form. */
export interface CanonicalMember {
  readonly key: string;
  readonly text: string;
}

/** The members of a plain object in their canonical order, for a caller who puts them together himself. */
export function canonicalMembers(object: object): CanonicalMember[] {
  const members: CanonicalMember[] = [];
  for (const key of sortedKeys(object)) {
    const value = (object as JsonObject)[key];
    if (value !== undefined) members.push({ key, text: `${quoted(key)}:${textOf(value, 1)}` });
  }
  return members;
}

function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  if (typeof value === 'object') return structureText(value, depth);
  throw new Error(`A value of type ${typeof value} has no JSON form.`);
}

/** RFC 8785 takes the number format of ECMAScript over as it is. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} has no JSON form.`);
  return JSON.stringify(value);
}

function structureText(value: object, depth: number): string {
  if (depth > maxDepth) throw new Error('A circular or too deeply nested structure has no JSON form.');
  if ('toJSON' in value && typeof value.toJSON === 'function') return textOf(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return arrayText(value, depth);
  let members = '';
  for (const key of sortedKeys(value)) {
    const member = (value as JsonObject)[key];
    if (member === undefined) continue;
    if (members !== '') members += ',';
    members += `${quoted(key)}:${textOf(member, depth + 1)}`;
  }
  return `{${members}}`;
}

function arrayText(values: readonly unknown[], depth: number): string {
  let items = '';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) items += ',';
    items += values[i] === undefined ? 'null' : textOf(values[i], depth + 1);
  }
  return `[${items}]`;
}

/** Keys by UTF-16 code units, which is what `sort` and `<` compare; many objects arrive in that order already. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  }
  return keys;
}

/** A character that JSON escapes, or one outside ASCII that needs the second look below. */
const notPlain = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;
const loneSurrogate = /\p{Surrogate}/u;

function quoted(text: string): string {
  if (!notPlain.test(text)) return `"${text}"`;
  if (loneSurrogate.test(text)) throw new Error('Text with a lone surrogate has no JSON form.');
  return JSON.stringify(text);
}

/** Lower-case hexadecimal SHA-256 of the UTF-8 bytes of a text. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The fingerprint of a JSON value: SHA-256 over its RFC 8785 form. */
export function fingerprint(value: unknown): string {
  return sha256(canonicalJson(value));
}
