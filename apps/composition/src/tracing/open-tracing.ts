import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { systemTimers } from '@platform/kernel';
import { software } from '../software';
import type { TracingSettings } from './settings';
import { Tracing } from './tracing';

/** How long a stop waits for the receiver. Orchestrators kill after ten seconds unless told otherwise. */
const farewellMs = 1_000;

/*
 * The SDK is loaded by whoever traces: it takes time and memory that others do not pay.
 */
const loadSdk = () => ({
  ...(require('@opentelemetry/sdk-trace') as typeof import('@opentelemetry/sdk-trace')),
  ...(require('@opentelemetry/resources') as typeof import('@opentelemetry/resources')),
});
const loadApi = () => require('@opentelemetry/api') as typeof import('@opentelemetry/api');
const loadExporter = () =>
  require('@opentelemetry/exporter-trace-otlp-http') as typeof import('@opentelemetry/exporter-trace-otlp-http');

/** @param service this process's own name, where none is configured */
export function tracingTo(
  processor: SpanProcessor,
  { service = 'trial-ledger', ratio = 1 }: { readonly service?: string; readonly ratio?: number } = {},
): Tracing {
  const { RandomIdGenerator, TraceIdRatioBasedSampler, TracerProvider, resourceFromAttributes } = loadSdk();
  const random = new RandomIdGenerator();
  const nextIds: { traceId?: string; spanId?: string } = {};
  const [, version = ''] = software.split('/');
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    // Of a trace all processes keep everything or nothing, because its id alone decides.
    sampler: new TraceIdRatioBasedSampler(ratio),
    idGenerator: {
      generateTraceId: () => nextIds.traceId ?? random.generateTraceId(),
      generateSpanId: () => nextIds.spanId ?? random.generateSpanId(),
    },
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('trial-ledger', version);
  return new Tracing({ api: loadApi(), tracer, nextIds, shutdown: () => inTime(provider.shutdown()) });
}

/** A receiver that is away holds up no stop; what it does not take is told where it is sent. */
function inTime(shutdown: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const overdue = systemTimers.after(farewellMs, resolve);
    const end = (): void => (overdue.cancel(), resolve());
    shutdown.then(end, end);
  });
}

/**
 * Sends traces as they are configured; undefined where they are not.
 * @param onProblem told once when the receiver does not take them, and again after it has taken some
 */
export function openTracing(
  settings: TracingSettings | undefined,
  service: string,
  onProblem: (problem: string) => void,
): Tracing | undefined {
  if (settings === undefined) return undefined;
  const { OTLPTraceExporter } = loadExporter();
  const { BatchSpanProcessor } = loadSdk();
  const url = `${settings.endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: { ...settings.headers } });
  const processor = new BatchSpanProcessor({ exporter: telling(exporter, onProblem) });
  return tracingTo(processor, { service: settings.service ?? service, ratio: settings.ratio });
}

/** The SDK keeps failures to itself. Only their kind is told: a message may quote the receiver's words. */
function telling(exporter: SpanExporter, onProblem: (problem: string) => void): SpanExporter {
  let works = true;
  return {
    export: (spans, done) =>
      exporter.export(spans, result => {
        if (result.error && works) onProblem(result.error.name);
        works = result.error === undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
