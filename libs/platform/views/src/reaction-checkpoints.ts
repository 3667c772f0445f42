import { toPosition, type Position } from '@platform/kernel';
import type { Claim } from '@platform/ownership';
import type { Kysely } from 'kysely';
import { isHeld } from './claims';
import { storedPosition } from './sql/codec';
import type { MetaTables } from './sql/writer';
import type { ViewDatabase } from './view-database';

/**
 * Where the reactions stand, kept beside the views because it can be lost like them: a reaction that begins
 * again sends commands that are answered as repeated.
 * @param ownClaim that of the process that owns the work: when it has passed to another one, nothing is moved. Without
 * it, whoever is there moves them.
 */
export const reactionCheckpoints = (
  database: ViewDatabase,
  ownClaim: () => Claim | undefined = () => undefined,
) => ({
  async read(reaction: string): Promise<Position | undefined> {
    const kept = await database
      .reader<MetaTables>()
      .selectFrom('view_reaction')
      .select('position')
      .where('name', '=', reaction)
      .executeTakeFirst();
    return kept && toPosition(kept.position);
  },

  /** Moves from one position to another; false when somebody else moved it first. */
  advance(reaction: string, from: Position | undefined, to: Position): Promise<boolean> {
    return database.writer.transaction(
      async ({ db }) => {
        const claim = ownClaim();
        if (claim && !(await isHeld(db, claim))) return false;
        return from === undefined ? begin(db, reaction, to) : move(db, reaction, from, to);
      },
      { shared: true },
    );
  },
});

async function begin(db: Kysely<MetaTables>, reaction: string, to: Position): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('view_reaction')
    .values({ name: reaction, position: storedPosition(to) })
    .onConflict(conflict => conflict.column('name').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function move(
  db: Kysely<MetaTables>,
  reaction: string,
  from: Position,
  to: Position,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('view_reaction')
    .set({ position: storedPosition(to) })
    .where('name', '=', reaction)
    .where('position', '=', storedPosition(from))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export interface ReactionCheckpoint {
  readonly name: string;
  readonly position: Position;
}

/** Where all reactions stand. */
export async function allReactionCheckpoints(db: Kysely<MetaTables>): Promise<ReactionCheckpoint[]> {
  const rows = await db.selectFrom('view_reaction').selectAll().execute();
  return rows.map(({ name, position }) => ({ name, position: toPosition(position) }));
}

/** After a log was restored: reactions that stand behind its end would miss what is appended there. */
export async function forgetReactionsBeyond(db: Kysely<MetaTables>, head: Position): Promise<void> {
  await db.deleteFrom('view_reaction').where('position', '>', storedPosition(head)).execute();
}
