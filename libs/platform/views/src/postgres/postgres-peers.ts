import { Client, type QueryConfig } from 'pg';
import { every } from '../follow/pauses';
import type { Claimed, ViewPeers } from '../follow/peers';
import { Turns } from '../sql/turns';
import { answerMs, clientConfig, type Timed, type ViewsAddress } from './address';
import { PostgresClaims } from './postgres-claims';
import { asFailure } from './postgres-dialect';

/** How often a view that somebody else moves is asked for, and a connection that broke is made again. */
const retryMs = 1_000;
const settings = { readOnly: true, statementMs: 5_000, idleInTransactionMs: 5_000 };
const query_timeout = answerMs(settings);

/** What a notification says that asks; one that tells of a commit says nothing. */
const question = 'awaited';

interface Session {
  readonly client: Client;
  readonly claims: PostgresClaims;
}

/**
 * A connection of its own. Its advisory locks say who moves a view: PostgreSQL frees them as soon as the process has
 * died, and within half a minute when its machine has. Notifications say that somebody has committed.
 */
export class PostgresPeers implements ViewPeers {
  readonly lookMs = 250;
  private session: Session | undefined;
  private readonly turns = new Turns();
  private readonly listeners = new Set<() => void>();
  private asked: () => void = () => undefined;
  private stopWatching: (() => void) | undefined;
  private stopResting: (() => void) | undefined;
  private closed = false;

  constructor(private readonly address: ViewsAddress) {}

  claim(wanted: readonly Claimed[]): Promise<ReadonlySet<string>> {
    return this.turns.take(async () => {
      try {
        const { claims } = await this.connected();
        this.stopResting ??= every(retryMs, () => this.session?.claims.lookAgain());
        return await claims.claim(wanted);
      } catch (error) {
        this.drop();
        throw asFailure(error);
      }
    });
  }

  onNews(listener: () => void): () => void {
    if (this.closed) return () => undefined;
    this.listeners.add(listener);
    this.watch();
    this.stopWatching ??= every(retryMs, () => this.watch());
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.stopWatching?.();
      this.stopWatching = undefined;
    };
  }

  ask(): void {
    const asking = this.turns.take(async () => {
      const { client } = await this.connected();
      const { schema } = this.address;
      const query: Timed<QueryConfig> = {
        text: 'select pg_notify($1, $2)',
        values: [schema, question],
        query_timeout,
      };
      await client.query(query);
    });
    asking.catch(() => this.drop());
  }

  onAsked(listener: () => void): void {
    this.asked = listener;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopWatching?.();
    await this.turns.take(async () => {
      this.stopResting?.();
      const { session } = this;
      this.session = undefined;
      await session?.client.end();
    });
  }

  /** While it cannot connect, those who wait look by themselves. */
  private watch(): void {
    if (this.session || this.closed) return;
    this.turns.take(() => this.connected()).catch(() => this.drop());
  }

  private async connected(): Promise<Session> {
    if (this.session) return this.session;
    if (this.closed) throw new Error('The views were closed.');
    const client = new Client(clientConfig(this.address, settings));
    const session = { client, claims: new PostgresClaims(client, this.address.schema, query_timeout) };
    const lost = (): void => {
      if (this.session?.client === client) this.drop();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => (payload === question ? this.asked() : this.tell()));
    await client.connect();
    this.session = session;
    const listen: Timed<QueryConfig> = { text: `listen "${this.address.schema}"`, query_timeout };
    await client.query(listen);
    return session;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Whatever it held, somebody else may move now. Those who wait look once: the news may be lost. */
  private drop(): void {
    const { session } = this;
    this.session = undefined;
    // It is gone, or is thrown away because nobody knows what it is at: how it ends is of no interest.
    session?.client.end().catch(() => undefined);
    if (session) this.tell();
  }
}
