import { addDays, isRejection, type PartialDate } from '@platform/kernel';
import {
  AttestStatements,
  CorrectParticipantValue,
  EnrollParticipant,
  PrescreenParticipant,
  RecordDiagnosis,
  RecordLaboratoryResults,
  RecordMeasurements,
  RecordMedicalHistory,
  RecordScreeningDecision,
  RecordVisits,
  SignConsent,
  type MeasurementInput,
  type ScreeningOutcome,
} from '@trial/participants';
import { bloodCount } from '../laboratory';
import { countResults, oddityOf, screeningFile } from '../screening-file';
import type { World } from '../world';
import { takeConsentBack } from './leaving-story';
import { because, visitMoment, type Patient } from './patient';

type Steps<Result> = AsyncGenerator<number, Result, void>;

/** From the first talk to the enrollment. @returns whether the person was enrolled */
export async function* screening(world: World, patient: Patient): Steps<boolean> {
  const { chance, person, team } = patient;
  const { is } = person.course;
  await prescreen(world, patient);
  yield visitMoment(patient, world, world.today, chance.whole(1, 5));
  if (is === 'notSeenAgain') {
    const reason = because('notSeenAgain', 'Did not come back after the first talk.');
    await decide(world, patient, 'notEligible', reason);
    return false;
  }
  const sampledEarly = is === 'fails' && person.course.because === 'IN08';
  const procedures = sampledEarly ? addDays(world.today, -1) : undefined;
  patient.consentVersion = world.shared.consentVersion;
  const consent = { version: patient.consentVersion, signedAt: world.today };
  await world.act(team.coordinator.caller, SignConsent, consent, patient.target);
  yield visitMoment(patient, world, world.today, chance.whole(0, 3));
  if (is === 'withdraws') {
    await takeConsentBack(world, patient);
    return false;
  }
  yield* visit(world, patient, procedures ?? world.today, false);
  const { enrolls, decision, reason } = decisionAbout(patient);
  if (is === 'incomplete' || is === 'deferred') {
    if (is === 'deferred') await decide(world, patient, 'deferred');
    yield visitMoment(patient, world, world.today, is === 'deferred' ? chance.whole(18, 40) : 6);
    yield* visit(world, patient, world.today, true);
  }
  await decide(world, patient, decision, reason);
  return enrolls && (yield* enroll(world, patient));
}

/** The first talk: who it is, what the disease is, and the counts of the ward. */
async function prescreen(world: World, { person, chance, team, target }: Patient): Promise<void> {
  const { sex, birthYear, diagnosis, response } = person;
  const { caller } = team.coordinator;
  const { today } = world;
  await world.act(caller, PrescreenParticipant, { prescreenedAt: today, sex, birthYear }, target);
  // A patient knows the year, the file the month, a letter the day.
  const diagnosedAt = addDays(today, -chance.whole(20, 900)).slice(0, chance.pick([4, 7, 7, 10]));
  await world.act(caller, RecordDiagnosis, { ...diagnosis, diagnosedAt }, target);
  const { RETI: _later, WBC: _notNeeded, ...counts } = bloodCount(response, 0, chance);
  const results = countResults(counts, team.laboratory, addDays(today, -chance.whole(1, 9))).map(result => ({
    ...result,
    routineCare: true,
  }));
  await world.act(caller, RecordLaboratoryResults, { results }, target);
  if (!chance.happens(0.6)) return;
  const term = chance.pick([
    'Hypertension',
    'Type 2 diabetes',
    'Chronic gastritis',
    'Transfusion of red cells',
  ]);
  const startedAt = String(Number(today.slice(0, 4)) - chance.whole(1, 9));
  await world.act(caller, RecordMedicalHistory, { history: [{ term, startedAt, ongoing: true }] }, target);
}

/** A screening visit. Whoever enters late does so days after the sample was taken. */
async function* visit(world: World, patient: Patient, day: PartialDate, again: boolean): Steps<void> {
  const { person, chance, team, target } = patient;
  const { caller } = team.coordinator;
  const { definition } = world.shared;
  const screened = { person, laboratory: team.laboratory, definition, day, chance };
  const oddity = oddityOf(person, again, chance);
  const { results, measurements, statements } = screeningFile(screened, oddity);
  if (person.entersLate) yield visitMoment(patient, world, world.today, chance.whole(2, 9));
  if (!again) {
    await world.act(caller, RecordVisits, { visits: [{ visit: 'SCR', startedAt: day }] }, target);
    await world.act(caller, RecordLaboratoryResults, { results }, target);
  }
  const onlyMissing = again && person.course.is === 'incomplete';
  const taken = onlyMissing ? measurements.filter(({ code }) => code === 'LVEF') : measurements;
  const mistyped = !again && chance.happens(0.08);
  const { events } = await world.act(
    caller,
    RecordMeasurements,
    { measurements: mistyped ? taken.map(swapped) : taken },
    target,
  );
  if (!onlyMissing) await world.act(team.investigator.caller, AttestStatements, { statements }, target);
  if (mistyped) {
    yield visitMoment(patient, world, world.today, 1);
    const index = taken.findIndex(({ code }) => code === 'WEIGHT');
    const value = taken[index]!.quantity!;
    const reason = because('transcription', 'The last two digits were swapped when they were typed in.');
    const correction = { event: events[index]!.id, field: 'quantity', value: { ...value }, reason };
    await world.act(caller, CorrectParticipantValue, correction, target);
  }
  yield visitMoment(patient, world, world.today, chance.whole(2, 6));
}

/** A weight whose last two digits were swapped: 63.5 typed as 65.3. */
function swapped(measurement: MeasurementInput): MeasurementInput {
  const { code, quantity } = measurement;
  if (code !== 'WEIGHT' || !quantity) return measurement;
  const digits = quantity.value.toFixed(1);
  const typed = `${digits.slice(0, -3)}${digits.slice(-1)}.${digits.slice(-3, -2)}`;
  return { ...measurement, quantity: { ...quantity, value: Number(typed) } };
}

function decisionAbout({ person: { course } }: Patient): {
  readonly enrolls: boolean;
  readonly decision: ScreeningOutcome;
  readonly reason?: ReturnType<typeof because>;
} {
  switch (course.is) {
    case 'fails':
      return { enrolls: false, decision: 'notEligible' };
    case 'turnedDown':
      return {
        enrolls: false,
        decision: 'notEligible',
        reason: because('judgement', 'Expected to need a transplantation within months.'),
      };
    case 'overridden':
      return {
        enrolls: true,
        decision: 'eligible',
        reason: because('judgement', 'The value is stable for years and without clinical meaning.'),
      };
    default:
      return { enrolls: true, decision: 'eligible' };
  }
}

async function decide(
  world: World,
  { team, target }: Patient,
  decision: ScreeningOutcome,
  reason?: ReturnType<typeof because>,
): Promise<void> {
  const decided = { decision, decidedAt: world.today, reason };
  await world.act(team.investigator.caller, RecordScreeningDecision, decided, target);
}

/** Why an enrollment may have to wait, as opposed to never being possible. */
const passing = ['ENROLL-SITE', 'ENROLL-ETHICS'];
const lasting = ['ENROLL-CAP', 'ENROLL-TRIAL'];
const maxAttempts = 12;

async function* enroll(world: World, patient: Patient): Steps<boolean> {
  const { chance, person, team, target } = patient;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    yield visitMoment(patient, world, world.today, attempt === 1 ? chance.whole(1, 4) : 7);
    const enrollment = { enrolledAt: world.today, arm: person.arm };
    const answer = await world.attempt(team.coordinator.caller, EnrollParticipant, enrollment, target);
    if (!isRejection(answer)) return true;
    if (lasting.includes(answer.rule)) {
      world.shared.recruiting = false;
      return false;
    }
    if (!passing.includes(answer.rule)) throw new Error(`${answer.rule}: ${answer.reason}`);
  }
  return false;
}
