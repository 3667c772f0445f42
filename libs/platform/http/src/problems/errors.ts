/** One thing that is wrong with an input: where, under which rule, and what to send instead. */
export interface Violation {
  /** Full path of the field: `results[2].unit`; the header's or the parameter's name outside the body. */
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** The request cannot be understood. Nothing was looked up and nothing was written. */
export class InputInvalid extends Error {
  constructor(readonly violations: readonly [Violation, ...Violation[]]) {
    super(violations[0].message);
    this.name = 'InputInvalid';
  }

  static of(field: string, rule: string, message: string): InputInvalid {
    return new InputInvalid([{ field, rule, message }]);
  }
}

/** Nobody is known to be asking: no token, or one that does not hold. Says nothing of the reason. */
export class PrincipalUnknown extends Error {
  constructor(
    readonly rule = 'AUTH-TOKEN-REQUIRED',
    message = 'Log in, and send the access token as "Authorization: Bearer …".',
  ) {
    super(message);
    this.name = 'PrincipalUnknown';
  }
}

/** Who asks is known, and may not ask for this at this moment. */
export class PrincipalRefused extends Error {
  constructor(
    readonly rule: string,
    message: string,
  ) {
    super(message);
    this.name = 'PrincipalRefused';
  }
}

/** Too many attempts. */
export class RateLimited extends Error {
  constructor(readonly retryAfterSeconds: number) {
    super(`Too many attempts. Try again in ${retryAfterSeconds} seconds.`);
    this.name = 'RateLimited';
  }
}
