import { existsSync } from 'node:fs';
import { loadEventStore } from './packages';

/** A server or a cluster, and who calls. */
export interface EventStoreAddress {
  /** The connection string without user and password: the client writes it into its own log. */
  readonly url: string;
  /** Hosts and ports, to be shown. */
  readonly hosts: string;
  /** Whether the connection is encrypted. Without, nobody is asked who he is. */
  readonly secure: boolean;
  readonly credentials: EventStoreCredentials;
}

/** Who calls. The password is a private field: the client writes the options of each call into its own log. */
export class EventStoreCredentials {
  readonly #password: string;

  constructor(
    readonly username: string,
    password: string,
  ) {
    this.#password = password;
  }

  get password(): string {
    return this.#password;
  }
}

/** Options that the client knows. Of an unknown one it would warn with the whole text, password included. */
const knownOptions: Readonly<Record<string, RegExp>> = {
  connectionname: /./,
  defaultdeadline: /^[1-9]\d*$/,
  discoveryinterval: /^\d+$/,
  gossiptimeout: /^\d+$/,
  keepaliveinterval: /^(-1|\d+)$/,
  keepalivetimeout: /^(-1|\d+)$/,
  maxdiscoverattempts: /^[1-9]\d*$/,
  nodepreference: /^leader$/i,
  tls: /^(true|false)$/,
  tlscafile: /./,
  tlsverifycert: /^true$/,
};

const example =
  'esdb://user:password@db1.example.org:2113 or esdb+discover://user:password@cluster.example.org:2113';

/**
 * Reads a connection string as 6.2.1 of the client does, and refuses what that one would take for something else. No
 * sentence quotes the text, which may hold a password.
 * @returns what is wrong and what to write instead, as a text
 */
export function readEventStoreUrl(text: string): EventStoreAddress | string {
  const [, protocol = '', rest = ''] = /^([^:]+):\/\/(.*?)\/*$/.exec(text.trim()) ?? [];
  if (/^kurrent(db)?(\+discover)?$/.test(protocol))
    return `has the protocol ${protocol}://, which the client does not know; write esdb:// or esdb+discover://.`;
  if (!/^esdb(\+discover)?$/.test(protocol))
    return `is no address of an EventStoreDB; set for example ${example}.`;
  const at = rest.lastIndexOf('@');
  const user = at < 0 ? '' : rest.slice(0, at);
  const [hosts = '', query = '', ...more] = rest.slice(at + 1).split('?');
  if (!/^[\w.-]+(:\d{1,5})?(,[\w.-]+(:\d{1,5})?)*\/?$/.test(hosts) || more.length > 0)
    return `has no host, or more than hosts behind the user; set for example ${example}.`;
  const options = optionsOf(query);
  if (typeof options === 'string') return options;
  const secure = options.get('tls') !== 'false';
  const credentials = credentialsOf(user, secure);
  if (typeof credentials === 'string') return credentials;
  const url = `${protocol}://${hosts}?${query === '' ? `tls=${secure}` : query}`;
  try {
    loadEventStore().EventStoreDBClient.connectionString(url);
  } catch {
    // Its error holds the text that it was given.
    return `cannot be read by the client; set for example ${example}.`;
  }
  return { url, hosts: hosts.replace(/\/$/, ''), secure, credentials };
}

function optionsOf(query: string): ReadonlyMap<string, string> | string {
  const options = new Map<string, string>();
  for (const part of query === '' ? [] : query.split('&')) {
    const [key = '', value = ''] = part.split('=');
    const name = key.trim().toLowerCase().replace(/[_-]/g, '');
    const wanted = knownOptions[name];
    if (!wanted) return 'has an option that the client does not know, or cannot be used with; take it out.';
    if (name === 'tlsverifycert' && value !== 'true')
      return 'has tlsVerifyCert=false, which has no effect; name the authority with tlsCAFile instead.';
    if (!wanted.test(value)) return `has an unusable value of the option ${key}; correct it or take it out.`;
    options.set(name, value);
  }
  const file = options.get('tlscafile');
  if (file !== undefined && !existsSync(decodeURIComponent(file)))
    return 'names a tlsCAFile that is not there; give the path of the file with the authority of the certificate.';
  return options;
}

function credentialsOf(text: string, secure: boolean): EventStoreCredentials | string {
  if (!secure) {
    if (text !== '')
      return 'has a user and tls=false: the client would never send it. Take the user out, or tls=false.';
    // Sent nowhere; they make the client take the path that has a deadline of its own for each append.
    return new EventStoreCredentials('nobody', 'none');
  }
  const [username = '', password = '', ...more] = text.split(':');
  if (username === '' || password === '') return `names no user and password; set for example ${example}.`;
  if (more.length > 0 || /[@/?#]/.test(text))
    return 'has one of : @ / ? # in the user or password, which would cut it off; percent-encode it, : as %3A.';
  try {
    return new EventStoreCredentials(decodeURIComponent(username), decodeURIComponent(password));
  } catch {
    return 'has a percent sign that begins no code in the user or password; write it as %25.';
  }
}
