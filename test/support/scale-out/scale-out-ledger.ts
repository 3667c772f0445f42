import { rmSync } from 'node:fs';
import { readEventStoreUrl, type EventLog } from '@platform/event-log';
import { systemClock } from '@platform/kernel';
import { PostgresVault } from '@platform/secrets';
import { openEventLog } from '../../../apps/composition/src/event-logs';
import { webhookOf } from '../alerting/alerts';
import { WebhookReceiver } from '../alerting/webhook-receiver';
import { ownDatabase, type OwnDatabase } from '../postgresql/server';
import { startRedis, type OwnRedis } from '../redis';
import { newFolder } from '../running-ledger';
import { RunningTrial } from '../trial';
import { EventStoreProcess } from './event-store-process';
import { Fleet } from './fleet';
import type { Parts } from './mishaps';

/** One ledger in the scale-out mode, with stores of its own, and who receives its alerts. */
export class ScaleOutLedger implements Parts {
  /** Access tokens of the investigators, by site. */
  readonly tokens = new Map<string, string>();
  private started: Fleet | undefined;
  private removed = false;
  private readonly folder = newFolder();

  private constructor(
    readonly redis: OwnRedis,
    readonly database: OwnDatabase,
    readonly eventStore: EventStoreProcess,
    readonly receiver: WebhookReceiver,
  ) {}

  /** A trial that recruits at these sites, whose safety officer has a webhook. No process of the product runs yet. */
  static async open(sites: readonly string[]): Promise<ScaleOutLedger> {
    const ledger = new ScaleOutLedger(
      await startRedis(),
      await ownDatabase(),
      await EventStoreProcess.start(),
      await WebhookReceiver.start(),
    );
    try {
      await ledger.beginTrial(sites);
      return ledger;
    } catch (error) {
      await ledger.remove();
      throw error;
    }
  }

  private async beginTrial(sites: readonly string[]): Promise<void> {
    const vault = await PostgresVault.open({ url: this.database.url });
    const { viewsUrl, eventStoreAddress: eventStore } = this;
    const ports = { clock: systemClock, vault, viewsUrl, eventStore };
    const running = await RunningTrial.start(sites, ports, { folder: newFolder() });
    try {
      for (const site of sites)
        this.tokens.set(site, (await running.as({ role: 'investigator', site })).token);
      const { token } = await running.as({ role: 'safetyOfficer' });
      this.receiver.secret = await webhookOf(running, token, 'safety-officer-00', this.receiver.url);
    } finally {
      await running.stop();
    }
  }

  get viewsUrl(): string {
    const url = new URL(this.database.url);
    url.searchParams.set('schema', 'trial_ledger');
    return url.href;
  }

  private get eventStoreAddress() {
    const address = readEventStoreUrl(this.eventStore.url);
    if (typeof address === 'string') throw new Error(`The connection string ${address}`);
    return address;
  }

  get fleet(): Fleet {
    if (!this.started) throw new Error('No process runs yet.');
    return this.started;
  }

  async startFleet(apps: readonly ('api' | 'worker')[]): Promise<Fleet> {
    this.started = await Fleet.start(apps, this.folder, {
      EVENTSTORE_URL: this.eventStore.url,
      VIEWS_URL: this.viewsUrl,
      SECRETS_URL: this.database.url,
      REDIS_URL: this.redis.url,
      LEDGER_WEBHOOK_ALLOW: '127.0.0.0/8',
      LEDGER_WEBHOOK_HTTP: 'true',
    });
    return this.started;
  }

  /** The log as it is at the event store, for whoever looks at it from outside. */
  openLog(): Promise<EventLog> {
    return openEventLog({ dataFolder: this.folder, eventStore: this.eventStoreAddress });
  }

  /** Whoever still runs is killed; stores are removed. */
  async remove(): Promise<void> {
    if (this.removed) return;
    this.removed = true;
    await this.started?.killAll();
    await this.receiver.stop();
    await this.eventStore.stop();
    await this.redis.remove();
    await this.database.remove();
    rmSync(this.folder, { recursive: true });
  }
}
