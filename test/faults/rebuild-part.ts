/* A thread that builds the trail of toy views beside the others, or refuses to. */
import { SqliteEventLog } from '@platform/event-log';
import { openViews, serveRebuildPart, type View } from '@platform/views';
import { sums, totals, trail } from '@platform/views/testing';

export interface PartData {
  readonly folder: string;
  /** Milliseconds that its clock is ahead. */
  readonly ahead: number;
  /** The trail takes no event. */
  readonly refuses?: boolean;
}

const refusing: View = {
  ...trail,
  project: () => {
    throw new Error('what is this?');
  },
};

void serveRebuildPart(async data => {
  const { folder, ahead, refuses } = data as PartData;
  return {
    log: SqliteEventLog.open({ folder }),
    database: await openViews({ folder }),
    all: [sums, totals, refuses ? refusing : trail],
    clock: { now: () => Date.now() + ahead },
  };
});
