import type { Pool, PoolClient } from 'pg';
import { SecretsUnavailable, type SecretKind, type SecretStore, type Vault } from './port';

export interface PostgresVaultOptions {
  /** `postgres://user:password@host/database`. */
  readonly url: string;
  /** The schema that holds the secrets and nothing else; `ledger_secrets` unless given. */
  readonly schema?: string;
  /** A connection in the pool was lost: the kind of trouble. */
  readonly onProblem?: (problem: string) => void;
}

export const defaultSecretsSchema = 'ledger_secrets';

/** How long a caller waits at most, milliseconds: somebody wants to log in, or an alert to be sent. */
const patienceMs = 5_000;
const connections = 4;

/** `pg` takes a moment to load, which a process without PostgreSQL does not pay. */
const loadPg = (): typeof import('pg') => require('pg') as typeof import('pg');

/** Any number, as long as nothing else of this product takes it: whoever makes the schema does so alone. */
const makingLock = 5_794_425;

/**
 * Secrets in a PostgreSQL schema of their own, for processes on several machines. Nothing that makes views anew touches
 * it; it belongs into the backup.
 */
export class PostgresVault implements Vault {
  readonly isShared = true;

  private constructor(
    private readonly pool: Pool,
    private readonly table: string,
  ) {}

  /** Makes the schema and its table when they are not there. @throws SecretsUnavailable */
  static async open({
    url,
    schema = defaultSecretsSchema,
    onProblem,
  }: PostgresVaultOptions): Promise<PostgresVault> {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`"${schema}" is no plain name of a schema.`);
    const pool = new (loadPg().Pool)({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
      // A secret that was answered for survives whatever the server's default is.
      options: '-c synchronous_commit=on',
    });
    pool.on('error', error => onProblem?.(problemOf(error)));
    try {
      await make(pool, schema);
    } catch (error) {
      await pool.end();
      throw new SecretsUnavailable(problemOf(error));
    }
    return new PostgresVault(pool, `${schema}.secret`);
  }

  of({ name }: SecretKind): SecretStore {
    const { table } = this;
    const find = async (reference: string): Promise<string | undefined> => {
      const select = `SELECT secret FROM ${table} WHERE kind = $1 AND reference = $2`;
      return (await this.ask<{ secret: string }>(select, [name, reference]))[0]?.secret;
    };
    return {
      keep: async (reference, secret) => {
        const insert = `INSERT INTO ${table} VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING secret`;
        for (;;) {
          const [kept] = await this.ask<{ secret: string }>(insert, [name, reference, secret]);
          const standing = kept?.secret ?? (await find(reference));
          // Neither, when the one that stood there was forgotten in between: then the place is free.
          if (standing !== undefined) return standing;
        }
      },
      secretOf: find,
      forget: async references => {
        if (references.length === 0) return;
        await this.ask(`DELETE FROM ${table} WHERE kind = $1 AND reference = ANY($2)`, [
          name,
          [...references],
        ]);
      },
    };
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async ask<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw new SecretsUnavailable(problemOf(error));
    }
  }
}

/** If we die in between, nothing is there, and the next start makes it. */
async function make(pool: Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [makingLock]);
    // Whoever may only read and write in a schema that somebody else has made need not be allowed to make one.
    if (!(await isThere(client, schema))) {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
      await client.query(
        `CREATE TABLE ${schema}.secret (
           kind text NOT NULL, reference text NOT NULL, secret text NOT NULL, PRIMARY KEY (kind, reference))`,
      );
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function isThere(client: PoolClient, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `${schema}.secret`,
  ]);
  return rows[0]?.there === true;
}

/** The kind of an error: the system's or PostgreSQL's code. A text could quote a value, or the password of the URL. */
function problemOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, message, name } = error as { code?: unknown; message?: unknown; name?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  return /timeout|terminated/i.test(String(message)) ? 'no answer' : String(name);
}
