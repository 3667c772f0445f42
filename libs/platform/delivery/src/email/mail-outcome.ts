import { failedForGood, failedForNow } from '../failed';
import { codeOf, networkFailure } from '../network-failure';
import type { DeliveryFailure, DeliveryResult, Failed } from '../port';

/** What nodemailer adds to an error. */
interface MailError {
  readonly originalCode?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
}

/** Nodemailer's names for what ended a conversation without an answer. */
const failures: Readonly<Record<string, DeliveryFailure>> = {
  EAUTH: 'sign-in-refused',
  ENOAUTH: 'sign-in-refused',
  EDNS: 'unresolvable',
  ETIMEDOUT: 'timed-out',
  ETLS: 'tls-failed',
  EPROTOCOL: 'not-understood',
  ECONNECTION: 'connection-lost',
  ESOCKET: 'connection-lost',
};

/** The id under which the server queued the message, as most of them name it. */
const queued = /queued as ([A-Za-z0-9._-]{1,64})/i;

export function acceptedAs(response: string): DeliveryResult {
  const reference = queued.exec(response)?.[1] ?? replyCodes(response);
  return reference === undefined ? { outcome: 'delivered' } : { outcome: 'delivered', reference };
}

/** Undefined for an error that does not come from a conversation with a server. */
export function mailFailure(error: unknown): Failed | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const { originalCode, responseCode, response, command } = error as MailError;
  if (typeof responseCode === 'number') {
    const detail = replyCodes(String(response)) ?? String(responseCode);
    // Refused was the encryption, not the message.
    if (code === 'ETLS') return failedForNow('tls-failed', { detail });
    return replyFailure(responseCode, code === 'EAUTH', command === 'RCPT TO', detail);
  }
  const failure = Object.hasOwn(failures, code) ? failures[code] : undefined;
  return (
    (typeof originalCode === 'string' ? networkFailure(originalCode) : undefined) ??
    (failure && failedForNow(failure, { detail: code })) ??
    networkFailure(code)
  );
}

/**
 * What a reply says (RFC 5321 4.2.1): 4yz is for now, 5yz for good. Excepted is what the recipient has nothing to do
 * with and an operator mends: signing in (530 asks for it), and commands out of order (503).
 */
function replyFailure(reply: number, signingIn: boolean, recipient: boolean, detail: string): Failed {
  if (signingIn || reply === 530) return failedForNow('sign-in-refused', { detail });
  if (reply === 503) return failedForNow('server-error', { detail });
  if (reply < 500) return failedForNow('deferred', { detail });
  return failedForGood(recipient ? 'mailbox-refused' : 'rejected', { detail });
}

/** The numbers of a reply: `550`, or `550 5.1.1` with RFC 3463's code. The rest of it may quote anything. */
function replyCodes(response: string): string | undefined {
  const [, reply, enhanced] = /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3})\b)?/.exec(response) ?? [];
  return enhanced === undefined ? reply : `${reply} ${enhanced}`;
}
