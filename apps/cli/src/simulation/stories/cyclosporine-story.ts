import { RecordVisits } from '@trial/participants';
import { RecordDrugDose } from '@trial/treatment';
import type { Story } from '../clockwork/schedule';
import type { World } from '../world';
import { visitMoment, type Patient } from './patient';

/** Capsules: the smallest step of a single dose, mg. */
const stepMg = 5;
/** Daily dose, mg for each kg of body weight, that is aimed at; and the one of a slip. */
const aim = { from: 3.4, to: 4.6 };
const slip = [2.2, 2.6, 5.6, 6.1] as const;

/** Cyclosporine from study day 1, and the four weekly visits that the other arm has its infusions at. */
export async function* cyclosporine(world: World, patient: Patient): Story {
  yield visitMoment(patient, world, patient.dayOne!, 0);
  await prescribe(world, patient, patient.chance.happens(0.12));
  for (const [index, visit] of ['INF1', 'INF2', 'INF3', 'INF4'].entries()) {
    if (index > 0) yield visitMoment(patient, world, patient.dayOne!, index * 7);
    if (patient.gone) return;
    if (visit !== 'INF1' && patient.chance.happens(0.5)) continue;
    const { team, target } = patient;
    const visits = [{ visit, startedAt: world.today }];
    await world.act(team.coordinator.caller, RecordVisits, { visits }, target);
  }
}

/** At visits the dose follows the weight and the side effects, unless treatment has ended. */
export async function adjustedDose(world: World, patient: Patient): Promise<void> {
  if (patient.offTreatment || !patient.chance.happens(0.5)) return;
  await prescribe(world, patient, patient.chance.happens(0.12));
}

async function prescribe(world: World, patient: Patient, slips: boolean): Promise<void> {
  const { team, target, chance, person } = patient;
  const perKg = slips ? chance.pick(slip) : chance.between(aim.from, aim.to);
  const single = Math.max(stepMg, Math.round((perKg * person.weightKg) / 2 / stepMg) * stepMg);
  const at = { at: world.today, zone: world.calendar.zone };
  const dose = { drug: 'CSA', dose: single, unit: 'mg', frequency: 'BID', at };
  await world.act(team.coordinator.caller, RecordDrugDose, dose, target);
}
