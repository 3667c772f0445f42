import { canonicalJson } from '@platform/kernel';
import type { OutgoingMessage } from './port';

/** No full stop, which separates what a webhook's signature covers; nothing that a header cannot hold. */
const idPattern = /^[A-Za-z0-9_-]{1,128}$/;
/** The form that Standard Webhooks recommends. */
const typePattern = /^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/;
const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
/** Control characters, and what some programs take for the end of a line. */
const notOnOneLine = /[\p{Cc}\u2028\u2029]/u;
const loneSurrogate = /\p{Surrogate}/u;
const maxSubject = 200;
const maxText = 10_000;
/** Standard Webhooks recommends that payloads stay below 20 kB. */
const maxDataBytes = 8 * 1024;

/** What is wrong with a message, quoting nothing of it; undefined when it can be sent. */
export function messageProblem(message: OutgoingMessage): string | undefined {
  const { id, type, at, subject, text } = message;
  if (!idPattern.test(id)) return 'id';
  if (type.length > 128 || !typePattern.test(type)) return 'type';
  if (!instantPattern.test(at) || Number.isNaN(Date.parse(at))) return 'at';
  if (subject === '' || subject.length > maxSubject || notOnOneLine.test(subject)) return 'subject';
  if (text.length > maxText || text.includes('\0')) return 'text';
  if (loneSurrogate.test(subject) || loneSurrogate.test(text)) return 'half a character';
  return dataProblem(message.data);
}

function dataProblem(data: OutgoingMessage['data']): string | undefined {
  try {
    return Buffer.byteLength(canonicalJson(data)) > maxDataBytes ? 'data' : undefined;
  } catch {
    // It has no JSON form.
    return 'data';
  }
}
