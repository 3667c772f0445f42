import type { Rejection } from '@platform/kernel';

/** A decision said no. Nothing was written. */
export class CommandRejected extends Error {
  constructor(readonly rejection: Rejection) {
    super(rejection.reason);
    this.name = 'CommandRejected';
  }
}

/** The caller holds no role that allows this here. Says nothing about whether the target exists. */
export class AccessRefused extends Error {
  constructor(readonly permission: string) {
    super('None of your roles allows this at this trial and site.');
    this.name = 'AccessRefused';
  }
}

/** Nobody has shown to be the one who signs. Nothing was written but the attempt. */
export class SignatureRefused extends Error {
  constructor(
    readonly rule: string,
    message: string,
  ) {
    super(message);
    this.name = 'SignatureRefused';
  }
}

/** The same idempotency key came with another content. */
export class IdempotencyKeyReused extends Error {
  constructor(readonly commandId: string) {
    super('This Idempotency-Key was used before, for a request with another content. Use a new key.');
    this.name = 'IdempotencyKeyReused';
  }
}

/** Other writers were faster again and again. Nothing was written; the same request may be sent again. */
export class StreamContended extends Error {
  constructor(readonly stream: string) {
    super('Others are changing the same record at this moment. Nothing was saved; send the request again.');
    this.name = 'StreamContended';
  }
}

/** A view has not reached the position that the caller asked to see. */
export class NotYetVisible extends Error {
  constructor(
    readonly wanted: string,
    readonly reached: string,
  ) {
    super('The record is saved; the view you asked for has not reached it yet. Ask again in a moment.');
    this.name = 'NotYetVisible';
  }
}

/** A query's argument cannot be understood, or names something that does not exist for this caller. */
export class QueryRejected extends Error {
  constructor(readonly rejection: Rejection) {
    super(rejection.reason);
    this.name = 'QueryRejected';
  }
}
