import { ExportResultCode } from '@opentelemetry/core';
import { SimpleSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { tracingTo } from '../../../apps/composition/src/tracing/open-tracing';
import type { Tracing } from '../../../apps/composition/src/tracing/tracing';

/** The kinds of spans in the order in which one follows from another. */
const kinds = ['query', 'deliver', 'command', 'append', 'view', 'reaction', 'job'];
const rank = ({ name }: ReadableSpan): number => kinds.indexOf(name.split(' ', 1)[0]!);
const idOf = (span: ReadableSpan): string => span.spanContext().spanId;

/** Spans that stay in this process, to be looked at; also after those who drew them are gone. */
export class DrawnSpans {
  readonly all: ReadableSpan[] = [];
  private readonly exporter: SpanExporter = {
    export: (spans, done) => {
      this.all.push(...spans);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  };

  tracing(service?: string): Tracing {
    return tracingTo(new SimpleSpanProcessor({ exporter: this.exporter }), { service });
  }

  of(traceId: string): readonly ReadableSpan[] {
    return this.all.filter(span => span.spanContext().traceId === traceId);
  }

  /**
   * A trace as indented lines: what follows from what; brothers by kind and name, because they run side by side.
   * @param views those whose pages are shown
   */
  treeOf(traceId: string, views: readonly string[]): string[] {
    const spans = this.of(traceId).filter(
      ({ name }) => !name.startsWith('view ') || views.includes(name.slice('view '.length)),
    );
    const ids = new Set(spans.map(idOf));
    const lines = (parent: string | undefined, depth: number): string[] =>
      spans
        .filter(
          ({ parentSpanContext: above }) =>
            (above && ids.has(above.spanId) ? above.spanId : undefined) === parent,
        )
        .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
        .flatMap(span => [`${'  '.repeat(depth)}${span.name}`, ...lines(idOf(span), depth + 1)]);
    return lines(undefined, 0);
  }

  /** The spans above one, the root first. */
  pathTo(span: ReadableSpan): readonly ReadableSpan[] {
    const above = this.all.find(each => idOf(each) === span.parentSpanContext?.spanId);
    return above ? [...this.pathTo(above), span] : [span];
  }
}

/** Nanoseconds since 1970. */
export const startOf = ({ startTime: [seconds, nanoseconds] }: ReadableSpan): bigint =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
