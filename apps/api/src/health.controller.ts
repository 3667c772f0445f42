import { Controller, Get, Header, HttpCode, Inject, Res } from '@nestjs/common';
import { ReactionEngine } from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { Public } from '@platform/http';
import { formatPosition } from '@platform/kernel';
import { ViewEngine } from '@platform/views';
import { Metrics } from './metrics';
import { AppendHealth } from './observed-log';

type Examined = { readonly position: string } | { readonly problem: string };

interface Health {
  readonly status: 'ready' | 'not ready';
  readonly log: Examined;
  /** Empty when the tables of the views cannot be read. */
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
    const log = await this.examineLog();
    const views = await this.views.status().catch(() => []);
    const reactions = this.reactions.status().map(({ name, state }) => ({ name, state }));
    const failed = [...views, ...reactions].some(({ state }) => state === 'failed');
    const ready = !('problem' in log) && views.length > 0 && !failed;
    return {
      status: ready ? 'ready' : 'not ready',
      log,
      views: views.map(({ name, state, lag }) => ({ name, state, lag })),
      reactions,
    };
  }

  private async examineLog(): Promise<Examined> {
    const { problem } = this.appends;
    if (problem !== undefined) return { problem };
    try {
      return { position: formatPosition(await this.log.head()) };
    } catch (error) {
      // The class of the error only: its message may name a path of this machine.
      return { problem: error instanceof Error ? error.name : 'unknown' };
    }
  }
}
