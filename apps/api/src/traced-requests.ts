import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readTraceparent, traceIdOf } from '../../composition/src/tracing/trace-ids';
import type { RequestSpan, Tracing } from '../../composition/src/tracing/tracing';

/**
 * Draws each request by its route's pattern, never by the path that was asked for. One that carries a command goes into
 * the trace of the command's correlation; another one into that of its request id, which stands in the log line. The
 * caller's own trace is linked, not joined: who is outside chooses neither our ids nor what is kept.
 */
export function traceRequests(server: FastifyInstance, tracing: Tracing): void {
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  server.addHook('onRequest', (request, _, done) => {
    const caller = readTraceparent(request.headers.traceparent);
    const { method, routeOptions, id } = request;
    const route = routeOptions.url ?? 'none';
    const span = tracing.request(`${method} ${route}`, traceIdOf(id), {
      attributes: { 'http.request.method': method, 'http.route': route },
      links: caller ? [{ context: caller }] : [],
    });
    spans.set(request, span);
    tracing.within(span, done);
  });
  // The body is read in the context of its socket: what follows is brought back.
  server.addHook('preValidation', (request, _, done) => tracing.within(spans.get(request)!, done));
  server.addHook('onResponse', (request, reply, done) => {
    spans.get(request)?.end(reply.statusCode);
    done();
  });
}
