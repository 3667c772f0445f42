import type { JsonObject } from '@platform/kernel';

/**
 * Delivery: a message is taken to one recipient over one channel, once, and what became of it is told.
 *
 * A channel promises:
 * - to try once: one connection, one request, no redirect followed, nothing repeated on its own;
 * - to answer in time: within its limits, at once when the caller's signal or `close` says so;
 * - to tell every outcome as a result. It rejects for a defect of this program only;
 * - to hand on nothing that the other side wrote but codes and a queue's id: its words may quote anything;
 * - to keep secrets, addresses and passwords out of results and errors.
 *
 * It does not promise:
 * - that a message arrives once. A connection may break after the other side took the message, and a caller who tries
 *   again sends it twice: receivers tell by the id, which is the same each time;
 * - that a person has seen anything. Delivered means that the other side's server has taken the message;
 * - to remember. Retries, schedules and records are the caller's.
 */
export interface Channel {
  deliver(message: OutgoingMessage, address: Address, signal?: AbortSignal): Promise<DeliveryResult>;
  /** Ends what is under way as interrupted, waits for it, and takes nothing more. */
  close(): Promise<void>;
}

/** One message to one recipient over one channel. Thin: no clinical data. */
export interface OutgoingMessage {
  /** Stable over retries; receivers dedup by it. Letters, digits, `_` and `-`, at most 128. */
  readonly id: string;
  /** What it tells, as words with full stops between: `alert.raised`. */
  readonly type: string;
  /** When what it tells happened; an instant, UTC. */
  readonly at: string;
  /** A line for people. */
  readonly subject: string;
  /** A few lines for people. */
  readonly text: string;
  /** Ids and codes only. */
  readonly data: JsonObject;
}

export type Address =
  | {
      readonly channel: 'webhook';
      readonly url: string;
      /** `whsec_` and the base64 of 24 to 64 bytes; several with a blank between while keys are changed. */
      readonly secret: string;
    }
  | { readonly channel: 'email'; readonly to: string };

export type DeliveryResult =
  | {
      readonly outcome: 'delivered';
      /** What the other side calls it: a status code, the id in its queue. */
      readonly reference?: string;
    }
  | Failed;

export interface Failed {
  readonly outcome: 'failed';
  readonly failure: DeliveryFailure;
  /** Whether another try may end otherwise without anybody mending the address or the message. */
  readonly retry: boolean;
  /** The other side asked to be left alone for so long. */
  readonly retryAfterMs?: number;
  /** A code, for those who look for the cause: `503`, `550 5.1.1`, `CERT_HAS_EXPIRED`. */
  readonly detail?: string;
}

/** Everything that can go wrong, in a sentence for operators. */
export const failureMeanings = {
  'message-refused':
    'The message itself cannot be sent: its id, subject, text or data are not formed as they must be.',
  'address-unusable': 'The address is not formed as it must be: correct the URL, the secret or the mailbox.',
  'address-forbidden': 'The address leads into a network that messages may not be sent to.',
  'not-configured': 'This channel is not set up on the server.',
  unresolvable: 'The name of the host is not known, or no name server answers.',
  'connection-refused': 'Nobody listens at the host and port.',
  'connection-lost': 'There is no way to the host, or the connection broke.',
  'timed-out': 'The other side did not answer in time.',
  'tls-failed': 'No encrypted connection came about, or the certificate is not to be trusted.',
  'not-understood': 'The other side answers in another language than it should.',
  redirected: 'The receiver has moved: enter the address that it names. Redirects are not followed.',
  gone: 'The receiver wants no more messages: stop sending to this address.',
  rejected: 'The receiver refused the message.',
  'mailbox-refused': 'The mail server does not take mail for this mailbox.',
  'sign-in-refused':
    'The mail server does not take the user and password that are configured, or wants some.',
  deferred: 'The receiver asks to be tried again later.',
  'rate-limited': 'The receiver gets too many messages at once.',
  'server-error': 'The receiver has trouble of its own.',
  interrupted: 'The attempt was ended from this side before there was an answer.',
} as const satisfies Readonly<Record<string, string>>;

export type DeliveryFailure = keyof typeof failureMeanings;

/** How long one attempt may take; milliseconds. */
export interface DeliveryLimits {
  /** Until there is a connection, encrypted where it has to be. */
  readonly connectMs: number;
  /** From the call to the end of the answer. */
  readonly totalMs: number;
}

/** Standard Webhooks recommends 15 to 30 seconds for the whole. */
export const defaultDeliveryLimits: DeliveryLimits = { connectMs: 10_000, totalMs: 20_000 };
