import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { postgresAt } from '@platform/views/testing';

/** The server that tests make schemas on, and remove them again. */
export const postgresUrl = process.env.VIEWS_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

export const postgres = postgresAt(postgresUrl);

const help = 'install PostgreSQL (the package postgresql), or set VIEWS_URL to one where schemas can be made';

/** Whether somebody answers, asked at once because whether a test can run is to be known before it is named. */
function answers(): boolean {
  const program =
    `new (require('pg').Client)({ connectionString: process.argv[1], connectionTimeoutMillis: 2000 })` +
    `.connect().then(() => process.exit(0), () => process.exit(1))`;
  return spawnSync(process.execPath, ['-e', program, postgresUrl], { stdio: 'ignore' }).status === 0;
}

/** `describe`, or when there is no PostgreSQL, a description that is skipped and says what to install. */
export function describeWithPostgres(name: string, body: () => void): void {
  if (answers()) return describe(name, body);
  process.stderr.write(`Not tested here: ${name}. To test it, ${help}.\n`);
  describe.skip(`${name} (${help})`, body);
}

/** Asks the server over a connection of its own: a question, or something that is done to it. */
export async function ask<Row extends QueryResultRow>(
  text: string,
  values: unknown[] = [],
  url: string = postgresUrl,
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** A schema of the test's own. Its connections have its name, so that they can be told from those of others. */
export interface OwnSchema {
  readonly url: string;
  /** Ends connections as a server does that is told to; answers how many. */
  terminate(): Promise<number>;
  remove(): Promise<void>;
}

/** @param at another way to the same server */
export function ownSchema(at: string = postgresUrl): OwnSchema {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(at);
  url.searchParams.set('schema', schema);
  url.searchParams.set('application_name', schema);
  return {
    url: url.href,
    terminate: async () =>
      (
        await ask('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
          schema,
        ])
      ).length,
    remove: async () => void (await ask(`drop schema if exists "${schema}" cascade`)),
  };
}

/** A database of the test's own on the server that is there. */
export interface OwnDatabase {
  readonly url: string;
  query<Row extends QueryResultRow>(text: string): Promise<Row[]>;
  remove(): Promise<void>;
}

export async function ownDatabase(): Promise<OwnDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await ask(`create database ${name}`);
  const url = Object.assign(new URL(postgresUrl), { pathname: `/${name}` }).href;
  return {
    url,
    query: text => ask(text, [], url),
    remove: async () => void (await ask(`drop database ${name} with (force)`)),
  };
}
