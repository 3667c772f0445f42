import { HttpException } from '@nestjs/common';
import {
  AccessRefused,
  CommandRejected,
  IdempotencyKeyReused,
  NotYetVisible,
  QueryRejected,
  SignatureRefused,
  StreamContended,
} from '@platform/commands';
import { AppendTooLarge, LogUnavailable } from '@platform/event-log';
import { SecretsUnavailable } from '@platform/secrets';
import { ViewsUnavailable } from '@platform/views';
import type { Rejection, RejectionKind } from '@platform/kernel';
import { InputInvalid, PrincipalRefused, PrincipalUnknown, RateLimited, type Violation } from './errors';

/** Why a request was not answered with what it asked for: RFC 9457, `application/problem+json`. */
export interface ProblemDocument {
  /** A relative reference, `/problems/<kind>`: stable, for programs. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What is wrong here and what to do, for the person who asked. */
  readonly detail?: string;
  /** The path that was asked for. */
  readonly instance?: string;
  /** Stable id of the rule that said no. */
  readonly rule?: string;
  /** The field that is to blame, when it is one. */
  readonly field?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
  /** Everything that is wrong with an input, the first one included. */
  readonly violations?: readonly Violation[];
  /** With 202: the position that was asked for and the one that is reached, decimal text. */
  readonly wanted?: string;
  readonly reached?: string;
  /** With 500: the number under which the host's own log holds the cause. */
  readonly correlationId?: string;
}

/** A document, and the headers that belong to it. */
export interface Problem {
  readonly document: ProblemDocument;
  readonly headers: Readonly<Record<string, string>>;
}

type Details = Omit<ProblemDocument, 'type' | 'title' | 'status'>;

const problem = (
  kind: string,
  title: string,
  status: number,
  details: Details,
  headers: Readonly<Record<string, string>> = {},
): Problem => ({ document: { type: `/problems/${kind}`, title, status, ...details }, headers });

const statusOf: Readonly<Record<RejectionKind, readonly [status: number, title: string]>> = {
  refused: [422, 'Refused by a rule'],
  invalid: [400, 'Invalid input'],
  absent: [404, 'No such thing'],
  conflict: [409, 'Conflict with the present state'],
};

/** What the world may know of an error. Undefined for one that nobody foresaw: of that, it may know nothing. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof CommandRejected || error instanceof QueryRejected)
    return rejectionProblem(error.rejection);
  if (error instanceof InputInvalid) return inputProblem(error);
  const detail = error instanceof Error ? error.message : undefined;
  if (error instanceof PrincipalUnknown) {
    const challenge = { 'WWW-Authenticate': 'Bearer' };
    return problem('unauthenticated', 'Not logged in', 401, { detail, rule: error.rule }, challenge);
  }
  if (error instanceof PrincipalRefused || error instanceof SignatureRefused) {
    return problem('forbidden', 'Not allowed', 403, { detail, rule: error.rule });
  }
  if (error instanceof AccessRefused) {
    return problem('forbidden', 'Not allowed', 403, { detail, rule: 'ACCESS-NO-GRANT' });
  }
  if (error instanceof RateLimited) {
    const details = { detail, rule: 'ACCESS-RATE-LIMIT' };
    return problem('rate-limited', 'Too many attempts', 429, details, retryAfter(error.retryAfterSeconds));
  }
  if (error instanceof NotYetVisible) {
    const { wanted, reached } = error;
    return problem('not-yet-visible', 'Not visible yet', 202, { detail, wanted, reached }, retryAfter(1));
  }
  return commandProblem(error, detail) ?? (error instanceof HttpException ? httpProblem(error) : undefined);
}

function commandProblem(error: unknown, detail: string | undefined): Problem | undefined {
  if (error instanceof IdempotencyKeyReused) {
    const rule = 'INPUT-IDEMPOTENCY-KEY-REUSED';
    return problem('idempotency-key-reused', 'Key used before', 409, {
      detail,
      rule,
      field: 'Idempotency-Key',
    });
  }
  if (error instanceof StreamContended) {
    return problem('contended', 'Too many writers at once', 503, { detail }, retryAfter(1));
  }
  if (error instanceof LogUnavailable) {
    // The class of the cause only: its message may name a path of this machine.
    const details = { detail: `The event log is unavailable: ${error.failure}. ${outcomes[error.outcome]}` };
    return problem('log-unavailable', 'Storage unavailable', 503, details, retryAfter(5));
  }
  if (error instanceof ViewsUnavailable) {
    const details = { detail: 'The database of the views does not answer. Nothing was saved.' };
    return problem('views-unavailable', 'Views unavailable', 503, details, retryAfter(5));
  }
  if (error instanceof SecretsUnavailable) {
    const details = {
      detail: `${error.message} Send the same request again, with the same Idempotency-Key.`,
    };
    return problem('secrets-unavailable', 'Storage of secrets unavailable', 503, details, retryAfter(5));
  }
  if (error instanceof AppendTooLarge) {
    const details = { detail: 'The request holds more than one record may.', rule: 'INPUT-TOO-LARGE' };
    return problem('too-large', 'Too large', 413, details);
  }
  return undefined;
}

const outcomes = {
  'not written': 'Nothing was saved.',
  unknown: 'Send the request again with the same Idempotency-Key to learn whether it was saved.',
} as const;

const retryAfter = (seconds: number): Readonly<Record<string, string>> => ({
  'Retry-After': String(seconds),
});

function rejectionProblem({ rejected, rule, reason, field, evidence }: Rejection): Problem {
  const [status, title] = statusOf[rejected];
  return problem(rejected, title, status, { detail: reason, rule, field, evidence });
}

function inputProblem({ violations }: InputInvalid): Problem {
  const [{ field, rule, message }] = violations;
  return problem('invalid', 'Invalid input', 400, { detail: message, rule, field, violations });
}

const httpProblems: Readonly<
  Record<number, readonly [kind: string, title: string, detail: string, rule?: string]>
> = {
  400: [
    'malformed',
    'Malformed request',
    'The request is not well-formed; its body must be JSON.',
    'INPUT-MALFORMED',
  ],
  401: ['unauthenticated', 'Not logged in', 'Log in, and send the access token.', 'AUTH-TOKEN-REQUIRED'],
  403: [
    'forbidden',
    'Not allowed',
    'None of your roles allows this at this trial and site.',
    'ACCESS-NO-GRANT',
  ],
  404: ['absent', 'No such thing', 'There is nothing at this address.', 'INPUT-ROUTE'],
  405: ['method', 'Method not allowed', 'This address does not take that method.', 'INPUT-METHOD'],
  413: ['too-large', 'Too large', 'The body is larger than this host takes.', 'INPUT-TOO-LARGE'],
  414: ['too-large', 'Too large', 'The address is longer than this host takes.', 'INPUT-TOO-LARGE'],
  415: ['media-type', 'Unsupported media type', 'Send the body as application/json.', 'INPUT-MEDIA-TYPE'],
  431: ['too-large', 'Too large', 'The headers are larger than this host takes.', 'INPUT-TOO-LARGE'],
  503: ['unavailable', 'Unavailable', 'The host cannot answer at this moment.'],
};

/**
 * An error of the framework: a body that is no JSON, an unknown route. Its own text may quote the input; ours does not.
 */
function httpProblem(error: HttpException): Problem | undefined {
  const status = error.getStatus();
  const known = httpProblems[status] ?? (status < 500 ? httpProblems[400] : undefined);
  if (!known) return undefined;
  const [kind, title, detail, rule] = known;
  return problem(kind, title, status, { detail, rule });
}
