import type { SecretKind, SecretStore, Vault } from './port';

/** Secrets that end with the process: for tests. */
export class MemoryVault implements Vault {
  readonly isShared = false;
  private readonly stores = new Map<string, SecretStore>();

  of({ name }: SecretKind): SecretStore {
    const store = this.stores.get(name) ?? memoryStore();
    this.stores.set(name, store);
    return store;
  }

  close(): Promise<void> {
    this.stores.clear();
    return Promise.resolve();
  }
}

function memoryStore(): SecretStore {
  const kept = new Map<string, string>();
  return {
    keep(reference, secret) {
      const standing = kept.get(reference) ?? secret;
      kept.set(reference, standing);
      return Promise.resolve(standing);
    },
    secretOf: reference => Promise.resolve(kept.get(reference)),
    forget(references) {
      for (const reference of references) kept.delete(reference);
      return Promise.resolve();
    },
  };
}
