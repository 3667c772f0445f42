import { logStart, type Position } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import type { Checkpoint } from '../sql/checkpoints';

/** The views were computed from events that are not in this log. */
export class AnotherLog extends Error {
  constructor(checkpoint: Checkpoint, found: string) {
    super(
      `The view "${checkpoint.name}" was computed up to position ${checkpoint.position}, but ${found}. ` +
        'The log is not the one that the views were computed from: it was restored from a backup or replaced. ' +
        'Stop the software and run `ledger rebuild`, which computes all views again from this log.',
    );
    this.name = 'AnotherLog';
  }
}

/** @throws AnotherLog when the event at a checkpoint is not the one that the view took there */
export async function checkSameLog(log: EventLog, checkpoints: readonly Checkpoint[]): Promise<void> {
  const head = await log.head();
  const beyond = checkpoints.find(({ position }) => position > head);
  if (beyond) {
    throw new AnotherLog(
      beyond,
      head === logStart ? 'the event log is empty' : `the event log ends at ${head}`,
    );
  }
  const positions = [...new Set<Position>(checkpoints.map(({ position }) => position))];
  const events = await log.readAt(positions.filter(position => position !== logStart));
  const hashes = new Map(events.map(({ position, metadata }) => [position, metadata.hash]));
  const other = checkpoints.find(
    ({ position, eventHash }) => position !== logStart && hashes.get(position) !== eventHash,
  );
  if (other) throw new AnotherLog(other, 'the event log holds another event there');
}
