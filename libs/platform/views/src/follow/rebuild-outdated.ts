import { pause } from './pauses';
import { isOf } from '../sql/checkpoints';
import type { FollowedView } from './followed-view';
import type { ViewProgress } from './view-progress';

export interface OutdatedOptions {
  readonly progress: ViewProgress;
  readonly rebuild: (views: readonly string[], signal: AbortSignal) => Promise<void>;
  readonly isOutage: (error: unknown) => boolean;
  /** A view is in step again, or has failed. */
  readonly onSettled: (followed: FollowedView, error?: unknown) => void;
}

/** Between attempts, while another process rebuilds or the storage does not answer. */
const pauseMs = 1_000;

/**
 * Rebuilds views whose rows are of another version, in other tables or too far behind, all in one rebuild.
 * When one of them is broken the others are rebuilt without it; when another process is at it, its result
 * is waited for.
 */
export async function rebuildOutdated(
  outdated: readonly FollowedView[],
  options: OutdatedOptions,
  signal: AbortSignal,
): Promise<void> {
  const groups: (readonly FollowedView[])[] = outdated.length > 0 ? [outdated] : [];
  for (let group = groups.shift(); group && !signal.aborted; group = groups.shift()) {
    try {
      if (!(await adoptBuilt(group, options))) {
        await options.rebuild(
          group.map(({ view }) => view.name),
          signal,
        );
        if (!(await adoptBuilt(group, options))) throw new Error('The rebuild has put no new rows in place.');
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isPassing(error, options)) {
        groups.unshift(group);
        await pause(pauseMs, signal);
      } else if (group.length > 1) {
        groups.push(...group.map(followed => [followed]));
      } else {
        fail(group[0]!, error, options);
      }
    }
  }
}

/** Goes on from rows that were built meanwhile, here or elsewhere; false when there are none. */
async function adoptBuilt(group: readonly FollowedView[], options: OutdatedOptions): Promise<boolean> {
  const checkpoints = await options.progress.checkpoints();
  const built = group.map(followed => {
    const current = checkpoints.get(followed.view.name);
    const isNew = current?.generation !== followed.generation;
    return isNew && isOf(current, followed.view) ? current : undefined;
  });
  if (built.includes(undefined)) return false;
  for (const [index, followed] of group.entries()) {
    followed.state = 'catching up';
    followed.adopt(built[index]!);
    options.progress.moved(followed.view.name, followed.position);
    options.onSettled(followed);
  }
  options.progress.wake();
  return true;
}

const passing = ['RebuildRunning', 'LogUnavailable', 'UnreadableEvent'];

/** By name: an error that comes out of a worker thread has lost its class. */
const isPassing = (error: unknown, { isOutage }: OutdatedOptions): boolean =>
  (error instanceof Error && passing.includes(error.name)) || isOutage(error);

function fail(followed: FollowedView, error: unknown, { progress, onSettled }: OutdatedOptions): void {
  followed.state = 'failed';
  followed.problem = error instanceof Error ? error.message : String(error);
  progress.gaveUp(followed.view.name);
  onSettled(followed, error);
}
