import type { Position, Scope } from '@platform/kernel';
import { decodeRow, holdsAt, type TablesOf, type ViewDatabase } from '@platform/views';
import { listScreening } from '@trial/participants';
import { listExposed, type Exposed } from '@trial/treatment';
import type { TabulatedEvent, TabulatedParticipant } from '../domain/tabulation/rows';
import { adverseEventTable } from './adverse-event-log';

/** The views that tables and stopping rules are counted from. */
export const countedViews = ['screening-log', 'exposure-log', 'adverse-event-log'] as const;

/** An event with the places in the log that tell of it. */
export interface PlacedEvent extends TabulatedEvent {
  /** Position of the report. */
  readonly reportedAt: bigint;
  /** Position of the latest event that changed what counts. */
  readonly changedAt: bigint;
}

/** Everybody who was enrolled or received a dose, as of a position. */
export async function tabulatedParticipants(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
): Promise<TabulatedParticipant[]> {
  const [screened, exposed] = await Promise.all([
    listScreening(views, scope, at, { limit: Number.MAX_SAFE_INTEGER }),
    listExposed(views, scope, at),
  ]);
  const doses = new Map(exposed.map(each => [each.participant, each]));
  const known = screened.map(({ participant, site, arm, actualArm, enrolledAt }) => ({
    ...{ participant, site, plannedArm: arm, actualArm: actualArm ?? arm, randomised: enrolledAt !== null },
    ...firstDoseOf(doses.get(participant)),
  }));
  const isKnown = new Set(screened.map(({ participant }) => participant));
  const others = exposed
    .filter(({ participant }) => !isKnown.has(participant))
    .map(each => ({
      ...{ participant: each.participant, site: each.site, plannedArm: null, actualArm: null },
      ...{ randomised: false, ...firstDoseOf(each) },
    }));
  return [...known, ...others].filter(each => each.randomised || 'firstDose' in each);
}

function firstDoseOf(exposed: Exposed | undefined): Pick<TabulatedParticipant, 'firstDose'> {
  if (!exposed) return {};
  const { firstDose: at, zone } = exposed;
  return { firstDose: at === null ? { zone } : { at, zone } };
}

/** Every adverse event as of a position, void ones too. */
export async function tabulatedEvents(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
): Promise<PlacedEvent[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof adverseEventTable]>>()
    .selectFrom('adverse_event_log')
    .select(['adverse_event as adverseEvent', 'participant', 'term', 'preferred_term as preferredTerm'])
    .select(['soc', 'onset', 'ended as end', 'zone', 'grade', 'severity', 'serious', 'related', 'fatal'])
    .select(['withdrawn', 'source_emergent as sourceEmergent', 'voided', 'flags'])
    .select(['number as reportedAt', 'valid_from as changedAt'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', scope.sites as string[]))
    .where(holdsAt(at))
    .orderBy('number')
    .execute();
  return rows.map(({ reportedAt, changedAt, ...row }) => ({
    ...(decodeRow(adverseEventTable, row) as unknown as TabulatedEvent),
    reportedAt: BigInt(reportedAt!),
    changedAt: BigInt(changedAt),
  }));
}
