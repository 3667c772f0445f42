import type { Clock } from '@platform/kernel';
import type { Kysely } from 'kysely';
import type { MetaTables, ViewTransaction, ViewWriter } from './writer';

/** One rebuild at a time, whichever views it is for. */
const leaseName = 'rebuild';
/** A holder that has not renewed for so long is taken for dead. */
const leaseMs = 60_000;

export class RebuildRunning extends Error {
  /** @param freeInMs when the other one is taken for dead, unless it gives sign of life */
  constructor(
    readonly holder: string,
    readonly freeInMs: number,
  ) {
    super(
      `Another rebuild of the views is running (${holder}). ` +
        `If it has died, the next one can start in ${Math.ceil(freeInMs / 1000)} s.`,
    );
    this.name = 'RebuildRunning';
  }
}

/** Another rebuild has taken over, because this one gave no sign of life; nothing more may be written. */
export class RebuildOvertaken extends Error {
  constructor(holder: string) {
    super(`The rebuild of the views (${holder}) was overtaken by another one and has changed nothing.`);
    this.name = 'RebuildOvertaken';
  }
}

export class RebuildLease {
  private renewedAt: number;

  private constructor(
    readonly holder: string,
    readonly token: number,
    private readonly clock: Clock,
  ) {
    this.renewedAt = clock.now();
  }

  /** @throws RebuildRunning */
  static take(writer: ViewWriter, holder: string, clock: Clock): Promise<RebuildLease> {
    return writer.transaction(async ({ db }) => {
      const now = clock.now();
      const current = await db
        .selectFrom('view_lease')
        .selectAll()
        .where('name', '=', leaseName)
        .executeTakeFirst();
      if (current && current.expires_at > now)
        throw new RebuildRunning(current.holder, current.expires_at - now);
      const token = (current?.token ?? 0) + 1;
      const lease = { holder, token, taken_at: now, expires_at: now + leaseMs };
      await db
        .insertInto('view_lease')
        .values({ name: leaseName, ...lease })
        .onConflict(conflict => conflict.column('name').doUpdateSet(lease))
        .execute();
      return new RebuildLease(holder, token, clock);
    });
  }

  /** The lease of a rebuild that another thread has taken, for a part of its work. */
  static join({ holder, token }: Pick<RebuildLease, 'holder' | 'token'>, clock: Clock): RebuildLease {
    return new RebuildLease(holder, token, clock);
  }

  /** Whether it was not renewed for a while, because nothing had to be written. */
  get isDue(): boolean {
    return this.clock.now() - this.renewedAt > leaseMs / 4;
  }

  /** Inside every transaction of the rebuild: so none of them is committed by somebody who was overtaken. */
  async renew({ db }: ViewTransaction): Promise<void> {
    const now = this.clock.now();
    if (!(await this.setExpiry(db, now + leaseMs))) throw new RebuildOvertaken(this.holder);
    this.renewedAt = now;
  }

  async release({ db }: ViewTransaction): Promise<void> {
    await this.setExpiry(db, 0);
  }

  private async setExpiry(db: Kysely<MetaTables>, expiresAt: number): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('view_lease')
      .set({ expires_at: expiresAt })
      .where('name', '=', leaseName)
      .where('token', '=', this.token)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}
