import type { DeliveryFailure, Failed } from './port';

interface More {
  readonly detail?: string;
  readonly retryAfterMs?: number;
}

/** Trying again changes nothing until somebody mends the message or the address. */
export const failedForGood = (failure: DeliveryFailure, more: More = {}): Failed => ({
  outcome: 'failed',
  failure,
  retry: false,
  ...more,
});

/** Trying again may do. */
export const failedForNow = (failure: DeliveryFailure, more: More = {}): Failed => ({
  outcome: 'failed',
  failure,
  retry: true,
  ...more,
});

/** Ends an attempt from wherever it is; never leaves the library. */
export class DeliveryEnded extends Error {
  constructor(readonly result: Failed) {
    super(result.failure);
    this.name = 'DeliveryEnded';
  }
}
