import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ReactionEngine } from '@platform/commands';
import type { Appended, EventLog, LogFailure } from '@platform/event-log';
import type { JobQueue } from '@platform/jobs';
import type { Ownership } from '@platform/ownership';
import type { ViewEngine } from '@platform/views';
import type { ObligationWatch } from '@trial/reporting';
import type { RequestRecord } from './logging';
import type { AppendObserver } from './observed-log';

export interface ObservedEngines {
  readonly log: EventLog;
  readonly views: ViewEngine;
  readonly reactions: ReactionEngine;
  readonly jobs: JobQueue;
  readonly ownership: Ownership;
  readonly obligations: ObligationWatch;
}

/** Figures for Prometheus. No label ever holds an id of a participant, a person or a record. */
export class Metrics implements AppendObserver {
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
  private readonly failures = new Counter({
    name: 'ledger_append_failures_total',
    help: 'Appends that the event log did not acknowledge, by what is wrong with it.',
    labelNames: ['failure'],
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

  failed(failure: LogFailure): void {
    this.failures.inc({ failure });
  }

  /** Gauges that are read from the engines whenever somebody asks for the figures. */
  observe({ log, views, reactions, jobs, ownership, obligations }: ObservedEngines): void {
    this.gauge('ledger_log_readable', 'Whether the event log can be read: 1 or 0.', [], async () => {
      return [[{}, await answers(log.head())]];
    });
    const lagging = 'Events of the log that a view has not taken yet.';
    this.gauge('ledger_view_lag_events', lagging, ['view', 'state'], async () =>
      (await views.status()).map(({ name, state, lag }) => [{ view: name, state }, lag]),
    );
    const unchecked = 'Whether the last check of the time of open obligations failed: 1 or 0.';
    this.gauge('ledger_obligation_check_failed', unchecked, [], async () => [
      [{}, obligations.status().problem === undefined ? 0 : 1],
    ]);
    const refused = 'Commands of a reaction that a decision rejected since the start.';
    this.gauge('ledger_reaction_rejected_commands', refused, ['reaction', 'state'], async () =>
      reactions.status().map(({ name, state, rejected }) => [{ reaction: name, state }, rejected]),
    );
    const owned = 'Whether this process does what one process does for all: 1 or 0.';
    this.gauge('ledger_work_owner', owned, [], async () => [
      [{}, ownership.status().state === 'owner' ? 1 : 0],
    ]);
    this.gauge('ledger_job_queue_reachable', 'Whether the job queue answers: 1 or 0.', [], async () => [
      [{}, await answers(jobs.depth())],
    ]);
    this.gauge('ledger_job_queue_depth', 'Jobs by what they do.', ['state'], async () => {
      const depths = [...(await jobs.depth()).values()];
      return jobStates.map(state => [{ state }, depths.reduce((sum, depth) => sum + depth[state], 0)]);
    });
    const byKind = 'Jobs by kind and by what they do; kinds without any are left out.';
    this.gauge('ledger_job_queue_depth_by_kind', byKind, ['kind', 'state'], async () =>
      [...(await jobs.depth())].flatMap(([kind, depth]) =>
        jobStates.map((state): Figure => [{ kind, state }, depth[state]]),
      ),
    );
  }

  /** A gauge whose engine does not answer has no figure at that moment; the others still have theirs. */
  private gauge(name: string, help: string, labelNames: string[], read: () => Promise<Figure[]>): void {
    const collect = async function (this: Gauge): Promise<void> {
      const figures = await read().catch(() => []);
      this.reset();
      for (const [labels, figure] of figures) this.set(labels, figure);
    };
    new Gauge({ name, help, labelNames, registers: [this.registry], collect });
  }
}

/** 1 when it does, else 0. */
const answers = (question: Promise<unknown>): Promise<0 | 1> =>
  question.then(
    () => 1,
    () => 0,
  );

type Figure = [labels: Record<string, string>, figure: number];

const jobStates = ['waiting', 'running', 'dead'] as const;
