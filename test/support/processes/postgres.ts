import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

const usual = process.env.SECRETS_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Asked at once, because whether a test can run is to be known before it is named. */
const answers = (url: string): boolean => {
  const { hostname, port } = new URL(url);
  const connect = `require('net').connect(${Number(port || 5432)}, ${JSON.stringify(hostname)})`;
  const ask = `${connect}.setTimeout(1000, () => process.exit(1)).on('connect', () => process.exit(0))`;
  return spawnSync(process.execPath, ['-e', ask], { stdio: 'ignore' }).status === 0;
};

const help = 'install PostgreSQL and let it listen on 127.0.0.1:5432, or set SECRETS_URL to a database';

/** `describe`, or when there is no PostgreSQL, a description that is skipped and says what to install. */
export function describeWithPostgres(name: string, body: () => void): void {
  if (answers(usual)) return describe(name, body);
  process.stderr.write(`Not tested here: ${name}. To test it, ${help}.\n`);
  describe.skip(`${name} (${help})`, body);
}

/** A database of the test's own on the server that is there. */
export interface OwnDatabase {
  readonly url: string;
  query(text: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

export async function ownDatabase(): Promise<OwnDatabase> {
  const name = `trial_ledger_${randomBytes(6).toString('hex')}`;
  await asked(usual, `CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(usual), { pathname: `/${name}` }).toString();
  return {
    url,
    query: text => asked(url, text),
    remove: async () => void (await asked(usual, `DROP DATABASE ${name} WITH (FORCE)`)),
  };
}

async function asked(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
