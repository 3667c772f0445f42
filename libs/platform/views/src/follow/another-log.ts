import { logStart, type Position } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import type { ReactionCheckpoint } from '../reaction-checkpoints';
import type { Checkpoint } from '../sql/checkpoints';

/** The views were computed from events that are not in this log, or reactions have followed from them. */
export class AnotherLog extends Error {
  constructor(arrived: string, found: string) {
    super(
      `${arrived}, but ${found}. ` +
        'The log is not the one that the views were computed from: it was restored from a backup or replaced. ' +
        'Stop the software and run `ledger rebuild`, which computes all views again from this log.',
    );
    this.name = 'AnotherLog';
  }
}

const computed = ({ name, position }: Checkpoint): string =>
  `The view "${name}" was computed up to position ${position}`;

/** A checkpoint behind the log's end is dangerous: what is appended up to there would be skipped without a word. */
function checkEnd(
  head: Position,
  checkpoints: readonly Checkpoint[],
  reactions: readonly ReactionCheckpoint[],
): void {
  const isBeyond = ({ position }: { readonly position: Position }): boolean => position > head;
  const [view, reaction] = [checkpoints.find(isBeyond), reactions.find(isBeyond)];
  if (!view && !reaction) return;
  const arrived = view
    ? computed(view)
    : `The reaction "${reaction?.name}" has followed the log up to position ${reaction?.position}`;
  throw new AnotherLog(
    arrived,
    head === logStart ? 'the event log is empty' : `the event log ends at ${head}`,
  );
}

/**
 * @param reactions where they stood before this is called
 * @throws AnotherLog when a checkpoint is behind the log's end, or the event there is not the one that the view took
 */
export async function checkSameLog(
  log: EventLog,
  checkpoints: readonly Checkpoint[],
  reactions: readonly ReactionCheckpoint[],
): Promise<void> {
  checkEnd(await log.head(), checkpoints, reactions);
  const positions = [...new Set<Position>(checkpoints.map(({ position }) => position))];
  const events = await log.readAt(positions.filter(position => position !== logStart));
  const hashes = new Map(events.map(({ position, metadata }) => [position, metadata.hash]));
  const other = checkpoints.find(
    ({ position, eventHash }) => position !== logStart && hashes.get(position) !== eventHash,
  );
  if (other) throw new AnotherLog(computed(other), 'the event log holds another event there');
}
