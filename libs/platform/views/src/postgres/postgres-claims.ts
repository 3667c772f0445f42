import type { Client, QueryConfig } from 'pg';
import type { Claimed } from '../follow/peers';
import type { Timed } from './address';
import { moversLock, viewLock } from './locks';

/**
 * What one connection moves, as advisory locks that it holds. Partitions of one view are shared: each process that
 * wants to move some says so by a lock that many may hold, counts those who do, and holds no more than its share. Its
 * share is rounded up, so that none is left over.
 */
export class PostgresClaims {
  private readonly held = new Map<string, Claimed>();
  /** Of divided views: how many processes want to move them, this one among them. */
  private movers = new Map<string, number>();
  /** What was asked for a moment ago, and somebody else held. */
  private readonly askedLately = new Set<string>();
  private isCounted = false;

  constructor(
    private readonly client: Client,
    private readonly schema: string,
    private readonly answerMs: number,
  ) {}

  async claim(wanted: readonly Claimed[]): Promise<ReadonlySet<string>> {
    for (const claimed of this.held.values()) {
      if (!wanted.some(({ name }) => name === claimed.name)) await this.giveUp(claimed);
    }
    await this.countMovers(new Set(wanted.filter(({ of }) => of > 1).map(({ view }) => view)));
    for (const claimed of this.held.values()) if (this.room(claimed) < 0) await this.giveUp(claimed);
    await this.takeWhole(wanted.filter(({ of }) => of === 1));
    for (const claimed of wanted.filter(({ of }) => of > 1)) {
      if (this.isFree(claimed) && this.room(claimed) > 0) await this.take([claimed]);
    }
    return new Set(this.held.keys());
  }

  /** A while later: who shares in a view may have changed, and what others held may be free. */
  lookAgain(): void {
    this.askedLately.clear();
    this.isCounted = false;
  }

  /** How many more partitions of a view are this process's share. */
  private room({ view, of }: Claimed): number {
    if (of === 1) return 0;
    const mine = [...this.held.values()].filter(each => each.view === view).length;
    return Math.ceil(of / (this.movers.get(view) ?? 1)) - mine;
  }

  private isFree({ name }: Claimed): boolean {
    return !this.held.has(name) && !this.askedLately.has(name);
  }

  private async takeWhole(wanted: readonly Claimed[]): Promise<void> {
    const others = wanted.filter(claimed => this.isFree(claimed));
    if (others.length > 0) await this.take(others);
  }

  private async take(wanted: readonly Claimed[]): Promise<void> {
    const text =
      'select place, pg_try_advisory_lock(key) as locked ' +
      'from unnest($1::bigint[]) with ordinality as wanted(key, place)';
    const keys = wanted.map(({ name }) => String(viewLock(this.schema, name)));
    for (const { place, locked } of await this.ask<{ place: number; locked: boolean }>(text, [keys])) {
      const claimed = wanted[place - 1]!;
      if (locked) this.held.set(claimed.name, claimed);
      else this.askedLately.add(claimed.name);
    }
  }

  private async giveUp({ name }: Claimed): Promise<void> {
    this.held.delete(name);
    // Somebody else's turn, until it is looked again.
    this.askedLately.add(name);
    await this.ask('select pg_advisory_unlock($1)', [String(viewLock(this.schema, name))]);
  }

  private async countMovers(views: ReadonlySet<string>): Promise<void> {
    for (const view of this.movers.keys()) {
      if (views.has(view)) continue;
      this.movers.delete(view);
      await this.ask('select pg_advisory_unlock_shared($1)', [String(moversLock(this.schema, view))]);
    }
    const joining = [...views].filter(view => !this.movers.has(view));
    for (const view of joining) {
      this.movers.set(view, 1);
      await this.ask('select pg_advisory_lock_shared($1)', [String(moversLock(this.schema, view))]);
    }
    if (views.size === 0 || (this.isCounted && joining.length === 0)) return;
    this.isCounted = true;
    const names = [...views];
    const keys = names.map(view => String(moversLock(this.schema, view)));
    for (const { place, movers } of await this.ask<{ place: number; movers: number }>(counting, [keys])) {
      this.movers.set(names[place - 1]!, Math.max(1, movers));
    }
  }

  private async ask<Row extends object = object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const query: Timed<QueryConfig> = { text, values: [...values], query_timeout: this.answerMs };
    return (await this.client.query<Row>(query)).rows;
  }
}

/** How a key of eight bytes stands in pg_locks: https://www.postgresql.org/docs/current/view-pg-locks.html */
const counting =
  'select place, count(l.pid)::int as movers from unnest($1::bigint[]) with ordinality as wanted(key, place) ' +
  "left join pg_locks as l on l.locktype = 'advisory' and l.granted and l.objsubid = 1 " +
  'and l.database = (select oid from pg_database where datname = current_database()) ' +
  'and (l.classid::bigint << 32 | l.objid::bigint) = key group by place';
