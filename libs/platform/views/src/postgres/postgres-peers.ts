import { Client, type QueryConfig } from 'pg';
import { every } from '../pauses';
import type { ViewPeers } from '../peers';
import { Turns } from '../sql/turns';
import { answerMs, clientConfig, type Timed, type ViewsAddress } from './address';
import { viewLock } from './locks';
import { asFailure } from './postgres-dialect';

/** How often a view that somebody else moves is asked for, and a connection that broke is made again. */
const retryMs = 1_000;
const settings = { readOnly: true, statementMs: 5_000, idleInTransactionMs: 5_000 };
const query_timeout = answerMs(settings);

interface Session {
  readonly client: Client;
  /** Views whose locks this connection holds. */
  readonly held: Set<string>;
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
  private stopWatching: (() => void) | undefined;
  /** Views of others that were asked for a moment ago. */
  private readonly askedLately = new Set<string>();
  private stopResting: (() => void) | undefined;
  private closed = false;

  constructor(private readonly address: ViewsAddress) {}

  claim(views: readonly string[]): Promise<ReadonlySet<string>> {
    return this.turns.take(async () => {
      try {
        const session = await this.connected();
        await this.giveUp(
          session,
          [...session.held].filter(view => !views.includes(view)),
        );
        const others = views.filter(view => !session.held.has(view) && !this.askedLately.has(view));
        if (others.length > 0) await this.tryLock(session, others);
        return new Set(session.held);
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
    const session = { client, held: new Set<string>() };
    const lost = (): void => {
      if (this.session?.client === client) this.drop();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.tell());
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

  private async tryLock(session: Session, views: readonly string[]): Promise<void> {
    const keys = views.map(view => String(viewLock(this.address.schema, view)));
    const text =
      'select place, pg_try_advisory_lock(key) as locked ' +
      'from unnest($1::bigint[]) with ordinality as wanted(key, place)';
    const query: Timed<QueryConfig> = { text, values: [keys], query_timeout };
    const { rows } = await session.client.query<{ place: number; locked: boolean }>(query);
    for (const { place, locked } of rows) (locked ? session.held : this.askedLately).add(views[place - 1]!);
    this.stopResting ??= every(retryMs, () => this.askedLately.clear());
  }

  private async giveUp(session: Session, views: readonly string[]): Promise<void> {
    for (const view of views) {
      session.held.delete(view);
      const values = [String(viewLock(this.address.schema, view))];
      const query: Timed<QueryConfig> = { text: 'select pg_advisory_unlock($1)', values, query_timeout };
      await session.client.query(query);
    }
  }
}
