import { AsyncLocalStorage } from 'node:async_hooks';
import type * as Api from '@opentelemetry/api';
import type { Attributes, Link, Span, SpanContext, Tracer } from '@opentelemetry/api';

/** Draws spans whose ids may be given. */
export interface SpanSource {
  /** Handed in, so that who does not trace does not load it. */
  readonly api: typeof Api;
  readonly tracer: Tracer;
  /** Ids that the very next span takes instead of random ones. */
  readonly nextIds: { traceId?: string; spanId?: string };
  /** Sends what is left, within its own limits of time. */
  shutdown(): Promise<void>;
}

/** Where work goes on: below which span. */
interface Spot {
  /** @param traceId the trace that the work belongs to; a spot that has no span yet takes it */
  contextFor(traceId: string | undefined): SpanContext;
}

export interface Drawing {
  readonly attributes?: Attributes;
  /** Whether it answers somebody outside, asks somebody outside, or takes from a queue; inside unless given. */
  readonly kind?: 'SERVER' | 'CLIENT' | 'CONSUMER';
  readonly links?: readonly Link[];
  /** The trace that the work belongs to, whatever goes on around it. */
  readonly traceId?: string;
  /** The span that it follows from; below the one at hand unless given, and below none when null. */
  readonly below?: SpanContext | null;
  /** Which rejections are an answer and no failure. */
  readonly isAnswer?: (error: unknown) => boolean;
}

/**
 * Draws what happens as spans. Names and attributes hold types, states, counts and ids of the software's own: never a
 * participant's or a person's id, an address, a value or a text that somebody entered. Times are those of this machine:
 * how long something takes is no part of the record, and no simulation replays it.
 */
export class Tracing {
  private readonly spots = new AsyncLocalStorage<Spot>();

  constructor(private readonly source: SpanSource) {}

  /** Runs work within a span. What the work rejects with is told by its kind. */
  async around<Result>(
    name: string,
    drawing: Drawing,
    work: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    const span = this.start(name, drawing);
    try {
      return await this.spots.run({ contextFor: () => span.spanContext() }, () => work(span));
    } catch (error) {
      // The class of an error: its message may quote what a person entered.
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      if (!drawing.isAnswer?.(error)) span.setStatus({ code: this.source.api.SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  /** A span of what is over. @param startedAt by `performance.now()` */
  record(name: string, startedAt: number, { spanId, ...drawing }: Drawing & { spanId?: string }): void {
    this.start(name, drawing, { startedAt, spanId }).end(performance.now());
  }

  /**
   * A request, which goes into the trace of the command that it turns out to carry; into one of its own otherwise.
   * @param ownTraceId the trace of a request without a command
   */
  request(name: string, ownTraceId: string, drawing: Drawing): RequestSpan {
    const startedAt = performance.now();
    const open = (traceId: string): Span =>
      this.start(name, { kind: 'SERVER', ...drawing, below: null, traceId }, { startedAt });
    return new RequestSpan(open, ownTraceId, this.source.api.SpanStatusCode.ERROR);
  }

  /** Runs what follows below a request. */
  within(request: RequestSpan, next: () => void): void {
    this.spots.run(request, next);
  }

  close(): Promise<void> {
    return this.source.shutdown();
  }

  private start(
    name: string,
    { attributes, kind, links = [], below, traceId }: Drawing,
    { startedAt, spanId }: { readonly startedAt?: number; readonly spanId?: string } = {},
  ): Span {
    const here = below === undefined ? this.spots.getStore()?.contextFor(traceId) : (below ?? undefined);
    // Work of another trace than what is around it: begins there, and says where it came from.
    const isForeign = here !== undefined && traceId !== undefined && here.traceId !== traceId;
    const parent = isForeign ? undefined : here;
    const { api, tracer, nextIds } = this.source;
    const context = parent ? api.trace.setSpanContext(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT;
    Object.assign(nextIds, { traceId, spanId });
    return tracer.startSpan(
      name,
      {
        attributes,
        kind: kind && api.SpanKind[kind],
        links: isForeign ? [...links, { context: here }] : [...links],
        startTime: startedAt,
      },
      context,
    );
  }
}

export class RequestSpan implements Spot {
  private span: Span | undefined;

  constructor(
    private readonly open: (traceId: string) => Span,
    private readonly ownTraceId: string,
    private readonly error: Api.SpanStatusCode.ERROR,
  ) {}

  contextFor(traceId: string = this.ownTraceId): SpanContext {
    this.span ??= this.open(traceId);
    return this.span.spanContext();
  }

  end(status: number): void {
    this.span ??= this.open(this.ownTraceId);
    this.span.setAttribute('http.response.status_code', status);
    if (status >= 500) this.span.setStatus({ code: this.error });
    this.span.end(performance.now());
  }
}
