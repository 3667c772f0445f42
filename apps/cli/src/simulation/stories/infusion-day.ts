import type { Target } from '@platform/commands';
import { isRejection, type PartialDate, type Rejection } from '@platform/kernel';
import { RecordVisits } from '@trial/participants';
import {
  CorrectTreatmentValue,
  EndInfusion,
  PauseInfusion,
  RecordInfusionReaction,
  RecordInfusionVitalSigns,
  RecordPremedication,
  RecordThaw,
  ResolveInfusionReaction,
  ResumeInfusion,
  StartInfusion,
  StartInfusionDespiteGates,
  StopInfusion,
  VerifyInfusionIdentity,
  type ProductUnitInput,
} from '@trial/treatment';
import { clockFace } from '../clockwork/calendar';
import { infusionReaction, type ClinicalCase } from '../clinical-cases';
import { usualMeasurement } from '../screening-file';
import type { World } from '../world';
import { because, visitMoment, type Patient } from './patient';
import { assess, follow, report } from './safety-story';

type Steps<Result = void> = AsyncGenerator<number, Result, void>;

export interface Bags {
  readonly units: ProductUnitInput[];
  /** Viable cells in both together. */
  readonly cells: number;
}

export interface InfusionDay {
  /** Target of requests about the infusion. */
  readonly at: Target;
  readonly bags: Bags;
  readonly day: PartialDate;
  readonly ordinal: number;
  /** Entered while it happens, as opposed to afterwards from paper. */
  readonly live: boolean;
}

/** What goes wrong on the day, at most one thing. */
type Trouble = 'none' | 'identityForgotten' | 'thawedTooEarly' | 'tooFewCells' | 'tooManyCells' | 'mistyped';

const troubles = [
  [80, 'none'],
  [5, 'identityForgotten'],
  [5, 'thawedTooEarly'],
  [4, 'tooFewCells'],
  [3, 'tooManyCells'],
  [3, 'mistyped'],
] as const;

/** Hours of use after preparation (cord blood whose DMSO is kept), in minutes. */
const useWithinMinutes = 240;

/** From the vital signs before to those after. Minutes are counted from midnight. */
export async function* infusionDay(world: World, patient: Patient, infusion: InfusionDay): Steps {
  const { chance, team, target } = patient;
  const { at, bags, day, ordinal } = infusion;
  const trouble: Trouble = chance.weighted(troubles);
  const early = trouble === 'thawedTooEarly';
  const start = (early ? 13 * 60 : 9 * 60 + 30) + chance.whole(0, 150);
  const thaw = start - (early ? useWithinMinutes + chance.whole(5, 40) : 45);
  yield* prepare(world, patient, infusion, { start, thaw, identity: trouble !== 'identityForgotten' });
  yield* begin(world, patient, infusion, start);
  const found = infusion.live && chance.happens(0.1) ? infusionReaction(chance) : undefined;
  const running = chance.whole(35, 55);
  for (let minute = 15; minute < running; minute += 15) {
    if (found && minute === 15) yield* react(world, patient, infusion, found, start + 10);
    yield* vitalSigns(world, patient, infusion, 'during', start + minute);
  }
  const stopped = found !== undefined && found.grade >= 3;
  const part = stopped ? chance.between(0.2, 0.6) : 1;
  const cells = Math.round((cellsGiven(trouble, bags.cells) * part) / 1e5) * 1e5;
  const ended = { cellsGiven: trouble === 'mistyped' ? cells * 10 : cells, volumeMl: Math.round(110 * part) };
  const happened = yield* reach(world, infusion, start + running);
  const { events } = await world.act(team.coordinator.caller, EndInfusion, { ...happened, ...ended }, at);
  yield* vitalSigns(world, patient, infusion, 'after', start + running + 30);
  const visits = [{ visit: `INF${ordinal}`, startedAt: day }];
  await world.act(team.coordinator.caller, RecordVisits, { visits }, target);
  if (trouble !== 'mistyped') return;
  yield visitMoment(patient, world, world.today, 1);
  const reason = because('transcription', 'A zero too many; the bag label says otherwise.');
  const correction = { event: events[0]!.id, field: 'cellsGiven', value: cells, reason };
  await world.act(world.staff.dataManager.caller, CorrectTreatmentValue, correction, at);
}

function cellsGiven(trouble: Trouble, cells: number): number {
  if (trouble === 'tooFewCells') return 4.4e7;
  return trouble === 'tooManyCells' ? 8.6e7 : cells;
}

interface Moment {
  readonly at?: { readonly at: PartialDate; readonly zone: string };
  readonly recordedAfterwards?: boolean;
}

/** Waits for a minute of the day or, from paper, tells it. */
async function* reach(world: World, { day, live }: InfusionDay, minute: number): Steps<Moment> {
  const hour = clockFace(Math.max(0, minute));
  if (!live) return { at: { at: `${day}T${hour}`, zone: world.calendar.zone }, recordedAfterwards: true };
  yield world.moment(day, hour);
  return {};
}

async function* prepare(
  world: World,
  patient: Patient,
  infusion: InfusionDay,
  plan: { readonly start: number; readonly thaw: number; readonly identity: boolean },
): Steps {
  const { team } = patient;
  const { at, bags, day } = infusion;
  const thawed = yield* reach(world, infusion, plan.thaw);
  const expiresAt = `${day}T${clockFace(Math.max(0, plan.thaw) + useWithinMinutes)}`;
  for (const { din } of bags.units) {
    await world.act(team.pharmacist.caller, RecordThaw, { ...thawed, din, expiresAt }, at);
  }
  yield* vitalSigns(world, patient, infusion, 'before', plan.start - 40);
  if (plan.identity) yield* identify(world, patient, infusion, plan.start - 30);
  const given = yield* reach(world, infusion, plan.start - 25);
  const drug = { drug: 'Dexamethasone', dose: 5, unit: 'mg', route: 'INTRAVENOUS' };
  await world.act(team.coordinator.caller, RecordPremedication, { ...given, ...drug }, at);
}

async function* identify(world: World, { team }: Patient, infusion: InfusionDay, minute: number): Steps {
  const checked = yield* reach(world, infusion, minute);
  const secondPerson = team.coordinator.account.user;
  await world.act(team.pharmacist.caller, VerifyInfusionIdentity, { ...checked, secondPerson }, infusion.at);
}

/**
 * Starts it; where a gate is closed, what is missing is done or an investigator overrides it with a reason.
 */
async function* begin(world: World, patient: Patient, infusion: InfusionDay, minute: number): Steps {
  const { team, chance } = patient;
  const { at } = infusion;
  const started = yield* reach(world, infusion, minute);
  const answer = await world.attempt(team.coordinator.caller, StartInfusion, started, at);
  if (!isRejection(answer)) return;
  const gates = closedGates(answer);
  if (gates.length === 0) throw new Error(`${answer.rule}: ${answer.reason}`);
  const onlyIdentity = gates.every(gate => gate === 'TRT-IDENTITY-CHECK');
  if (onlyIdentity && chance.happens(0.6)) {
    yield* identify(world, patient, infusion, minute + 5);
    await world.act(team.coordinator.caller, StartInfusion, {}, at);
    return;
  }
  const reason = because('benefit', 'Waiting would waste the product; two doctors agree to start now.');
  await world.act(team.investigator.caller, StartInfusionDespiteGates, { ...started, gates, reason }, at);
}

const closedGates = ({ evidence }: Rejection): string[] => {
  const gates = (evidence?.gates ?? []) as readonly { readonly rule: string }[];
  return gates.map(({ rule }) => rule);
};

async function* vitalSigns(
  world: World,
  { person, chance, team }: Patient,
  infusion: InfusionDay,
  phase: 'before' | 'during' | 'after',
  minute: number,
): Steps {
  const observed = yield* reach(world, infusion, minute);
  const of = (code: string, unit: string) => ({ code, value: usualMeasurement(code, person, chance), unit });
  const values = [of('SYSBP', 'mm[Hg]'), of('PULSE', '/min'), of('TEMP', 'Cel'), of('OXYSAT', '%')];
  const body = { ...observed, phase, values };
  await world.act(team.coordinator.caller, RecordInfusionVitalSigns, body, infusion.at);
}

/**
 * Grade 1 runs on, grade 2 is paused, grade 3 is stopped. It is an adverse event, and each names the other.
 */
async function* react(
  world: World,
  patient: Patient,
  infusion: InfusionDay,
  found: ClinicalCase,
  minute: number,
): Steps {
  const { team } = patient;
  const { at, day } = infusion;
  const { caller } = team.coordinator;
  yield* reach(world, infusion, minute);
  const adverseEvent = await report(world, patient, found, {
    onset: day,
    relatedInfusions: [at.infusion!],
  });
  const { term, grade } = found;
  const { ids } = await world.act(caller, RecordInfusionReaction, { term, grade, adverseEvent }, at);
  const reaction = { ...at, reaction: ids.reaction! };
  const reason = because('reaction', `${term}, grade ${grade}.`);
  if (grade === 2) await world.act(caller, PauseInfusion, { reason }, at);
  if (grade >= 3) await world.act(caller, StopInfusion, { reason }, at);
  await assess(world, patient, found, adverseEvent);
  if (grade === 2) {
    yield* reach(world, infusion, minute + 12);
    await world.act(caller, ResumeInfusion, {}, at);
  }
  world.schedule.begin(resolution(world, patient, found, reaction));
  world.schedule.begin(follow(world, patient, found, adverseEvent, day));
}

/** Reactions pass within the hour; those that last for days hold back the next infusion. */
async function* resolution(world: World, patient: Patient, found: ClinicalCase, reaction: Target): Steps {
  const { lastsDays } = found;
  yield lastsDays === 0
    ? world.now + patient.chance.whole(3_600_000, 14_400_000)
    : visitMoment(patient, world, world.today, lastsDays);
  await world.act(patient.team.coordinator.caller, ResolveInfusionReaction, {}, reaction);
}
