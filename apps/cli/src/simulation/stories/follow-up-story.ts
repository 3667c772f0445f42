import { addDays, derivedId, isRejection, type PartialDate } from '@platform/kernel';
import {
  ChangeParticipantStatus,
  RaiseDeviation,
  RecordAssessment,
  RecordLaboratoryResults,
  RecordMeasurements,
  RecordResponse,
  RecordVisits,
  SignConsent,
  type MeasurementInput,
} from '@trial/participants';
import type { Visit } from '@trial/protocol';
import type { Story } from '../clockwork/schedule';
import { bloodCount, type MarrowResponse } from '../laboratory';
import { countResults } from '../screening-file';
import type { World } from '../world';
import { adjustedDose } from './cyclosporine-story';
import { because, visitMoment, type Patient } from './patient';

/** Study day from which visits are follow-up. */
const firstFollowUpDay = 29;
const responseVisits = ['M3', 'M6', 'M12', 'M24'];
const daysOfMonth = 30.4;

/** The visits after treatment, to the last one or until the person is not seen any more. */
export async function* followUp(world: World, patient: Patient): Story {
  const planned = world.shared.definition.visits.filter(({ studyDay = 0 }) => studyDay > firstFollowUpDay);
  for (const visit of planned) {
    yield dayOfVisit(world, patient, visit);
    if (patient.gone) return;
    if (patient.chance.happens(0.03)) await missed(world, patient, visit);
    else yield* visitOf(world, patient, visit);
    if (patient.gone) return;
  }
  if (planned.length > 0) await changeStatus(world, patient, 'completed');
}

/** Within the window as a rule, and now and then weeks too late. */
function dayOfVisit(world: World, patient: Patient, { studyDay = 1, windowDays = 0 }: Visit): number {
  const { chance } = patient;
  const late = chance.happens(0.05) ? windowDays + chance.whole(3, 12) : 0;
  const jitter = Math.round(chance.between(-0.5, 0.4) * windowDays);
  return visitMoment(patient, world, patient.dayOne!, studyDay - 1 + jitter + late);
}

async function* visitOf(world: World, patient: Patient, { code, studyDay = 1 }: Visit): Story {
  const { team, target, chance, person } = patient;
  const day = world.today;
  if (person.entersLate || chance.happens(0.04)) yield visitMoment(patient, world, day, chance.whole(2, 12));
  if (patient.gone) return;
  const { caller } = team.coordinator;
  await consentAgain(world, patient);
  await world.act(caller, RecordVisits, { visits: [{ visit: code, startedAt: day }] }, target);
  const months = studyDay / daysOfMonth;
  const { WBC: _notNeeded, ...count } = bloodCount(person.response, months, chance);
  const about = { collectedAt: day, laboratory: team.laboratory.name, visit: code };
  const quantity = team.laboratory.normal('CREAT', person.sex, day, chance);
  const results = [
    ...countResults(count, team.laboratory, day, code),
    { analyte: 'CREAT', quantity, ...about },
  ];
  await world.act(caller, RecordLaboratoryResults, { results }, target);
  const measurements = [weighed(patient, code, day), ...transfusions(patient, code, day)];
  await world.act(caller, RecordMeasurements, { measurements }, target);
  if (responseVisits.includes(code)) await assess(world, patient, code, day);
  if (person.arm === 'CSA') await adjustedDose(world, patient);
  if (code === 'M2' && person.arm === 'UCB-MSC') await changeStatus(world, patient, 'inFollowUp');
  if (code === 'M6' && person.arm === 'CSA') await changeStatus(world, patient, 'inFollowUp');
}

function weighed({ person, chance }: Patient, visit: string, day: PartialDate): MeasurementInput {
  const value = Number((person.weightKg * chance.between(0.96, 1.04)).toFixed(1));
  return { code: 'WEIGHT', quantity: { value, unit: 'kg' }, takenAt: day, visit };
}

/** Who does not respond lives on transfusions. */
function transfusions({ person, chance }: Patient, visit: string, day: PartialDate): MeasurementInput[] {
  if (person.response !== 'NR') return [];
  const takenAt = addDays(day, -chance.whole(3, 20));
  return [
    { code: 'RBCTRANSF', quantity: { value: 2, unit: '1' }, takenAt, visit },
    { code: 'PLTTRANSF', quantity: { value: 1, unit: '1' }, takenAt, visit },
  ];
}

/** A newer form is signed at the first visit after it. Rarely the old one is taken from the drawer. */
async function consentAgain(world: World, patient: Patient): Promise<void> {
  const { team, target, chance, consentVersion } = patient;
  const { consentVersion: current = consentVersion } = team;
  if (current === consentVersion) return;
  const fromTheDrawer = chance.happens(0.06);
  const consent = { version: fromTheDrawer ? consentVersion! : current!, signedAt: world.today };
  await world.act(team.coordinator.caller, SignConsent, consent, target);
  if (!fromTheDrawer) patient.consentVersion = current;
}

const marrow: Readonly<Record<MarrowResponse, { readonly cellularity: number; readonly words: string }>> = {
  CR: { cellularity: 48, words: 'Normocellular marrow, all lineages present.' },
  PR: { cellularity: 32, words: 'Hypocellular marrow, megakaryocytes reduced.' },
  NR: { cellularity: 14, words: 'Severely hypocellular marrow, fat cells and few lymphocytes.' },
};

async function assess(world: World, patient: Patient, visit: string, day: PartialDate): Promise<void> {
  const { team, target, chance, person } = patient;
  const { caller } = team.investigator;
  const { cellularity, words } = marrow[person.response];
  const percent = (value: number) => ({ value, unit: '%' });
  const values = [
    { code: 'BMCELL', quantity: percent(cellularity + chance.whole(-3, 3)) },
    ...(person.diagnosis.code === 'MDS' ? [{ code: 'BMBLAST', quantity: percent(chance.whole(1, 4)) }] : []),
  ];
  const assessment = { assessment: 'BONEMARROW', assessedAt: day, visit, values, conclusion: words };
  await world.act(caller, RecordAssessment, assessment, target);
  const definition = person.diagnosis.code === 'MDS' ? 'MDS-IWG' : 'AA';
  const expected = definition === 'AA' || person.response !== 'PR' ? person.response : 'HI';
  const response = { definition, response: expected, assessedAt: day };
  const answer = await world.attempt(caller, RecordResponse, response, target);
  if (!isRejection(answer)) return;
  if (answer.rule !== 'RESPONSE-OVERRIDE-REASON') throw new Error(`${answer.rule}: ${answer.reason}`);
  // The refusal says what the values propose. As a rule the investigator follows it, and now and then the marrow.
  const [, proposed = ''] = /propose "(\w+)"/.exec(answer.reason) ?? [];
  const follows = ['NR', 'HI', 'CR', 'PR'].includes(proposed) && chance.happens(0.85);
  const reason = because('judgement', `Judged by the marrow. ${words}`);
  await world.act(
    caller,
    RecordResponse,
    follows ? { ...response, response: proposed } : { ...response, reason },
    target,
  );
}

async function changeStatus(
  world: World,
  patient: Patient,
  status: 'inFollowUp' | 'completed',
): Promise<void> {
  if (status === 'inFollowUp' && patient.offTreatment) return;
  const { team, target } = patient;
  await world.act(team.coordinator.caller, ChangeParticipantStatus, { status, since: world.today }, target);
}

/** Nobody came. The monitor finds the gap and raises a deviation by hand. */
async function missed(world: World, { participant, team, target }: Patient, { code }: Visit): Promise<void> {
  const { site } = team;
  const { zone } = world.calendar;
  const deviation = derivedId('simulation', participant, code);
  await world.act(
    world.staff.monitor.caller,
    RaiseDeviation,
    {
      rule: 'VISIT-MISSED',
      category: 'protocolImplementation',
      severity: 'minor',
      description: `Visit ${code} did not take place.`,
      identifiedAt: { at: world.minute, zone },
    },
    { ...target, site, deviation },
  );
}
