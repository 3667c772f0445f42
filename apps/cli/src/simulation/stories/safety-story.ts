import { addDays, type PartialDate } from '@platform/kernel';
import { ChangeParticipantStatus } from '@trial/participants';
import {
  AmendAdverseEvent,
  AssessCausality,
  AssessCausalityAsSponsor,
  AssessExpectedness,
  AssessSeriousness,
  AssessSeverity,
  RecordActionTaken,
  RecordAdverseEventOutcome,
  ReportAdverseEvent,
  VoidAdverseEvent,
} from '@trial/safety';
import { clinicalCase, fatalCase, seriousnessOf, type ClinicalCase } from '../clinical-cases';
import type { Story } from '../clockwork/schedule';
import type { World } from '../world';
import { because, visitMoment, type Patient } from './patient';

type Steps<Result> = AsyncGenerator<number, Result, void>;

/** Mean days between two events of one person. */
const meanGapDays = 150;
/**
 * Days within which a site learns of an event as a rule, and the part of them that it learns of much later.
 */
const awareDays = 3;
const latePart = 0.08;

/** Reference safety information of the sponsor's brochure. */
const reference = { rsiVersion: 'IB-1.0', rsiFrom: '2023-06-01' };

/** What happens to a person besides the disease, for as long as somebody looks. */
export async function* adverseEvents(world: World, patient: Patient): Story {
  const chance = patient.chance.branch('adverse events');
  for (;;) {
    const gapDays = Math.ceil(-Math.log(1 - chance.between(0, 1)) * meanGapDays);
    yield visitMoment(patient, world, world.today, gapDays);
    if (patient.gone) return;
    const found = clinicalCase(patient.person.arm, chance);
    world.schedule.begin(course(world, patient, found, world.today));
  }
}

/** An event that begins today: reported when the site learns of it, assessed, followed to its end. */
async function* course(world: World, patient: Patient, found: ClinicalCase, onset: PartialDate): Story {
  const { chance } = patient;
  const days = chance.happens(latePart) ? chance.whole(8, 25) : chance.whole(0, awareDays);
  if (days > 0) yield visitMoment(patient, world, onset, days);
  const adverseEvent = await report(world, patient, found, { onset });
  await assess(world, patient, found, adverseEvent);
  yield* follow(world, patient, found, adverseEvent, onset);
}

/**
 * Known at the bedside: reported at once, and assessed. @returns the event's id, so that others may name it
 */
export async function report(
  world: World,
  { target, team }: Patient,
  { term, coded }: ClinicalCase,
  known: { readonly onset: PartialDate; readonly relatedInfusions?: string[] },
): Promise<string> {
  const awareAt = { at: world.minute, zone: world.calendar.zone };
  const body = { term, coded, awareAt, ...known };
  const { ids } = await world.act(team.coordinator.caller, ReportAdverseEvent, body, target);
  return ids.adverseEvent!;
}

/** The investigator's view. */
export async function assess(
  world: World,
  { target, team, chance, person }: Patient,
  found: ClinicalCase,
  adverseEvent: string,
): Promise<void> {
  const { caller } = team.investigator;
  const at = { ...target, adverseEvent };
  const { grade, baselineGrade, causality, action } = found;
  await world.act(caller, AssessSeverity, { grade, baselineGrade }, at);
  await world.act(caller, AssessSeriousness, seriousnessOf(found, chance), at);
  await world.act(caller, AssessCausality, { product: person.arm, term: causality }, at);
  await world.act(caller, RecordActionTaken, { product: person.arm, action }, at);
}

/** From the assessment to the end: the sponsor's view, news, and the outcome. */
export async function* follow(
  world: World,
  patient: Patient,
  found: ClinicalCase,
  adverseEvent: string,
  onset: PartialDate,
): Story {
  const { target, team, chance } = patient;
  const at = { ...target, adverseEvent };
  if (found.serious) yield* sponsorsView(world, patient, found, adverseEvent);
  if (chance.happens(0.02)) {
    yield visitMoment(patient, world, world.today, 2);
    const reason = because('duplicate', 'Reported twice: the other report stays.');
    return void (await world.act(team.investigator.caller, VoidAdverseEvent, { reason }, at));
  }
  if (chance.happens(0.1)) yield* news(world, patient, found, adverseEvent);
  yield visitMoment(patient, world, onset, Math.max(found.lastsDays, 1) + 2);
  if (patient.gone && chance.happens(0.8)) return;
  const outcome = found.sequelae ? 'recoveredWithSequelae' : 'recovered';
  const end = addDays(onset, found.lastsDays);
  await world.act(team.investigator.caller, RecordAdverseEventOutcome, { outcome, end }, at);
}

async function* sponsorsView(
  world: World,
  patient: Patient,
  { causality, expected }: ClinicalCase,
  adverseEvent: string,
): Steps<void> {
  const { target, chance, person } = patient;
  const { caller } = world.staff.safetyOfficer;
  const at = { ...target, adverseEvent };
  yield visitMoment(patient, world, world.today, chance.whole(0, 2));
  // The sponsor agrees as a rule; where it does not, both views stand.
  const term = chance.happens(0.85) ? causality : chance.pick(['possible', 'unlikely']);
  await world.act(caller, AssessCausalityAsSponsor, { product: person.arm, term }, at);
  await world.act(caller, AssessExpectedness, { product: person.arm, expected, ...reference }, at);
}

/** Something comes to light later: a better description, or that it was worse than it looked. */
async function* news(world: World, patient: Patient, found: ClinicalCase, adverseEvent: string): Steps<void> {
  const { target, team, chance } = patient;
  const at = { ...target, adverseEvent };
  yield visitMoment(patient, world, world.today, chance.whole(1, 6));
  const reason = because('newInformation', 'Discharge letter received.');
  const description = 'Course as told in the discharge letter.';
  await world.act(team.coordinator.caller, AmendAdverseEvent, { description, reason }, at);
  if (found.grade > 3 || !chance.happens(0.4)) return;
  const { baselineGrade } = found;
  const worse = { grade: found.grade + 1, baselineGrade, reason };
  await world.act(team.investigator.caller, AssessSeverity, worse, at);
}

/** An event that ends in death. */
export async function* fatalEvent(world: World, patient: Patient): Story {
  const { target, team, chance } = patient;
  const { caller } = team.investigator;
  const found = fatalCase(chance);
  const onset = world.today;
  const adverseEvent = await report(world, patient, found, { onset });
  await assess(world, patient, found, adverseEvent);
  yield visitMoment(patient, world, onset, found.lastsDays);
  patient.gone = true;
  const at = { ...target, adverseEvent };
  const reason = because('newInformation', 'The participant died.');
  const died = world.today;
  await world.act(caller, ChangeParticipantStatus, { status: 'died', since: died }, target);
  const { baselineGrade } = found;
  await world.act(caller, AssessSeverity, { grade: 5, baselineGrade, reason }, at);
  const serious = { ...seriousnessOf(found, chance), death: true, reason };
  await world.act(caller, AssessSeriousness, serious, at);
  await world.act(caller, RecordAdverseEventOutcome, { outcome: 'fatal', end: died }, at);
  yield* sponsorsView(world, patient, found, adverseEvent);
}
