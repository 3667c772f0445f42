import type { Caller, Command, Target } from '../command';

/**
 * What somebody shows again in order to sign: both components of an electronic signature that is not based on
 * biometrics (21 CFR 11.200(a)(1)). Each signing asks for both, whether or not it is the first of a session.
 */
export interface SignatureComponents {
  readonly user: string;
  readonly password: string;
}

/** How a command is signed; stands in its row. */
export interface SignatureRule<C extends Command = Command, Facts = unknown> {
  /** What the signature says (21 CFR 11.50(a)(3)): review, approval, responsibility, authorship. */
  readonly meaning: string;
  /** `always`: nothing happens without it. `offered`: one that is given is checked and recorded. */
  readonly asked: 'always' | 'offered';
  /** Hash of exactly what was signed; the fingerprint of the command with its target unless given. */
  hash?(command: C, facts: Facts): string;
}

/** Somebody signs: who, with what, and which request under which permission. */
export interface SigningAttempt {
  readonly caller: Caller;
  /** Undefined when nothing was shown. */
  readonly components: SignatureComponents | undefined;
  readonly request: string;
  readonly permission: string;
  readonly target: Target;
  readonly address?: string;
}

/** Whether somebody is who they say they are, at the moment of signing. */
export interface SignatureCheck {
  /**
   * @returns the names of the components that were shown, for the envelope
   * @throws SignatureRefused, or the error of whoever limits attempts; each failure is in the access journal by then
   */
  check(attempt: SigningAttempt): Promise<readonly string[]>;
}

export const SIGNATURE_CHECK = Symbol('SignatureCheck');

/**
 * Takes the components off a command whose row has a signature. They are for the gate alone: behind it, what is left of
 * a command is fingerprinted into the log, and a fingerprint over a password is something to guess it with.
 */
export function takeComponents(command: Command): SignatureComponents | undefined {
  const signable = command as Command & { signature?: SignatureComponents };
  const { signature } = signable;
  delete signable.signature;
  return signature;
}
