import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import {
  Catch,
  HttpException,
  HttpStatus,
  Inject,
  Logger,
  Optional,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IDS, timeOrderedIds, type Ids } from '@platform/kernel';
import { pathOf, type HttpRequest } from '../request';
import { problemOf, type Problem } from './problem';

/**
 * Answers every error of a route with a problem document. What nobody foresaw is a 500 with a number and nothing else.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Optional() @Inject(IDS) private readonly ids: Ids = timeOrderedIds,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const { document, headers } = problemOf(error) ?? this.unforeseen(error);
    const response = http.getResponse<object>();
    const adapter = this.host.httpAdapter;
    // An answer that is under way can only be cut off; ended properly, it would be taken for complete.
    if (adapter.isHeadersSent(response)) return void (response as { raw?: Writable }).raw?.destroy();
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
    adapter.setHeader(response, 'Content-Type', 'application/problem+json');
    adapter.reply(response, { ...document, instance: pathOf(request) }, document.status);
  }

  /** The log gets the kind of error and the places in the code; its message may quote clinical data and stays out. */
  private unforeseen(error: unknown): Problem {
    const correlationId = this.ids.next();
    const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined };
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const places = (stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
    this.logger.error({ correlationId, name, code, places: places.slice(0, 12).map(line => line.trim()) });
    return {
      document: {
        type: '/problems/internal',
        title: 'Internal error',
        status: 500,
        detail: 'Something went wrong here. Give the correlation id to the operators of this host.',
        correlationId,
      },
      headers: {},
    };
  }
}

/**
 * For Fastify's `frameworkErrors`: an address that cannot be decoded, or one with an id of absurd length, fails before
 * there is a route, and so before Nest sees it.
 */
export function answerFrameworkError(
  error: Error & { readonly statusCode?: number },
  request: Pick<HttpRequest, 'url'>,
  { raw }: { readonly raw: ServerResponse },
): void {
  const status = error.statusCode === HttpStatus.URI_TOO_LONG ? error.statusCode : HttpStatus.BAD_REQUEST;
  const { document } = problemOf(new HttpException('', status)) ?? {};
  const detail = status === HttpStatus.BAD_REQUEST ? 'This address cannot be decoded.' : document?.detail;
  raw.writeHead(status, { 'Content-Type': 'application/problem+json' });
  raw.end(JSON.stringify({ ...document, detail, instance: pathOf(request) }));
}
