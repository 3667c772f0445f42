import type { ErrorType } from '@eventstore/db-client';
import { LogUnavailable, type LogFailure } from '../port';

/** The server said nothing for too long. */
export class Silence extends Error {
  constructor() {
    super('EventStoreDB does not answer.');
    this.name = 'Silence';
  }
}

/** What a failed call means for who made it. */
export type WireFailure =
  | { readonly kind: 'wrong revision'; readonly actual: number }
  | { readonly kind: 'too large' }
  | { readonly kind: 'no such stream' }
  /** No event begins there. */
  | { readonly kind: 'no such position' }
  /** Cannot be helped by trying again. */
  | { readonly kind: 'refused'; readonly failure: LogFailure }
  /** Nothing was done, and another try may do it. */
  | { readonly kind: 'not taken' }
  /** Nobody knows what was done. */
  | { readonly kind: 'unknown' };

/** By the names that the server has for its errors, and the client in `type`. */
const byType: Readonly<Partial<Record<`${ErrorType}`, WireFailure>>> = {
  'not-leader': { kind: 'not taken' },
  'stream-not-found': { kind: 'no such stream' },
  'maximum-append-size-exceeded': { kind: 'too large' },
  'access-denied': { kind: 'refused', failure: 'read-only storage' },
  // Nothing here deletes a stream: what was in it has been lost.
  'stream-deleted': { kind: 'refused', failure: 'corrupt storage' },
};

/** The statuses of gRPC that say more than "unknown": the first call to a dead server has nothing else. */
const byCode: Readonly<Record<number, WireFailure>> = {
  3: { kind: 'no such position' },
  7: { kind: 'refused', failure: 'read-only storage' },
  16: { kind: 'refused', failure: 'read-only storage' },
};

/** What 24.6 and before say where later ones have a status: the position is within an event. */
const oldInvalidPosition = /ReadAllResult/;
/** The call has never left this process. */
const neverSent = /^14 UNAVAILABLE: No connection established|^Failed to discover/;

export function wireFailureOf(error: unknown): WireFailure {
  const {
    type,
    code,
    message = '',
    actualVersion,
  } = error as {
    readonly type?: `${ErrorType}`;
    readonly code?: number;
    readonly message?: string;
    readonly actualVersion?: bigint | string;
  };
  if (type === 'wrong-expected-version')
    return { kind: 'wrong revision', actual: typeof actualVersion === 'bigint' ? Number(actualVersion) : -1 };
  if (neverSent.test(message)) return { kind: 'not taken' };
  if (oldInvalidPosition.test(message)) return { kind: 'no such position' };
  return (type && byType[type]) ?? byCode[code ?? -1] ?? { kind: 'unknown' };
}

/** How a read fails for its caller. */
export function readFailure(error: unknown): LogUnavailable {
  if (error instanceof LogUnavailable) return error;
  const wire = wireFailureOf(error);
  return new LogUnavailable(wire.kind === 'refused' ? wire.failure : 'no answer', 'not written', {
    cause: error,
  });
}
