import { systemTimers, timeOrderedIds } from '@platform/kernel';
import { elapsedMs, holderName, isGone, Ownership, processSpace } from '@platform/ownership';
import { viewClaims, type ViewDatabase } from '@platform/views';

/** What one process of a ledger does for all of them. */
const work = 'follow the log';

/**
 * The contest for the work that one process does, among all that share these views. Its time is the real one, whatever
 * clock a test has set: it decides who writes, and not what is written.
 */
export function ownershipOf(views: ViewDatabase, onProblem: (problem: string) => void): Ownership {
  const space = processSpace();
  return new Ownership({
    store: viewClaims(views),
    name: work,
    holder: holderName(space, process.pid, timeOrderedIds.next()),
    elapsedMs,
    timers: systemTimers,
    isGone: holder => isGone(holder, space),
    onProblem,
  });
}
