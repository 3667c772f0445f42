import type { SpanContext } from '@opentelemetry/api';
import { LRUCache } from 'lru-cache';
import type { EventLog } from '@platform/event-log';
import type { Job } from '@platform/jobs';
import type { RecordedEvent } from '@platform/kernel';
import { alertStream, workAfter } from '@trial/alerting';
import { appendSpanIdOf, elsewhere, traceIdOf } from './trace-ids';

const rememberedAlerts = 10_000;
/** More events than a ladder with all its deliveries has. */
const longestAlert = 1_000;

/**
 * Which trace something belongs to: that of its correlation; for everything about an alert, that of what raised it.
 * Steps and deliveries come from timers and correlate with nothing, but the alert's first event does.
 */
export class Origins {
  private readonly alerts = new LRUCache<string, string>({ max: rememberedAlerts });

  constructor(private readonly log: EventLog) {}

  /** @param correlationId of what is about the alert, for an alert that nobody has raised yet */
  async traceOf(alert: string | undefined, correlationId: string): Promise<string> {
    return (alert !== undefined && (await this.traceOfAlert(alert))) || traceIdOf(correlationId);
  }

  /** The span in which an event was written. */
  async appendOf({ metadata: { subject, correlationId, command } }: RecordedEvent): Promise<SpanContext> {
    return elsewhere(await this.traceOf(subject.alert, correlationId), appendSpanIdOf(command.id));
  }

  /**
   * The span in which the event was written that a job follows from, whoever scheduled the job and however often;
   * undefined for a job of which the log knows nothing.
   */
  async appendBehind({ id, refs }: Job): Promise<SpanContext | undefined> {
    if (refs.alert === undefined) return undefined;
    const events = await this.read(refs.alert, longestAlert);
    // A first step that did not begin with the raising follows from it all the same.
    const cause = events.find(event => workAfter(event).some(work => work.id === id)) ?? events[0];
    return cause && this.appendOf(cause);
  }

  private async traceOfAlert(alert: string): Promise<string | undefined> {
    const known = this.alerts.get(alert);
    if (known !== undefined) return known;
    const [first] = await this.read(alert, 1);
    if (!first) return undefined;
    const traceId = traceIdOf(first.metadata.correlationId);
    this.alerts.set(alert, traceId);
    return traceId;
  }

  /** A log that does not answer fails nothing that is only drawn: it is drawn somewhere else then. */
  private read(alert: string, limit: number): Promise<RecordedEvent[]> {
    return this.log.readStream(alertStream(alert), { limit }).catch(() => []);
  }
}
