import { addDays, type PartialDate } from '@platform/kernel';
import { CancelInfusion, PlanInfusion } from '@trial/treatment';
import type { Story } from '../clockwork/schedule';
import type { World } from '../world';
import { infusionDay, type Bags } from './infusion-day';
import { because, type Patient } from './patient';

type Steps<Result> = AsyncGenerator<number, Result, void>;

/** Code of the protocol's intervention. */
const product = 'UCB-MSC';
/** The pharmacy plans an infusion some days before. */
const planAheadDays = 2;

/** The planned infusions, a week apart as a rule, until there are no more or treatment ends. */
export async function* infusions(world: World, patient: Patient): Story {
  const { chance } = patient;
  const plan = world.shared.definition.interventions.find(({ code }) => code === product);
  const planned = plan?.kind === 'infusion' ? plan.plannedInfusions : 0;
  let day = patient.dayOne!;
  for (let ordinal = 1; ordinal <= planned; ordinal++) {
    if (patient.gone || patient.offTreatment) return;
    const given = yield* infusion(world, patient, ordinal, day);
    // Public holidays and fevers move an infusion out of its window now and then.
    const days = chance.weighted([[80, 7] as const, [8, 6] as const, [6, 8] as const, [6, 11] as const]);
    day = given ? addDays(day, days) : addDays(day, 5);
    if (!given) ordinal -= 1;
  }
}

/** One infusion from its plan on. @returns whether it was given */
async function* infusion(world: World, patient: Patient, ordinal: number, day: PartialDate): Steps<boolean> {
  const { chance, team, target } = patient;
  const { caller: pharmacist } = team.pharmacist;
  const bags = bagsOf(world, patient);
  const live = !chance.happens(0.07);
  if (live) {
    const planning = world.moment(addDays(day, -planAheadDays), '14:00') + chance.whole(0, 7_200_000);
    yield planning;
    if (patient.gone || patient.offTreatment) return false;
  } else {
    // The ward gave it on paper; the pharmacy enters it the day after.
    yield world.moment(addDays(day, 1), '09:00') + chance.whole(0, 14_400_000);
  }
  const plan = { product, plannedOn: day, units: bags.units, ...(live ? {} : { recordedAfterwards: true }) };
  const { ids } = await world.act(pharmacist, PlanInfusion, plan, target);
  const at = { ...target, infusion: ids.infusion! };
  if (!live) {
    yield* infusionDay(world, patient, { at, bags, day, ordinal, live });
    return true;
  }
  if (chance.happens(0.03)) {
    const reason = because('fever', 'Temperature of 38.4 Cel in the evening before.');
    await world.act(pharmacist, CancelInfusion, { reason }, at);
    return false;
  }
  yield world.moment(day, '08:00');
  if (!patient.gone && !patient.offTreatment) {
    yield* infusionDay(world, patient, { at, bags, day, ordinal, live });
    return true;
  }
  // The ward has not been told yet, and gives it; that it was given is entered, as what has happened always is.
  if (!patient.gone && chance.happens(0.5)) {
    yield world.moment(addDays(day, 1), '10:00');
    yield* infusionDay(world, patient, { at, bags, day, ordinal, live: false });
    return true;
  }
  const reason = because('offTreatment', 'The participant has left treatment.');
  await world.act(pharmacist, CancelInfusion, { reason }, at);
  return false;
}

/** A bag of cord blood and one of cells, with donation numbers of ISBT 128 that nobody else has. */
function bagsOf(world: World, { chance, team }: Patient): Bags {
  const year = world.today.slice(2, 4);
  const din = () => `W42${team.site}${year}${String(world.shared.nextUnit++).padStart(6, '0')}`;
  const expiresAt = addDays(world.today, chance.whole(120, 700));
  const lot = `MSC-${world.today.slice(2, 7).replace('-', '')}-${chance.whole(1, 4)}`;
  return {
    units: [
      { din: din(), kind: 'UCB', expiresAt },
      { din: din(), lot, kind: 'UC-MSC', expiresAt },
    ],
    cells: Math.round(chance.between(5.2e7, 7.8e7) / 1e5) * 1e5,
  };
}
