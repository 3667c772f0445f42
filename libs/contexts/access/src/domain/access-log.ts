import { streamName, type DomainEvent, type StreamName } from '@platform/kernel';

/** Who came in, who looked at what, who was turned away: one stream a day, `access-{day}`, days in UTC. */
export const accessStream = (instant: string): StreamName => streamName('access', instant.slice(0, 10));

// Events. These names are the storage format.

export type AccessEvent =
  | DomainEvent<'LoggedIn', Session>
  | DomainEvent<'SessionRenewed', Session>
  | DomainEvent<'LoginFailed', FailedLogin>
  | DomainEvent<'RecordRead', Request>
  | DomainEvent<'Exported', Request>
  | DomainEvent<'AccessAttemptRefused', Request>
  | DomainEvent<'SigningRefused', FailedSigning>;

/** A session by its access token's id; the token itself is nowhere. */
export interface Session {
  readonly session: string;
  readonly method: string;
}

export interface FailedLogin {
  readonly method: string;
  /** The account whose login was tried, when there is one. */
  readonly account?: string;
  /**
   * A keyed fingerprint of a name that belongs to no account: it tells repeated attempts from different ones. The name
   * itself is not kept, because people type their password there.
   */
  readonly nameFingerprint?: string;
  /** `blocked`: the limit was reached, and further attempts are turned away without an entry of their own. */
  readonly outcome: 'refused' | 'blocked';
}

/** Somebody who is logged in did not show to be the one who signs. */
export interface FailedSigning {
  /** Name of the command. */
  readonly request: string;
  readonly permission: string;
  readonly method: string;
  /** `blocked`: the limit was reached, as in a failed login. */
  readonly cause: 'nothingShown' | 'anotherUser' | 'credentials' | 'blocked';
}

/** One question or command, with the permission that it needed. The ids it was about stand in the event's subject. */
export interface Request {
  readonly request: string;
  readonly permission: string;
  /** Position as of which the answer was made, decimal text. */
  readonly asOf?: string;
}
