import type { Story } from '../clockwork/schedule';
import { somebody } from '../people';
import type { World } from '../world';
import { closeRecruitment } from './conduct-story';
import { participation } from './participant-story';

/**
 * Part of the simulated time in which the places are to be filled, so that most of the people are followed
 * for long.
 */
const recruitingPart = 0.62;
/** People who are seen for each one who is enrolled. */
const seenForEach = 1.33;
const minGapMs = 3_600_000;

/** People come to the sites one by one until as many are enrolled as are wanted. */
export async function* recruitment(world: World): Story {
  const { shared, setting } = world;
  const chance = world.chance.branch('recruitment');
  const weights = world.sites.map(team => [chance.between(0.6, 1.6), team] as const);
  const meanGapMs =
    ((setting.endMs - setting.startMs) * recruitingPart) / (setting.participants * seenForEach);
  for (let number = 1; shared.enrolled < setting.participants && shared.recruiting;) {
    yield world.now + Math.max(minGapMs, -Math.log(1 - chance.between(0, 1)) * meanGapMs);
    const open = weights.filter(([, team]) => team.open);
    const wanted = shared.enrolled + shared.underWay < setting.participants;
    if (!wanted || open.length === 0) continue;
    const own = chance.branch('person', String(number++));
    const person = somebody(own, Number(world.today.slice(0, 4)), shared.nextFailure);
    const comesAt = world.clinicHour(world.today, own.whole(1, 3), own);
    shared.underWay += 1;
    world.schedule.begin(participation(world, chance.weighted(open), person, own), comesAt);
  }
  const { enrollmentTarget = Infinity } = shared.definition;
  if (shared.enrolled < enrollmentTarget) return;
  yield world.clinicHour(world.today, 10, chance);
  await closeRecruitment(world);
}
