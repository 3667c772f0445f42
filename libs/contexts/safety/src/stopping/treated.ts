import { formatPosition, type Position, type Scope } from '@platform/kernel';
import type { ViewDatabase } from '@platform/views';
import { treatedOf, type Treated } from '../domain/stopping/look';
import { tabulatedEvents, tabulatedParticipants } from '../views/tabulated-rows';

/** Everybody who was treated and what happened to them, as it was known at a position. */
export async function treatedAt(views: ViewDatabase, scope: Scope, at: Position): Promise<Treated> {
  const [participants, events] = await Promise.all([
    tabulatedParticipants(views, scope, at),
    tabulatedEvents(views, scope, at),
  ]);
  const placed = events.map(event => ({
    ...event,
    reportedAt: formatPosition(event.reportedAt as Position),
    changedAt: formatPosition(event.changedAt as Position),
  }));
  return treatedOf(participants, placed);
}
