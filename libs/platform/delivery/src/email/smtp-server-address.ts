import { isIP } from 'node:net';

/** Where mail is handed in. The password is not among what is printed, logged or compared. */
export class SmtpServerAddress {
  readonly #password: string | undefined;

  constructor(
    readonly host: string,
    readonly port: number,
    /** TLS from the first byte (`smtps:`); STARTTLS otherwise. */
    readonly secure: boolean,
    readonly user?: string,
    password?: string,
  ) {
    this.#password = password;
  }

  get password(): string | undefined {
    return this.#password;
  }
}

const hostPattern = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;

/**
 * Reads `smtp://user:password@mail.example.org:587` or `smtps://…`, user and password percent-encoded, or neither of
 * them. Ports 587 and 465 unless given. Undefined for anything else.
 */
export function readSmtpUrl(text: string): SmtpServerAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol)) return undefined;
  const [path, query] = [url.pathname, url.search + url.hash];
  if ((path !== '' && path !== '/') || query !== '' || (url.username === '') !== (url.password === '')) {
    return undefined;
  }
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  if (isIP(host) === 0 && !hostPattern.test(host)) return undefined;
  const secure = url.protocol === 'smtps:';
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (port === 0 || user === undefined || password === undefined) return undefined;
  return new SmtpServerAddress(host, port, secure, user || undefined, password || undefined);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Percent signs that encode nothing.
    return undefined;
  }
}
