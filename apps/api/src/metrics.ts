import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ReactionEngine } from '@platform/commands';
import type { Appended, EventLog } from '@platform/event-log';
import type { JobQueue } from '@platform/jobs';
import type { ViewEngine } from '@platform/views';
import type { RequestRecord } from './logging';

/** Figures for Prometheus. No label ever holds an id of a participant, a person or a record. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'ledger_http_request_duration_seconds',
    help: 'Time from a request to its answer, by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [this.registry],
  });
  private readonly appends = new Counter({
    name: 'ledger_appends_total',
    help: 'Appends to the event log that were acknowledged; repeated ones apart.',
    labelNames: ['category', 'repeated'],
    registers: [this.registry],
  });
  private readonly events = new Counter({
    name: 'ledger_events_appended_total',
    help: 'Events written to the event log.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'ledger_' });
  }

  answered({ method, route, status, duration }: RequestRecord): void {
    this.requests.observe({ method, route, status: String(status) }, duration / 1_000);
  }

  appended(stream: string, { repeated, firstRevision, lastRevision }: Appended): void {
    this.appends.inc({ category: stream.slice(0, stream.indexOf('-')), repeated: String(repeated) });
    if (!repeated) this.events.inc(lastRevision - firstRevision + 1);
  }

  /** Gauges that are read from the engines whenever somebody asks for the figures. */
  observe(engines: { views: ViewEngine; reactions: ReactionEngine; jobs: JobQueue }): void {
    const { registry } = this;
    new Gauge({
      name: 'ledger_view_lag_events',
      help: 'Events of the log that a view has not taken yet.',
      labelNames: ['view', 'state'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const { name, state, lag } of await engines.views.status()) this.set({ view: name, state }, lag);
      },
    });
    new Gauge({
      name: 'ledger_reaction_rejected_commands',
      help: 'Commands of a reaction that a decision rejected since the start.',
      labelNames: ['reaction', 'state'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { name, state, rejected } of engines.reactions.status())
          this.set({ reaction: name, state }, rejected);
      },
    });
    new Gauge({
      name: 'ledger_job_queue_depth',
      help: 'Jobs by kind and by what they do.',
      labelNames: ['kind', 'state'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const [kind, depth] of await engines.jobs.depth()) {
          for (const [state, count] of Object.entries(depth)) this.set({ kind, state }, count);
        }
      },
    });
  }
}

/** The same log, with its appends counted. */
export function counted(log: EventLog, appended: (stream: string, result: Appended) => void): EventLog {
  return new Proxy(log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name === 'append') {
        return async (...call: Parameters<EventLog['append']>) => {
          const result = await target.append(...call);
          appended(call[0], result);
          return result;
        };
      }
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
