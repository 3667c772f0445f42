import type { FastifyInstance } from 'fastify';

/**
 * Headers of every answer of this host, which serves data and no pages: nothing may be kept by a cache, guessed
 * to be of
 * another type, framed, or run by a browser. Sources: OWASP Secure Headers Project; RFC 9111 for `no-store`.
 */
export const answerHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** One year. Only a browser that came over TLS believes it (RFC 6797), so nothing is said over plain HTTP. */
const strictTransport = 'max-age=31536000';

/** At the last moment before an answer leaves, so that refusals of every kind carry them too. */
export function addAnswerHeaders(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    reply.headers(answerHeaders);
    if (request.protocol === 'https') reply.header('Strict-Transport-Security', strictTransport);
    done(null, payload);
  });
}
