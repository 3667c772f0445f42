import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { readEventStoreUrl, type EventStoreAddress } from '@platform/event-log';
import { isMailbox, readCidr, readSmtpUrl, type Cidr, type SmtpServerAddress } from '@platform/delivery';
import { tracingSettingsOf, type TracingSettings } from './tracing/settings';
import { mostPartitions, readViewsUrl } from '@platform/views';

/** What a host needs to know before it starts. Read once, from the environment and the command line, and printed. */
export interface Configuration {
  /** Folder of the event log, the views and the keys. */
  readonly dataFolder: string;
  /** Address that the HTTP host listens on. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  /** What the HTTP host does beside answering; `all` unless given. A worker does the rest in any case. */
  readonly role?: Role;
  /** TCP port of a worker's figures; 0 takes a free one. */
  readonly workerPort?: number;
  readonly logLevel: LogLevel;
  /** Whether addresses in `X-Forwarded-For` are believed: only behind a proxy of one's own. */
  readonly trustProxy: boolean;
  /** The mail server, and the mailbox that messages come from; undefined when no mail is sent. */
  readonly mail?: { readonly server: SmtpServerAddress; readonly from: string };
  /** Where webhooks may be sent to, besides public addresses over https. */
  readonly webhooks?: { readonly allow: readonly Cidr[]; readonly http: boolean };
  /** The server that holds the event log; undefined for a file in the data folder. */
  readonly eventStore?: EventStoreAddress;
  /** Redis that holds the jobs; undefined for a queue in the process. May hold a password: never print it. */
  readonly redisUrl?: string;
  /** PostgreSQL that holds the secrets; undefined for files in the data folder. May hold a password: never print it. */
  readonly secretsUrl?: string;
  /** What all keys of this ledger begin with in Redis; `trial-ledger` unless given. */
  readonly redisPrefix?: string;
  /** Where traces go; undefined when nothing is traced. May hold a secret: never print it. */
  readonly tracing?: TracingSettings;
  /** PostgreSQL that holds the views; undefined for a file in the data folder. May hold a password: never print it. */
  readonly viewsUrl?: string;
  /** Into how many partitions views are divided that can be, for workers to share; 1 unless given. */
  readonly viewPartitions?: number;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * - `all`: the host follows the log as well, and runs jobs: one process is a whole ledger.
 * - `api`: it answers, and workers do the rest.
 */
export type Role = (typeof roles)[number];
const roles = ['all', 'api'] as const;

export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems.map(problem => `  - ${problem}`)].join('\n'));
    this.name = 'ConfigurationError';
  }
}

/** One for each ledger that shares a database of a Redis with others. */
export const defaultRedisPrefix = 'trial-ledger';

/**
 * @param environment LEDGER_DATA, LEDGER_HOST, LEDGER_PORT, LEDGER_ROLE, LEDGER_WORKER_PORT, LEDGER_LOG_LEVEL,
 * LEDGER_TRUST_PROXY, LEDGER_SMTP_URL, LEDGER_MAIL_FROM, LEDGER_WEBHOOK_ALLOW, LEDGER_WEBHOOK_HTTP, REDIS_URL,
 * LEDGER_REDIS_PREFIX, EVENTSTORE_URL, SECRETS_URL, VIEWS_URL, LEDGER_VIEW_PARTITIONS, and those of OpenTelemetry
 * @throws ConfigurationError that says for each wrong variable what to set
 */
export function readConfiguration(
  environment: Environment,
  overrides: Partial<Configuration> = {},
): Configuration {
  const problems: string[] = [];
  const folder = environment.LEDGER_DATA ?? 'data';
  const host = environment.LEDGER_HOST ?? '127.0.0.1';
  const level = environment.LEDGER_LOG_LEVEL ?? 'info';
  const proxy = environment.LEDGER_TRUST_PROXY ?? 'false';
  if (folder.trim() === '') problems.push('LEDGER_DATA is empty; set a folder, or unset it for "data".');
  const port = portOf(environment, 'LEDGER_PORT', 3000, problems);
  const workerPort = portOf(environment, 'LEDGER_WORKER_PORT', 3001, problems);
  const role = roleOf(environment, problems);
  if (isIP(host) === 0 && host !== 'localhost') {
    problems.push(
      `LEDGER_HOST is "${host}"; set an IP address of this machine, for example 127.0.0.1 or 0.0.0.0.`,
    );
  }
  if (!isLogLevel(level))
    problems.push(`LEDGER_LOG_LEVEL is "${level}"; set one of ${logLevels.join(', ')}.`);
  if (!['true', 'false'].includes(proxy))
    problems.push(`LEDGER_TRUST_PROXY is "${proxy}"; set true or false.`);
  const mail = mailOf(environment, problems);
  const webhooks = webhooksOf(environment, problems);
  const eventStore = eventStoreOf(environment, problems);
  const redisUrl = redisUrlOf(environment, problems);
  const redisPrefix = redisPrefixOf(environment, problems);
  const tracing = tracingSettingsOf(environment, problems);
  const viewsUrl = viewsUrlOf(environment, problems);
  const viewPartitions = viewPartitionsOf(environment, problems);
  const secretsUrl = secretsUrlOf(environment, problems);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    dataFolder: resolve(overrides.dataFolder ?? folder),
    host: overrides.host ?? host,
    port: overrides.port ?? port,
    role: overrides.role ?? role,
    workerPort: overrides.workerPort ?? workerPort,
    logLevel: overrides.logLevel ?? (level as LogLevel),
    trustProxy: overrides.trustProxy ?? proxy === 'true',
    mail: overrides.mail ?? mail,
    webhooks: overrides.webhooks ?? webhooks,
    eventStore: overrides.eventStore ?? eventStore,
    redisUrl: overrides.redisUrl ?? redisUrl,
    redisPrefix: overrides.redisPrefix ?? redisPrefix,
    tracing: overrides.tracing ?? tracing,
    viewsUrl: overrides.viewsUrl ?? viewsUrl,
    viewPartitions: overrides.viewPartitions ?? viewPartitions,
    secretsUrl: overrides.secretsUrl ?? secretsUrl,
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

function portOf(environment: Environment, name: string, usual: number, problems: string[]): number {
  const text = environment[name] ?? String(usual);
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    problems.push(`${name} is "${text}"; set a TCP port from 0 to 65535, for example ${usual}.`);
  }
  return Number(text);
}

function roleOf({ LEDGER_ROLE: text = 'all' }: Environment, problems: string[]): Role {
  const role = roles.find(each => each === text);
  if (role === undefined)
    problems.push(`LEDGER_ROLE is "${text}"; set all, or api where workers do the rest ("npm run worker").`);
  return role ?? 'all';
}

/** Its sentences never quote the URL, which may hold a password. */
function mailOf(environment: Environment, problems: string[]): Configuration['mail'] {
  const { LEDGER_SMTP_URL: url = '', LEDGER_MAIL_FROM: from = '' } = environment;
  if (url === '' && from === '') return undefined;
  const server = readSmtpUrl(url);
  if (url === '') {
    problems.push('LEDGER_MAIL_FROM is set without LEDGER_SMTP_URL; set both, or unset it to send no mail.');
  } else if (!server) {
    problems.push(
      'LEDGER_SMTP_URL is no address of a mail server; set for example smtps://mail.example.org or ' +
        'smtp://user:password@mail.example.org:587, with special characters of both percent-encoded.',
    );
  }
  if (!isMailbox(from)) {
    problems.push(
      `LEDGER_MAIL_FROM is "${from}"; set the one mailbox that mail comes from, for example ledger@example.org.`,
    );
  }
  return server && { server, from };
}

function webhooksOf(environment: Environment, problems: string[]): Configuration['webhooks'] {
  const { LEDGER_WEBHOOK_ALLOW: networks = '', LEDGER_WEBHOOK_HTTP: http = 'false' } = environment;
  const texts = networks.split(/[\s,]+/).filter(text => text !== '');
  const allow = texts.map(readCidr).filter(cidr => cidr !== undefined);
  if (allow.length < texts.length) {
    problems.push(
      `LEDGER_WEBHOOK_ALLOW is "${networks}"; set networks with commas between, for example 10.20.0.0/16,fd12::/16.`,
    );
  }
  if (!['true', 'false'].includes(http))
    problems.push(`LEDGER_WEBHOOK_HTTP is "${http}"; set true or false.`);
  return { allow, http: http === 'true' };
}

/** Its sentence never quotes the URL, which may hold a password. */
function eventStoreOf(
  { EVENTSTORE_URL: url = '' }: Environment,
  problems: string[],
): EventStoreAddress | undefined {
  const address = url === '' ? undefined : readEventStoreUrl(url);
  if (typeof address !== 'string') return address;
  problems.push(`EVENTSTORE_URL ${address}`);
  return undefined;
}

/** Its sentence never quotes the URL, which may hold a password. */
function redisUrlOf({ REDIS_URL: url = '' }: Environment, problems: string[]): string | undefined {
  if (url === '') return undefined;
  if (/^rediss?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return url;
  problems.push(
    'REDIS_URL is no address of a Redis; set for example redis://127.0.0.1:6379 or ' +
      'rediss://user:password@redis.example.org:6380/1, with special characters percent-encoded, or unset it.',
  );
  return undefined;
}

/** Its sentence never quotes the URL, which may hold a password. */
function secretsUrlOf({ SECRETS_URL: url = '' }: Environment, problems: string[]): string | undefined {
  if (url === '') return undefined;
  if (/^postgres(ql)?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return url;
  problems.push(
    'SECRETS_URL is no address of a PostgreSQL database; set for example ' +
      'postgres://user:password@db.example.org:5432/secrets, with special characters percent-encoded, or unset it.',
  );
  return undefined;
}

/** BullMQ puts colons between the parts of its keys. */
function redisPrefixOf(
  { LEDGER_REDIS_PREFIX: prefix = defaultRedisPrefix }: Environment,
  problems: string[],
): string {
  if (!/^[\w-]{1,64}$/.test(prefix)) {
    problems.push(
      `LEDGER_REDIS_PREFIX is "${prefix}"; set up to 64 letters, digits, "-" and "_", or unset it for ` +
        `"${defaultRedisPrefix}".`,
    );
  }
  return prefix;
}

/** Its sentence never quotes the URL, which may hold a password. */
function viewsUrlOf({ VIEWS_URL: url = '' }: Environment, problems: string[]): string | undefined {
  if (url === '') return undefined;
  if (readViewsUrl(url)) return url;
  problems.push(
    'VIEWS_URL is no address of a PostgreSQL database; set for example ' +
      'postgresql://user:password@postgres.example.org:5432/ledger?schema=trial_ledger, with special characters ' +
      'percent-encoded and a schema of lower-case letters, digits and _, or unset it.',
  );
  return undefined;
}

function viewPartitionsOf({ LEDGER_VIEW_PARTITIONS: text = '1' }: Environment, problems: string[]): number {
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= mostPartitions) return Number(text);
  problems.push(
    `LEDGER_VIEW_PARTITIONS is "${text}"; set a number from 1 to ${mostPartitions}, such as twice the workers.`,
  );
  return 1;
}

const isLogLevel = (text: string): text is LogLevel => (logLevels as readonly string[]).includes(text);
