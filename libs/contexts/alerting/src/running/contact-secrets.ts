import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';

/**
 * Where the secrets of webhooks stand: outside the log, which can never forget. A contact's log names the secret that
 * counts, by its reference.
 */
export interface ContactSecrets {
  /**
   * Keeps a secret under a reference, durable when it returns. A reference that is taken stays as it is.
   * @returns whether it was free
   */
  keep(reference: string, secret: string): boolean;
  secretOf(reference: string): string | undefined;
  forget(references: readonly string[]): void;
  close(): void;
}

export const CONTACT_SECRETS = Symbol('ContactSecrets');

/** As Standard Webhooks writes them: 24 bytes that nobody may ever draw again, from a seed or otherwise. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

/** `contact-secrets.sqlite` in the data folder, readable by its owner only. */
export class SqliteContactSecrets implements ContactSecrets {
  private readonly database: Database;

  constructor(folder: string) {
    const file = join(folder, 'contact-secrets.sqlite');
    // SQLite creates files and their journals under the umask; a file that is there keeps its mode.
    closeSync(openSync(file, 'a', 0o600));
    this.database = new Sqlite(file);
    this.database.pragma('journal_mode = DELETE');
    this.database.pragma('synchronous = FULL');
    this.database.pragma('secure_delete = ON');
    this.database.exec(
      `CREATE TABLE IF NOT EXISTS contact_secrets (
         reference TEXT PRIMARY KEY, secret TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    );
  }

  keep(reference: string, secret: string): boolean {
    const insert = 'INSERT INTO contact_secrets VALUES (?, ?) ON CONFLICT DO NOTHING';
    return this.database.prepare(insert).run(reference, secret).changes === 1;
  }

  secretOf(reference: string): string | undefined {
    return this.database
      .prepare<[string], { secret: string }>('SELECT secret FROM contact_secrets WHERE reference = ?')
      .get(reference)?.secret;
  }

  forget(references: readonly string[]): void {
    const remove = this.database.prepare('DELETE FROM contact_secrets WHERE reference = ?');
    for (const reference of references) remove.run(reference);
  }

  close(): void {
    this.database.close();
  }
}
