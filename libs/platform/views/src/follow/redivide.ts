import type { Clock } from '@platform/kernel';
import { divided, replaceCheckpoints, type Standing } from '../sql/checkpoints';
import type { ViewWriter } from '../sql/writer';
import { haveMet, type FollowedView } from './followed-view';

/**
 * Divides views into as many partitions as this process wants, where all of them have met at one position: there every
 * event up to it was taken and none behind it, however they are divided. Where they have not, they stay divided as they
 * are, and it is tried again. Other processes find their checkpoints gone, and go on with the present ones.
 * @param checkpoints where the views stood a moment ago
 * @returns those that are divided as it was wanted, and must be adopted
 */
export async function redivide(
  followed: readonly FollowedView[],
  checkpoints: ReadonlyMap<string, Standing>,
  writer: ViewWriter,
  clock: Clock,
): Promise<readonly FollowedView[]> {
  const settled: FollowedView[] = [];
  for (const one of followed) {
    const { view, wanted } = one;
    const standing = checkpoints.get(view.name);
    if (wanted === undefined || !standing) continue;
    const partitions = view.partitionBy ? wanted : 1;
    if (!(await divideInto(partitions, standing, writer, clock.now()))) continue;
    // Wanted once: of two processes that want it differently the later one has it, and they do not go on about it.
    one.wanted = undefined;
    settled.push(one);
  }
  return settled;
}

/** If we die before the commit, the view is divided as before. */
async function divideInto(
  partitions: number,
  standing: Standing,
  writer: ViewWriter,
  updatedAt: number,
): Promise<boolean> {
  if (standing.partitions.length === partitions) return true;
  if (!haveMet(standing)) return false;
  const next = divided({ ...standing, updatedAt }, partitions);
  return writer.transaction(({ db }) => replaceCheckpoints(db, standing, next), { shared: true });
}
