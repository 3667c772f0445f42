import { Controller, Get, Header, HttpCode, Inject, Res } from '@nestjs/common';
import { ReactionEngine } from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { Public } from '@platform/http';
import { JOB_QUEUE, type JobQueue } from '@platform/jobs';
import { Ownership } from '@platform/ownership';
import { ViewEngine } from '@platform/views';
import { examine, type Health } from '../../composition/src/operation/health';
import { Metrics } from '../../composition/src/operation/metrics';
import { AppendHealth } from '../../composition/src/operation/observed-log';

/** For orchestrators and for Prometheus: no clinical data, no ids, no authentication. */
@Public()
@Controller()
export class HealthController {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(ViewEngine) private readonly viewEngine: ViewEngine,
    @Inject(ReactionEngine) private readonly reactions: ReactionEngine,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(Ownership) private readonly ownership: Ownership,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(AppendHealth) private readonly appends: AppendHealth,
  ) {}

  /** The process answers. */
  @Get('health/live')
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  /** The log can be read and written, and nothing that follows it has failed. 503 otherwise. */
  @Get('health/ready')
  @HttpCode(200)
  async ready(@Res({ passthrough: true }) reply: { status(code: number): unknown }): Promise<Health> {
    const { log, viewEngine, reactions, jobs, ownership, appends } = this;
    const health = await examine({ log, viewEngine, reactions, jobs, ownership, appends });
    if (health.status === 'not ready') reply.status(503);
    return health;
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  figures(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
