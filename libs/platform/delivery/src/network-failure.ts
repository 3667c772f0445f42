import { failedForNow } from './failed';
import type { DeliveryFailure, Failed } from './port';

/** What Node, its resolver and OpenSSL call the troubles of a connection. */
const failures: readonly (readonly [RegExp, DeliveryFailure])[] = [
  [/^ECONNREFUSED$/, 'connection-refused'],
  [/^(ENOTFOUND|ENODATA|EAI_\w+|ESERVFAIL|EBADNAME|EBADRESP|EREFUSED)$/, 'unresolvable'],
  [/^(ETIMEDOUT|ETIMEOUT)$/, 'timed-out'],
  [
    /^(ECONNRESET|ECONNABORTED|EPIPE|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    'connection-lost',
  ],
  [/^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/, 'tls-failed'],
  [/^(INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/, 'tls-failed'],
  [/^HPE_/, 'not-understood'],
];

/** The code of an error, when it has one that says something. */
export function codeOf(error: unknown): string | undefined {
  // Not by its class: Node's own errors come from another realm where programs run in a sandbox.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : undefined;
}

/**
 * What a broken connection comes to; undefined for an error that has nothing to do with connections. All of them may
 * pass: hosts restart, routes come back, certificates are renewed.
 */
export function networkFailure(code: string | undefined): Failed | undefined {
  const failure = code === undefined ? undefined : failures.find(([pattern]) => pattern.test(code))?.[1];
  return failure && failedForNow(failure, { detail: code });
}
