import { Controller, Get, Header, HttpCode, Inject, Res } from '@nestjs/common';
import { ReactionEngine } from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { Public } from '@platform/http';
import { formatPosition } from '@platform/kernel';
import { ViewEngine } from '@platform/views';
import { Metrics } from './metrics';

interface Health {
  readonly status: 'ready' | 'not ready';
  readonly log: { readonly position: string } | { readonly problem: string };
  readonly views: readonly { readonly name: string; readonly state: string; readonly lag: number }[];
  readonly reactions: readonly { readonly name: string; readonly state: string }[];
}

/** For orchestrators and for Prometheus: no clinical data, no ids, no authentication. */
@Public()
@Controller()
export class HealthController {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(ViewEngine) private readonly views: ViewEngine,
    @Inject(ReactionEngine) private readonly reactions: ReactionEngine,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** The process answers. */
  @Get('health/live')
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  /** The log can be read, and nothing that follows it has failed. 503 otherwise. */
  @Get('health/ready')
  @HttpCode(200)
  async ready(@Res({ passthrough: true }) reply: { status(code: number): unknown }): Promise<Health> {
    const health = await this.examine();
    if (health.status !== 'ready') reply.status(503);
    return health;
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  figures(): Promise<string> {
    return this.metrics.registry.metrics();
  }

  private async examine(): Promise<Health> {
    const reactions = this.reactions.status().map(({ name, state }) => ({ name, state }));
    try {
      const position = formatPosition(await this.log.head());
      const views = (await this.views.status()).map(({ name, state, lag }) => ({ name, state, lag }));
      const failed = [...views, ...reactions].some(({ state }) => state === 'failed');
      return { status: failed ? 'not ready' : 'ready', log: { position }, views, reactions };
    } catch (error) {
      const problem = error instanceof Error ? error.name : 'unknown';
      return { status: 'not ready', log: { problem }, views: [], reactions };
    }
  }
}
