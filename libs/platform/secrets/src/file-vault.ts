import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { SecretsUnavailable, type SecretKind, type SecretStore, type Vault } from './port';

/** A SQLite file for each kind in the data folder, readable by its owner only. */
export class FileVault implements Vault {
  readonly isShared = false;
  private readonly opened = new Map<string, FileStore>();

  constructor(private readonly folder: string) {}

  /** @throws the storage's error when the file cannot be opened */
  of(kind: SecretKind): SecretStore {
    const store = this.opened.get(kind.name) ?? new FileStore(join(this.folder, `${kind.name}.sqlite`), kind);
    this.opened.set(kind.name, store);
    return store;
  }

  close(): Promise<void> {
    for (const store of this.opened.values()) store.close();
    this.opened.clear();
    return Promise.resolve();
  }
}

/** How long a write waits, with the thread, for one of another process: it is a row. */
const lockWaitMs = 1_000;

class FileStore implements SecretStore {
  private readonly database: Database;
  private readonly sql: Readonly<Record<'insert' | 'select' | 'remove', string>>;

  constructor(file: string, { table, columns: [reference, secret] }: SecretKind) {
    // SQLite creates files and their journals under the umask; a file that is there keeps its mode.
    closeSync(openSync(file, 'a', 0o600));
    this.database = new Sqlite(file, { timeout: lockWaitMs });
    this.database.pragma('journal_mode = DELETE');
    this.database.pragma('synchronous = FULL');
    this.database.pragma('secure_delete = ON');
    this.database.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (
         ${reference} TEXT PRIMARY KEY, ${secret} TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    );
    this.sql = {
      insert: `INSERT INTO ${table} VALUES (?, ?) ON CONFLICT DO NOTHING`,
      select: `SELECT ${secret} AS secret FROM ${table} WHERE ${reference} = ?`,
      remove: `DELETE FROM ${table} WHERE ${reference} = ?`,
    };
  }

  async keep(reference: string, secret: string): Promise<string> {
    return this.ask(() => {
      this.database.prepare(this.sql.insert).run(reference, secret);
      return this.find(reference) ?? secret;
    });
  }

  async secretOf(reference: string): Promise<string | undefined> {
    return this.ask(() => this.find(reference));
  }

  async forget(references: readonly string[]): Promise<void> {
    if (references.length === 0) return;
    const remove = this.database.prepare(this.sql.remove);
    this.ask(() => {
      for (const reference of references) remove.run(reference);
    });
  }

  close(): void {
    this.database.close();
  }

  private find(reference: string): string | undefined {
    return this.database.prepare<[string], { secret: string }>(this.sql.select).get(reference)?.secret;
  }

  /** What the storage says is told by its code: a text could quote a value. */
  private ask<Answer>(question: () => Answer): Answer {
    try {
      return question();
    } catch (error) {
      // Not by its class: the engine's errors are of whichever copy of the module was loaded first in the process.
      const code = (error as { readonly code?: unknown } | null)?.code;
      if (typeof code === 'string' && code.startsWith('SQLITE_')) throw new SecretsUnavailable(code);
      throw error;
    }
  }
}
