import { sha256, toPosition, type Position } from '@platform/kernel';
import type { Kysely } from 'kysely';
import { storedPosition } from './codec';
import type { View } from '../view';
import type { MetaTables } from './writer';

type Meta = Kysely<MetaTables>;

/** How far a view has come, and by which tables. */
export interface Checkpoint {
  readonly name: string;
  readonly version: number;
  /** Fingerprint of the tables that its rows are in; see `shapeOf`. */
  readonly shape: string;
  readonly generation: number;
  readonly position: Position;
  /** Hash of the event at the position; empty before the first. */
  readonly eventHash: string;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/**
 * The fingerprint of a view's tables: their names, columns, keys, indexes and history. So a view whose tables were
 * changed is told from the one in use although nobody has raised its version.
 */
export function shapeOf({ tables }: Pick<View, 'tables'>): string {
  const known = shapesOfTables.get(tables);
  if (known !== undefined) return known;
  const shapes = tables.map(({ name, columns, key, indexes = [], history = false }) => [
    ...[name, Object.entries(columns), key, indexes, history],
  ]);
  const shape = sha256(JSON.stringify(shapes));
  shapesOfTables.set(tables, shape);
  return shape;
}

const shapesOfTables = new WeakMap<View['tables'], string>();

/** Whether the rows that a checkpoint speaks of are those of a view as this software has it. */
export const isOf = (checkpoint: Checkpoint | undefined, view: View): boolean =>
  checkpoint?.version === view.version && checkpoint.shape === shapeOf(view);

export async function readCheckpoints(db: Meta): Promise<Map<string, Checkpoint>> {
  const rows = await db.selectFrom('view_checkpoint').selectAll().execute();
  return new Map(
    rows.map(
      ({ name, version, shape, generation, position, event_hash: eventHash, updated_at: updatedAt }) => [
        name,
        { name, version, shape, generation, position: toPosition(position), eventHash, updatedAt },
      ],
    ),
  );
}

/**
 * Compare-and-set: moves a view on, if it still stands where its rows were folded from.
 * @returns false when somebody else has moved it or has put other tables in place; then nothing may be
 * written
 */
export async function moveCheckpoint(db: Meta, from: Checkpoint, to: Checkpoint): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('view_checkpoint')
    .set({
      version: to.version,
      shape: to.shape,
      generation: to.generation,
      position: storedPosition(to.position),
      event_hash: to.eventHash,
      updated_at: to.updatedAt,
    })
    .where('name', '=', from.name)
    .where('generation', '=', from.generation)
    .where('position', '=', storedPosition(from.position))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** @returns false when the view has one already */
export async function addCheckpoint(db: Meta, checkpoint: Checkpoint): Promise<boolean> {
  const { name, version, shape, generation, position, eventHash, updatedAt } = checkpoint;
  const row = { name, version, shape, generation, position: storedPosition(position) };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('view_checkpoint')
    .values({ ...row, event_hash: eventHash, updated_at: updatedAt })
    .onConflict(conflict => conflict.column('name').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** A generation that no table has ever had. Call it in a transaction. */
export async function nextGeneration(db: Meta): Promise<number> {
  const { value } = await db
    .insertInto('view_counter')
    .values({ name: 'generation', value: 1 })
    .onConflict(conflict =>
      conflict.column('name').doUpdateSet(eb => ({ value: eb('view_counter.value', '+', 1) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}
