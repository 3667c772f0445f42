import type { SecretKind } from '@platform/secrets';

/**
 * Password hashes, each under the reference that an account's log names. The log says which of them counts; a hash that
 * no log names opens nothing.
 */
export const credentialKind: SecretKind = {
  name: 'credentials',
  table: 'credentials',
  columns: ['credential', 'hash'],
};

export const CREDENTIALS = Symbol('Credentials');
