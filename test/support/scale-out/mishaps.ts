import type { Random } from '@platform/kernel';
import type { PlannedFault } from '../fake-eventstore/serve';
import type { OwnDatabase } from '../postgresql/server';
import type { OwnRedis } from '../redis';
import type { EventStoreProcess } from './event-store-process';
import type { Fleet } from './fleet';

/*
 * What may go wrong, and why it is survivable:
 * - A process is killed, or killed again while it starts. A fact is durable before it is answered; what follows from it
 *   has ids that follow from it, and is done by whoever comes next.
 * - Redis forgets everything. What is open is found by comparing the log with the queue, each minute.
 * - PostgreSQL ends all connections. Rows and checkpoint move in one transaction; whoever waited asks again.
 * - The event store gives no answer, or none to what it has written; it ends subscriptions, or lets them hang. The same
 *   append is sent again under the same ids; who follows looks at the head by himself.
 */
export type Mishap =
  | { readonly kind: 'kill'; readonly place: number }
  | { readonly kind: 'kill twice'; readonly place: number; readonly wakingMs: number }
  | { readonly kind: 'redis forgets' }
  | { readonly kind: 'postgresql ends connections' }
  | { readonly kind: 'event store'; readonly faults: readonly PlannedFault[] };

const kills = 14;
const longestWakingMs = 2_000;
const unavailable = 14;

const appendsWithoutAnswer: readonly PlannedFault[] = [
  { operation: 'append', fault: { kind: 'silent' }, persisted: true, times: 3 },
  { operation: 'append', fault: { kind: 'error', code: unavailable }, persisted: true, times: 6 },
  { operation: 'append', fault: { kind: 'end' }, persisted: true, times: 4 },
  { operation: 'append', fault: { kind: 'silent' }, times: 3 },
  { operation: 'append', fault: { kind: 'error', code: unavailable }, times: 6 },
];

const readsWithoutAnswer: readonly PlannedFault[] = [
  { operation: 'read', fault: { kind: 'silent' }, times: 3 },
  { operation: 'read', fault: { kind: 'error', code: unavailable }, times: 8 },
  { operation: 'subscribe', fault: { kind: 'end' }, times: 2 },
  { operation: 'subscribe', fault: { kind: 'silent' }, times: 2 },
];

/** The same from the same seed: every process dies, and what is shared fails in the middle. */
export function drawMishaps(random: Random, places: number): readonly Mishap[] {
  const mishaps = Array.from({ length: kills }, (_, index): Mishap => {
    const place = index < places ? index : Math.floor(places * random.next());
    if (index % 5 !== 4) return { kind: 'kill', place };
    return { kind: 'kill twice', place, wakingMs: longestWakingMs * random.next() };
  });
  for (let last = mishaps.length - 1; last > 0; last--) {
    const other = Math.floor((last + 1) * random.next());
    [mishaps[last], mishaps[other]] = [mishaps[other]!, mishaps[last]!];
  }
  const shared: readonly Mishap[] = [
    { kind: 'event store', faults: appendsWithoutAnswer },
    { kind: 'redis forgets' },
    { kind: 'postgresql ends connections' },
    { kind: 'event store', faults: readsWithoutAnswer },
  ];
  for (const mishap of shared)
    mishaps.splice(2 + Math.floor((mishaps.length - 4) * random.next()), 0, mishap);
  return mishaps;
}

/** The parts of one ledger that something may happen to. */
export interface Parts {
  readonly fleet: Fleet;
  readonly redis: OwnRedis;
  readonly database: OwnDatabase;
  readonly eventStore: EventStoreProcess;
}

export async function cause(mishap: Mishap, { fleet, redis, database, eventStore }: Parts): Promise<void> {
  switch (mishap.kind) {
    case 'kill':
      return fleet.kill(mishap.place);
    case 'kill twice':
      return fleet.killTwice(mishap.place, mishap.wakingMs);
    case 'redis forgets':
      return void (await redis.redis.flushall());
    case 'postgresql ends connections': {
      const others = 'datname = current_database() and pid <> pg_backend_pid()';
      return void (await database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where ${others}`,
      ));
    }
    case 'event store':
      for (const fault of mishap.faults) await eventStore.willHave(fault);
  }
}
