import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import {
  filled,
  Gate,
  ReactionEngine,
  Runner,
  UrgentWork,
  type Command,
  type Receipt,
  type Target,
} from '@platform/commands';
import type { Channel } from '@platform/delivery';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { JOB_QUEUE, type Job, type JobQueue } from '@platform/jobs';
import {
  CLOCK,
  derivedId,
  formatPosition,
  TIMERS,
  type Clock,
  type Timer,
  type Timers,
} from '@platform/kernel';
import { Ownership } from '@platform/ownership';
import type { SecretStore } from '@platform/secrets';
import { ViewDatabase, ViewEngine } from '@platform/views';
import { systemCaller, trialsWithUsers } from '@trial/access';
import { RaiseLagAlert } from '../alerting.commands';
import { lagRule } from '../domain/raising';
import { deliveryKind, stepKind } from '../domain/work';
import { alertInbox, workDueBy } from '../views/alert-inbox';
import { ALERTING_OPTIONS, type AlertingOptions } from './alerting-options';
import { CONTACT_SECRETS } from './contact-secrets';
import { AlertDeliverer } from './deliverer';
import { AlertEscalator } from './escalator';
import { LagWatch, type Follower } from './lag-watch';
import { AlertReconciler, everyMs } from './reconciler';

/** How long the first comparison waits for the inbox to catch up with the log. */
const catchUpMs = 60_000;

/**
 * Everything of alerting that runs by itself. Each process that runs jobs escalates and delivers; what looks at all of
 * the log runs where the work is owned.
 */
@Injectable()
export class AlertOffice implements OnModuleInit, BeforeApplicationShutdown {
  readonly reconciler: AlertReconciler;
  readonly deliverer: AlertDeliverer;
  private readonly escalator: AlertEscalator;
  private readonly lagWatch: LagWatch;
  private readonly logger = new Logger('Alerting');
  private timer: Timer | undefined;

  constructor(
    @Inject(ALERTING_OPTIONS) private readonly options: AlertingOptions,
    @Inject(Gate) private readonly gate: Gate,
    @Inject(Runner) runner: Runner,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(ViewDatabase) private readonly views: ViewDatabase,
    @Inject(ViewEngine) private readonly engine: ViewEngine,
    @Inject(ReactionEngine) private readonly reactions: ReactionEngine,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(CONTACT_SECRETS) secrets: SecretStore,
    @Inject(Ownership) private readonly ownership: Ownership,
    @Inject(UrgentWork) private readonly urgent: UrgentWork,
  ) {
    const { streams } = runner;
    const submit = (command: Command, target: Target) => this.submit(command, target);
    const onProblem = (problem: string): void => this.logger.error(problem);
    const channel: Channel = {
      deliver: (...sent) => urgent.run(() => options.channel.deliver(...sent)),
      close: () => options.channel.close(),
    };
    this.deliverer = new AlertDeliverer({ streams, channel, secrets, timers, submit, onProblem });
    this.escalator = new AlertEscalator({ streams, submit });
    this.reconciler = new AlertReconciler({
      ...{ queue, clock, timers, onProblem },
      workDueBy: (due, limit) => workDueBy(views, due, limit),
      caughtUp: async () => engine.waitFor(await log.head(), [alertInbox.name], catchUpMs),
    });
    this.lagWatch = new LagWatch(clock);
  }

  onModuleInit(): void {
    if (this.options.runsJobs) {
      this.queue.handle(stepKind, job => this.urgent.run(() => this.escalator.take(job)));
      this.queue.handle(deliveryKind, job => this.deliverer.take(job));
    }
    this.ownership.undertake({
      begin: () => {
        this.reconciler.start();
        this.watch();
      },
      end: () => {
        this.timer?.cancel();
        this.reconciler.stop();
      },
    });
  }

  /**
   * Takes what follows from an event. A message that is due goes out from here, in the process that follows the log: it
   * need not wait for a queue, nor for a queue that is away. What has its time, or finds no room, is for the queue, and
   * with it for every process that takes jobs from there.
   */
  async take(job: Job): Promise<void> {
    const isDue = job.kind === deliveryKind && job.runAt <= this.clock.now();
    if (this.options.runsJobs && isDue && this.deliverer.hasRoom) this.deliverer.take(job);
    else await this.queue.schedule(job);
  }

  /** Before the log and the views are closed: what is under way is written down, and what is not goes back. */
  async beforeApplicationShutdown(): Promise<void> {
    const left = await this.deliverer.stop();
    await this.options.channel.close();
    // Where the queue is away too, the reconciler finds them in the log.
    for (const job of left) await this.queue.schedule(job).catch((error: unknown) => this.tell(error));
  }

  private tell(error: unknown): void {
    this.logger.error(error instanceof Error ? error.name : 'unknown');
  }

  private submit(command: Command, target: Target): Promise<Receipt> {
    return this.gate.submit(command, { caller: systemCaller('alerting'), target, source: 'system' });
  }

  private watch(): void {
    this.timer = this.timers.after(everyMs, () => {
      this.watch();
      this.lookForLag().catch((error: unknown) => this.tell(error));
    });
  }

  /** One alert in each trial that somebody works in: a lag of the software concerns all of them. */
  async lookForLag(): Promise<void> {
    const head = await this.log.head();
    const lagging = this.lagWatch.lagging(await this.followers(), head);
    if (lagging.length === 0) return;
    const trials = await trialsWithUsers(this.views);
    for (const { component, position } of lagging) {
      const at = formatPosition(position as Parameters<typeof formatPosition>[0]);
      for (const trial of trials) {
        const alert = derivedId('alert', lagRule, trial, component, at);
        await this.submit(filled(RaiseLagAlert, { component, position: at }), { trial, alert });
      }
    }
  }

  private async followers(): Promise<Follower[]> {
    const views = (await this.engine.status()).map(({ name, position, state }) => ({
      component: `view:${name}`,
      position,
      failed: state === 'failed',
    }));
    const reactions = this.reactions.status().map(({ name, position, state }) => ({
      component: `reaction:${name}`,
      position: BigInt(position),
      failed: state === 'failed',
    }));
    return [...views, ...reactions];
  }
}
