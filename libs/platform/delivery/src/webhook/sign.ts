import { Webhook } from 'standardwebhooks';

/**
 * The signatures of Standard Webhooks 1.0.0 (HMAC-SHA256, `v1`), over `{id}.{timestamp}.{body}`; by the reference
 * library. Near misses: a signature over parsed and rewritten JSON, a timestamp in milliseconds, hexadecimal, and a
 * secret that is used as text with its prefix instead of the bytes that it stands for.
 */

const secretPattern = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const fewestBytes = 24;
const mostBytes = 64;

/** The secrets in an address, the newest first; undefined when one of them is none. */
export function secretsOf(text: string): readonly string[] | undefined {
  const secrets = text.split(' ');
  return secrets.every(isSecret) ? secrets : undefined;
}

function isSecret(text: string): boolean {
  const base64 = secretPattern.exec(text)?.[1] ?? '';
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 && bytes.length >= fewestBytes && bytes.length <= mostBytes;
}

export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** @param nowMs when the attempt is made: receivers refuse what was signed minutes ago */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  nowMs: number,
  body: string,
): SignedHeaders {
  const signatures = secrets.map(secret => new Webhook(secret).sign(id, new Date(nowMs), body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
