import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';

/**
 * Where password hashes stand: outside the log, which can never forget. An account's log names the credential that
 * counts; a hash that no log names opens nothing.
 */
export interface CredentialStore {
  /**
   * Keeps a hash under a reference, durable when the promise resolves. A reference that is taken stays as it is.
   * @returns the hash that stands under the reference
   */
  keep(credential: string, hash: string): Promise<string>;
  hashOf(credential: string): Promise<string | undefined>;
  forget(credentials: readonly string[]): Promise<void>;
  close(): void;
}

export const CREDENTIAL_STORE = Symbol('CredentialStore');

/** `credentials.sqlite` in the data folder, readable by its owner only. */
export class SqliteCredentialStore implements CredentialStore {
  private readonly database: Database;

  constructor(folder: string) {
    const file = join(folder, 'credentials.sqlite');
    // SQLite creates files and their journals under the umask; a file that is there keeps its mode.
    closeSync(openSync(file, 'a', 0o600));
    this.database = new Sqlite(file);
    this.database.pragma('journal_mode = DELETE');
    this.database.pragma('synchronous = FULL');
    this.database.pragma('secure_delete = ON');
    this.database.exec(
      `CREATE TABLE IF NOT EXISTS credentials (
         credential TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    );
  }

  async keep(credential: string, hash: string): Promise<string> {
    this.database
      .prepare('INSERT INTO credentials VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(credential, hash);
    return (await this.hashOf(credential)) ?? hash;
  }

  hashOf(credential: string): Promise<string | undefined> {
    const row = this.database
      .prepare<[string], { hash: string }>('SELECT hash FROM credentials WHERE credential = ?')
      .get(credential);
    return Promise.resolve(row?.hash);
  }

  forget(credentials: readonly string[]): Promise<void> {
    const remove = this.database.prepare('DELETE FROM credentials WHERE credential = ?');
    for (const credential of credentials) remove.run(credential);
    return Promise.resolve();
  }

  close(): void {
    this.database.close();
  }
}

/** For tests and simulations. */
export class MemoryCredentialStore implements CredentialStore {
  private readonly rows = new Map<string, string>();

  keep(credential: string, hash: string): Promise<string> {
    const kept = this.rows.get(credential) ?? hash;
    this.rows.set(credential, kept);
    return Promise.resolve(kept);
  }

  hashOf(credential: string): Promise<string | undefined> {
    return Promise.resolve(this.rows.get(credential));
  }

  forget(credentials: readonly string[]): Promise<void> {
    for (const credential of credentials) this.rows.delete(credential);
    return Promise.resolve();
  }
  close(): void {
    this.rows.clear();
  }
}
