import { addDays } from '@platform/kernel';
import { AllocateParticipantNumber } from '@trial/participants';
import type { Chance } from '../clockwork/chance';
import type { Story } from '../clockwork/schedule';
import type { Person } from '../people';
import type { SiteTeam } from '../staff';
import type { World } from '../world';
import { cyclosporine } from './cyclosporine-story';
import { followUp } from './follow-up-story';
import { fate } from './leaving-story';
import type { Patient } from './patient';
import { adverseEvents } from './safety-story';
import { screening } from './screening-story';
import { infusions } from './treatment-story';

/** One person's way through the trial, from the first talk to the last visit. */
export async function* participation(world: World, team: SiteTeam, person: Person, chance: Chance): Story {
  const { coordinator } = team;
  const { ids } = await world.act(
    coordinator.caller,
    AllocateParticipantNumber,
    {},
    world.target({ site: team.site }),
  );
  const participant = ids.participant!;
  const patient: Patient = { person, team, participant, target: world.target({ participant }), chance };
  const enrolled = yield* screening(world, patient);
  world.shared.underWay -= 1;
  if (!enrolled) return;
  world.shared.enrolled += 1;
  patient.dayOne = world.calendar.workday(addDays(world.today, chance.whole(3, 7)));
  const begins = world.moment(patient.dayOne, '07:00');
  world.schedule.begin(fate(world, patient), begins);
  world.schedule.begin(adverseEvents(world, patient), begins);
  if (person.arm === 'CSA') yield* cyclosporine(world, patient);
  else yield* infusions(world, patient);
  yield* followUp(world, patient);
}
