import type { ClientConfig } from 'pg';
import { types } from 'pg';

/** Where the views are: a database, and the schema in it that is this ledger's alone. */
export interface ViewsAddress {
  /** As the driver takes it. May hold a password: never print it. */
  readonly url: string;
  readonly schema: string;
}

const usualSchema = 'trial_ledger';
/** A name that needs no quotes, short enough for the longest name of an index beside it. */
const schemaName = /^(?!pg_)[a-z_][a-z0-9_]{0,47}$/;

/**
 * Reads `postgresql://user:password@host:5432/database?schema=trial_ledger`; other parameters, such as `sslmode`,
 * are the driver's. Undefined for what is no such address.
 */
export function readViewsUrl(text: string): ViewsAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const database = url.pathname.slice(1);
  const schema = url.searchParams.get('schema') ?? usualSchema;
  if (!['postgres:', 'postgresql:'].includes(url.protocol) || database === '') return undefined;
  if (!schemaName.test(schema)) return undefined;
  url.searchParams.delete('schema');
  return { url: url.href, schema };
}

/** What one kind of connection is for. */
export interface SessionSettings {
  readonly readOnly: boolean;
  /** Milliseconds after which the server ends one statement. */
  readonly statementMs: number;
  /** Milliseconds after which it ends a transaction in which nothing is asked. */
  readonly idleInTransactionMs: number;
  /** Rows are found by their keys only: a plan that was made while a table was small must not scan it later. */
  readonly byKey?: boolean;
}

const connectMs = 5_000;
/** Beyond the server's own limit it is the network that does not answer. */
const networkMs = 10_000;

/**
 * How long an answer is waited for. It is asked with each statement: as a setting of the connection the driver would
 * hold streams to it too.
 */
/** A query with the time that its answer may take, which the driver's types do not know. */
export type Timed<Query> = Query & { readonly query_timeout: number };

export const answerMs = ({ statementMs }: SessionSettings): number => statementMs + networkMs;

/**
 * Settings go with the connection's first message, so that no statement ever runs without them. The server finds out
 * within half a minute that the other end of a connection has gone without a word, and frees its locks.
 */
export function clientConfig({ url, schema }: ViewsAddress, settings: SessionSettings): ClientConfig {
  const { readOnly, statementMs, idleInTransactionMs, byKey = false } = settings;
  const parsed = new URL(url);
  const given = parsed.searchParams.get('options');
  parsed.searchParams.delete('options');
  const ours: Readonly<Record<string, string | number>> = {
    search_path: schema,
    default_transaction_read_only: readOnly ? 'on' : 'off',
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    enable_seqscan: byKey ? 'off' : 'on',
    jit: 'off',
    // What a power cut takes are whole commits, rows and checkpoint together: the engine takes the events again.
    synchronous_commit: 'off',
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
  };
  const options = Object.entries(ours).map(([name, value]) => `-c ${name}=${value}`);
  return {
    connectionString: parsed.href,
    application_name: 'trial-ledger',
    options: [given, ...options].filter(Boolean).join(' '),
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: {
      getTypeParser: parserOf as ClientConfig['types'] extends { getTypeParser: infer T } ? T : never,
    },
  };
}

/** Whole numbers of eight bytes and sums of them: positions and counts, all below 2^53. */
const numbers = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);

const parserOf = (type: number, format?: 'text' | 'binary'): unknown =>
  numbers.has(type) ? Number : types.getTypeParser(type, format);
