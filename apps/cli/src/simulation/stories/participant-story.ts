import { AllocateParticipantNumber } from '@trial/participants';
import type { Chance } from '../clockwork/chance';
import type { Story } from '../clockwork/schedule';
import type { Person } from '../people';
import type { SiteTeam } from '../staff';
import type { World } from '../world';
import { cyclosporine } from './cyclosporine-story';
import { followUp } from './follow-up-story';
import { fate } from './leaving-story';
import { visitMoment, type Patient } from './patient';
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
  yield visitMoment(patient, world, world.today, chance.whole(1, 5));
  patient.dayOne = world.today;
  world.schedule.begin(fate(world, patient));
  world.schedule.begin(adverseEvents(world, patient));
  if (person.arm === 'CSA') yield* cyclosporine(world, patient);
  else yield* infusions(world, patient);
  yield* followUp(world, patient);
}
