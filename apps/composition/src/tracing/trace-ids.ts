import { hash } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';
import { isUuid } from '@platform/kernel';

/*
 * Ids of traces and spans follow from ids that events have anyway. So processes that never talk to each other draw
 * parts of one tree, nothing is stored for it, and whoever reads an audit trail finds the trace under its correlation.
 */

/** The flag of a trace that is kept (W3C Trace Context, 3.2.2.5.1). */
const sampled = 1;

/** A correlation's trace: the UUID without its dashes, which is as long as a trace id (W3C Trace Context). */
export const traceIdOf = (correlationId: string): string =>
  isUuid(correlationId)
    ? correlationId.replaceAll('-', '').toLowerCase()
    : hash('sha256', correlationId, 'hex').slice(0, 32);

/** The span in which the events of a command were written: there is one, for a command is written once. */
export const appendSpanIdOf = (commandId: string): string => {
  const id = hash('sha256', `append ${commandId}`, 'hex').slice(0, 16);
  return /^0+$/.test(id) ? '0000000000000001' : id;
};

/** A span of another process, or of an earlier moment, as the one below which something is drawn. */
export const elsewhere = (traceId: string, spanId: string): SpanContext => ({
  traceId,
  spanId,
  traceFlags: sampled,
  isRemote: true,
});

/** The caller's place in a trace of their own; undefined for a header that is none (W3C Trace Context, 3.2). */
export function readTraceparent(header: unknown): SpanContext | undefined {
  const match =
    typeof header === 'string'
      ? /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(header)
      : null;
  if (!match) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = match;
  // Only later versions may have more to say.
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & sampled, isRemote: true };
}
