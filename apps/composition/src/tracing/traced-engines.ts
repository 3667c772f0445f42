import type { SpanContext } from '@opentelemetry/api';
import type { Channel } from '@platform/delivery';
import type { EventLog } from '@platform/event-log';
import type { JobHandler, JobQueue } from '@platform/jobs';
import type { RecordedEvent } from '@platform/kernel';
import type { View, ViewEngineOptions } from '@platform/views';
import type { Origins } from './origins';
import { appendSpanIdOf } from './trace-ids';
import type { Tracing } from './tracing';

/** The same object with one of its methods replaced; the others do as they did. */
function withMethod<Target extends object>(target: Target, name: keyof Target, method: unknown): Target {
  return new Proxy(target, {
    get(inner, asked) {
      if (asked === name) return method;
      const member: unknown = Reflect.get(inner, asked, inner);
      return typeof member === 'function' ? (member.bind(inner) as unknown) : member;
    },
  });
}

/** Draws each append. Its span has the id that follows from the command, by which whatever follows finds it. */
export function tracedLog(log: EventLog, tracing: Tracing, origins: Origins): EventLog {
  const append: EventLog['append'] = async (stream, expectedRevision, events) => {
    const startedAt = performance.now();
    const { command, correlationId, subject } = events[0]?.metadata ?? {};
    const category = stream.slice(0, stream.indexOf('-'));
    const draw = async (more: Record<string, string | number | boolean>, spanId?: string): Promise<void> => {
      const traceId =
        correlationId === undefined ? undefined : await origins.traceOf(subject?.alert, correlationId);
      const attributes = { 'ledger.stream.category': category, 'ledger.events': events.length, ...more };
      tracing.record(`append ${category}`, startedAt, { attributes, traceId, spanId });
    };
    try {
      const appended = await log.append(stream, expectedRevision, events);
      const { position, repeated } = appended;
      const place = { 'ledger.position': position.toString(), 'ledger.repeated': repeated };
      await draw(place, repeated || !command ? undefined : appendSpanIdOf(command.id));
      return appended;
    } catch (error) {
      await draw({ 'error.type': error instanceof Error ? error.name : 'unknown' });
      throw error;
    }
  };
  return withMethod(log, 'append', append);
}

/** More appends of one page are not drawn: a view that catches up would drown the traces of those who are at work. */
const drawnOfPage = 16;

interface Page {
  readonly startedAt: number;
  readonly appends: readonly SpanContext[];
  readonly events: number;
}

/**
 * Draws each page that a view takes, from folding to commit, below each append that is in it. Rebuilds are not drawn.
 */
export function tracedViews(
  views: readonly View[],
  tracing: Tracing,
  origins: Origins,
): Pick<ViewEngineOptions, 'views' | 'onBatch'> {
  const pages = new Map<string, Page>();
  const traced = views.map((view): View => ({
    ...view,
    async project(events, rows) {
      const begun = performance.now();
      await view.project(events, rows);
      // Partitions of one view take their parts of a page one after the other, and commit them together.
      const { startedAt = begun, events: before = 0, appends = [] } = pages.get(view.name) ?? {};
      const all = [...appends, ...(await appendsOf(events, origins))].slice(0, drawnOfPage);
      pages.set(view.name, { startedAt, events: before + events.length, appends: all });
    },
  }));
  const onBatch: ViewEngineOptions['onBatch'] = ({ view, position }) => {
    const { startedAt = 0, appends = [], events = 0 } = pages.get(view) ?? {};
    pages.delete(view);
    const attributes = {
      'ledger.view': view,
      'ledger.events': events,
      'ledger.position': position.toString(),
    };
    for (const below of appends) tracing.record(`view ${view}`, startedAt, { below, attributes });
  };
  return { views: traced, onBatch };
}

async function appendsOf(events: readonly RecordedEvent[], origins: Origins): Promise<SpanContext[]> {
  const commands = new Map<string, RecordedEvent>();
  for (const event of events) {
    if (commands.size < drawnOfPage) commands.set(event.metadata.command.id, event);
  }
  return Promise.all([...commands.values()].map(event => origins.appendOf(event)));
}

/**
 * Draws each attempt of each job, below the append that the job follows from, not below the reaction that scheduled it:
 * a queue that was lost is filled again by somebody who knows the log only.
 */
export function tracedJobs(queue: JobQueue, tracing: Tracing, origins: Origins): JobQueue {
  const handle = (kind: string, handler: JobHandler): void =>
    queue.handle(kind, async (job, attempt) => {
      const below = (await origins.appendBehind(job)) ?? null;
      const attributes = { 'ledger.job.kind': kind, 'ledger.attempt': attempt.number };
      await tracing.around(`job ${kind}`, { below, attributes, kind: 'CONSUMER' }, async () =>
        handler(job, attempt),
      );
    });
  return withMethod(queue, 'handle', handle);
}

/** Draws each message on its way out: over which channel, and how it ended. */
export function tracedChannel(channel: Channel, tracing: Tracing): Channel {
  const deliver: Channel['deliver'] = (message, address, signal) =>
    tracing.around(`deliver ${address.channel}`, { kind: 'CLIENT' }, async span => {
      const result = await channel.deliver(message, address, signal);
      span.setAttribute('ledger.delivery.outcome', result.outcome);
      if (result.outcome === 'failed') span.setAttribute('error.type', result.failure);
      return result;
    });
  return withMethod(channel, 'deliver', deliver);
}
