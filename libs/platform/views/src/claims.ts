import type { Claim, ClaimStore } from '@platform/ownership';
import type { Kysely } from 'kysely';
import type { MetaTables } from './sql/writer';
import type { ViewDatabase } from './view-database';

/**
 * Claims of the processes that share these views, kept beside the checkpoints that a former holder must not move: a
 * database that is made anew has lost both together.
 */
export const viewClaims = (database: ViewDatabase): ClaimStore => ({
  read(name) {
    return database
      .reader<MetaTables>()
      .selectFrom('view_claim')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst();
  },

  take(name, seen, holder) {
    return database.writer.transaction(
      async ({ db }) => {
        const claim = { name, holder, token: (seen?.token ?? 0) + 1, beat: 0 };
        const taken = seen ? await pass(db, seen, claim) : await begin(db, claim);
        return taken ? claim : undefined;
      },
      { shared: true },
    );
  },

  renew(claim) {
    return database.writer.transaction(({ db }) => touch(db, claim, claim.holder), { shared: true });
  },

  async release(claim) {
    await database.writer.transaction(({ db }) => touch(db, claim, ''), { shared: true });
  },
});

/**
 * Inside a transaction that only the holder may make. It writes the row as it is: where transactions run side by side,
 * the claim passes to nobody before this one has ended.
 */
export async function isHeld(db: Kysely<MetaTables>, { name, holder, token }: Claim): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('view_claim')
    .set({ holder })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .where('token', '=', token)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function begin(db: Kysely<MetaTables>, claim: Claim): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('view_claim')
    .values(claim)
    .onConflict(conflict => conflict.column('name').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function pass(db: Kysely<MetaTables>, seen: Claim, next: Claim): Promise<boolean> {
  const { holder, token, beat } = next;
  const { numUpdatedRows } = await db
    .updateTable('view_claim')
    .set({ holder, token, beat })
    .where('name', '=', seen.name)
    .where('token', '=', seen.token)
    .where('beat', '=', seen.beat)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function touch(db: Kysely<MetaTables>, { name, holder, token }: Claim, next: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('view_claim')
    .set(eb => ({ holder: next, beat: eb('beat', '+', 1) }))
    .where('name', '=', name)
    .where('holder', '=', holder)
    .where('token', '=', token)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
