import type { ReactionEngine } from '@platform/commands';
import type { EventLog } from '@platform/event-log';
import type { JobQueue } from '@platform/jobs';
import { formatPosition } from '@platform/kernel';
import type { Ownership, OwnershipStatus } from '@platform/ownership';
import type { ViewEngine } from '@platform/views';
import type { AppendHealth } from './observed-log';

/** What orchestrators are told: kinds of trouble, no clinical data and no ids of people or records. */
export interface Health {
  /** `degraded`: everything is recorded and answered, and jobs wait until their queue is back. */
  readonly status: 'ready' | 'degraded' | 'not ready';
  readonly log: { readonly position: string } | { readonly problem: string };
  /** Empty when the tables of the views cannot be read. */
  readonly views: readonly { readonly name: string; readonly state: string; readonly lag: number }[];
  readonly reactions: readonly { readonly name: string; readonly state: string }[];
  /** `stopped` in a process that never does it. */
  readonly work: OwnershipStatus['state'];
  readonly jobs: 'reachable' | 'unreachable';
}

export interface ExaminedEngines {
  readonly log: EventLog;
  readonly viewEngine: Pick<ViewEngine, 'status'>;
  readonly reactions: Pick<ReactionEngine, 'status'>;
  readonly jobs: Pick<JobQueue, 'depth'>;
  readonly ownership: Pick<Ownership, 'status'>;
  readonly appends: AppendHealth;
}

/** Looks at the engines of this process as they are now. */
export async function examine(engines: ExaminedEngines): Promise<Health> {
  const { viewEngine, reactions, ownership, jobs } = engines;
  const [log, views, queue] = await Promise.all([
    examineLog(engines),
    viewEngine.status().catch(() => []),
    jobs.depth().then(
      () => 'reachable' as const,
      () => 'unreachable' as const,
    ),
  ]);
  const reacting = reactions.status().map(({ name, state }) => ({ name, state }));
  const failed = [...views, ...reacting].some(({ state }) => state === 'failed');
  const ready = !('problem' in log) && views.length > 0 && !failed;
  return {
    status: !ready ? 'not ready' : queue === 'reachable' ? 'ready' : 'degraded',
    log,
    views: views.map(({ name, state, lag }) => ({ name, state, lag })),
    reactions: reacting,
    work: ownership.status().state,
    jobs: queue,
  };
}

async function examineLog({
  log,
  appends,
}: Pick<ExaminedEngines, 'log' | 'appends'>): Promise<Health['log']> {
  if (appends.problem !== undefined) return { problem: appends.problem };
  try {
    return { position: formatPosition(await log.head()) };
  } catch (error) {
    // The class of the error only: its message may name a path of this machine.
    return { problem: error instanceof Error ? error.name : 'unknown' };
  }
}
