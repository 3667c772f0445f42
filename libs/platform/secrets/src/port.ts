/**
 * Where secrets stand: outside the log, which can never forget. An event names a secret by its reference; one that no
 * event names opens nothing.
 *
 * A store promises that what it keeps is durable when it is answered, is seen by all processes of the ledger from then
 * on, and is never replaced: a reference has one secret until it is forgotten. It promises no backup. Unlike views,
 * secrets cannot be computed again.
 */
export interface SecretStore {
  /**
   * Keeps a secret under a reference. A reference that is taken stays as it is.
   * @returns the secret that stands under the reference
   */
  keep(reference: string, secret: string): Promise<string>;
  secretOf(reference: string): Promise<string | undefined>;
  /** Removes what is there, and its bytes as far as the storage can; references without a secret are nothing to it. */
  forget(references: readonly string[]): Promise<void>;
}

/** Secrets of one kind, apart from those of every other one. The names are storage: they are never changed. */
export interface SecretKind {
  /** Lower case and hyphens: `credentials`. In a data folder, the file is called like it. */
  readonly name: string;
  /** In a data folder: the table, and its columns of references and of secrets. */
  readonly table: string;
  readonly columns: readonly [reference: string, secret: string];
}

/** All secrets of a ledger. Every method of its stores throws SecretsUnavailable when the storage does not answer. */
export interface Vault {
  of(kind: SecretKind): SecretStore;
  /** Whether it serves processes of several machines, so that nothing secret need stand in the data folder. */
  readonly isShared: boolean;
  close(): Promise<void>;
}

export const VAULT = Symbol('Vault');

/** The storage of secrets does not answer; whether it has done what was asked is not known. */
export class SecretsUnavailable extends Error {
  /** @param problem the kind of trouble, without any value */
  constructor(readonly problem: string) {
    super(`The storage of secrets does not answer (${problem}).`);
    this.name = 'SecretsUnavailable';
  }
}
