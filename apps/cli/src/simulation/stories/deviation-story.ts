import type { RecordedEvent } from '@platform/kernel';
import {
  AssessDeviation,
  CloseDeviation,
  type DepartureCategory,
  type DepartureSeverity,
} from '@trial/participants';
import type { Story } from '../clockwork/schedule';
import type { World } from '../world';

interface Raised {
  readonly category: DepartureCategory;
  readonly severity: DepartureSeverity;
}

const actions: Readonly<Record<DepartureCategory, string>> = {
  safety: 'Reporting lines gone through with the team.',
  consent: 'Consent forms on the ward counted and the retired ones destroyed.',
  eligibility: 'Discussed with the sponsor; the participant is followed more closely.',
  protocolImplementation: 'Visit calendar of the site checked.',
  investigationalProduct: 'Team trained again in the handling of the product.',
};

/**
 * A deviation as the monitor comes to it: looked at after days or weeks, and closed later. Some stay open.
 */
export async function* deviation(world: World, { data, metadata }: RecordedEvent): Story {
  const { trial, site, participant, deviation: id } = metadata.subject;
  if (trial === undefined || site === undefined || id === undefined) return;
  const target = { trial, site, deviation: id, ...(participant === undefined ? {} : { participant }) };
  const { category, severity } = data as unknown as Raised;
  const chance = world.chance.branch('deviation', id);
  const { caller: monitor } = world.staff.monitor;
  yield world.clinicHour(world.today, chance.whole(3, 30), chance);
  // What was found as minor may turn out to be more, and the other way round.
  const weighed = chance.happens(0.1) ? chance.pick(['minor', 'major'] as const) : severity;
  await world.act(
    monitor,
    AssessDeviation,
    {
      category,
      severity: weighed,
      assessment: `Seen at the visit; ${weighed === 'minor' ? 'no' : 'possible'} effect on the participant.`,
      correctiveAction: actions[category],
      reportable: weighed !== 'minor',
      assessedAt: world.today,
    },
    target,
  );
  if (chance.happens(0.15)) return;
  yield world.clinicHour(world.today, chance.whole(7, 60), chance);
  const closing = { closedAt: world.today, conclusion: 'Corrective action carried out.' };
  await world.act(monitor, CloseDeviation, closing, target);
}
