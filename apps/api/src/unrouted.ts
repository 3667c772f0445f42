import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerFrameworkError } from '@platform/http';
import { answerHeaders } from './answer-headers';
import type { RequestRecord } from '../../composition/src/operation/logging';

/*
 * Requests that fail before they have a route: no hook, no filter and no guard sees them.
 */

/** For Fastify's `frameworkErrors`: an address that cannot be decoded, or an id of absurd length. */
export const answerUnrouted =
  (answered: (record: RequestRecord) => void) =>
  (error: Error, request: FastifyRequest, { raw }: FastifyReply): void => {
    for (const [name, value] of Object.entries(answerHeaders)) raw.setHeader(name, value);
    answerFrameworkError(error, request, { raw });
    const { id, method } = request;
    const status = raw.statusCode;
    answered({ requestId: id, method, route: 'unknown', status, duration: 0 });
  };

const problems: Readonly<Record<string, readonly [status: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The headers are larger than this host takes.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
};
const malformed = ['400 Bad Request', 'This is no HTTP request.'] as const;

/**
 * For Fastify's `clientErrorHandler`: what arrived cannot be read as HTTP, so there is neither a request nor a reply.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  // The other side is gone, or an answer is under way on this connection: nothing can be said any more.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const [line, detail] = problems[error.code ?? ''] ?? malformed;
  const [status = '400', ...title] = line.split(' ');
  const body = JSON.stringify({
    type: '/problems/malformed',
    title: title.join(' '),
    status: Number(status),
    detail,
    rule: 'INPUT-MALFORMED',
  });
  const headers = {
    ...answerHeaders,
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${line}`, ...head, '', body].join('\r\n'));
}
