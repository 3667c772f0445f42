import { sha256, toPosition, type Position } from '@platform/kernel';
import type { Kysely } from 'kysely';
import { storedPosition } from './codec';
import { checkpointName, partitionsOf, readCheckpointName } from '../follow/partitions';
import type { View } from '../view';
import type { MetaTables } from './writer';

type Meta = Kysely<MetaTables>;

/** How far a view has come, or one of its partitions, and by which tables. */
export interface Checkpoint {
  /** The view's, or its partition's; see `checkpointName`. */
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
 * Where a whole view stands: at the position that all of its partitions have reached, and that some may be ahead of. It
 * was moved last when one of them was.
 */
export interface Standing extends Checkpoint {
  /** In the order of their numbers; one for a view that is not divided. */
  readonly partitions: readonly Checkpoint[];
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

/** Whether the rows that a view stands on are those that it has in this software, and divided as it can be. */
export const isOf = (standing: Standing | undefined, view: View): boolean =>
  standing?.version === view.version &&
  standing.shape === shapeOf(view) &&
  (standing.partitions.length === 1 || view.partitionBy !== undefined);

/** Where each view stands, by its name. */
export async function readCheckpoints(db: Meta): Promise<Map<string, Standing>> {
  const rows = await db.selectFrom('view_checkpoint').selectAll().execute();
  const found = new Map<string, Checkpoint[]>();
  for (const checkpoint of rows.map(asCheckpoint)) {
    const { view } = readCheckpointName(checkpoint.name);
    found.set(view, [...(found.get(view) ?? []), checkpoint]);
  }
  return new Map([...found].map(([view, checkpoints]) => [view, standingOf(view, checkpoints)]));
}

const asCheckpoint = (row: MetaTables['view_checkpoint']): Checkpoint => {
  const { name, version, shape, generation, position, event_hash: eventHash, updated_at: updatedAt } = row;
  return { name, version, shape, generation, position: toPosition(position), eventHash, updatedAt };
};

/**
 * Software that knows of no partitions finds no checkpoint of a view that is divided, and makes the view anew beside
 * it. What was made last is what logical names mean.
 */
function standingOf(view: string, checkpoints: readonly Checkpoint[]): Standing {
  const generation = Math.max(...checkpoints.map(each => each.generation));
  const partitions = checkpoints
    .filter(each => each.generation === generation)
    .toSorted((a, b) => numberOf(a) - numberOf(b));
  const last = partitions.reduce((a, b) => (b.position < a.position ? b : a));
  const updatedAt = Math.max(...partitions.map(each => each.updatedAt));
  return { ...last, name: view, updatedAt, partitions };
}

const numberOf = ({ name }: Checkpoint): number => readCheckpointName(name).partition.index;

/** The position that the partition has which is furthest ahead. */
export const furthestOf = ({ partitions }: Standing): Position =>
  partitions.map(({ position }) => position).reduce((a, b) => (a > b ? a : b));

/** A view at one position, in so many partitions. */
export const divided = (view: Checkpoint, of: number): readonly Checkpoint[] =>
  partitionsOf(of).map(partition => ({ ...view, name: checkpointName(view.name, partition) }));

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

/**
 * Compare-and-set over all partitions of a view: puts others in their place.
 * @returns false when one of them does not stand where it is believed to; then nothing was changed
 */
export async function replaceCheckpoints(
  db: Meta,
  from: Standing,
  to: readonly Checkpoint[],
): Promise<boolean> {
  const inOrder = from.partitions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // Writes them as they are: from here to the commit they are moved by nobody.
  for (const checkpoint of inOrder) if (!(await moveCheckpoint(db, checkpoint, checkpoint))) return false;
  const known = await db.selectFrom('view_checkpoint').select('name').execute();
  const old = known.map(({ name }) => name).filter(name => readCheckpointName(name).view === from.name);
  await db.deleteFrom('view_checkpoint').where('name', 'in', old).execute();
  for (const checkpoint of to) await addCheckpoint(db, checkpoint);
  return true;
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
