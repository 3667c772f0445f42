import {
  attachedTo,
  commandRow,
  filled,
  type Addressed,
  type Command,
  type FactReader,
} from '@platform/commands';
import { absent, isRejection, orderOf, type Rejection } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { trialDecider, trialStream } from '@trial/protocol';
import { siteDecider, siteStream } from '@trial/sites';
import {
  allocateNumber,
  enrollmentDecider,
  enrollmentStream,
  holdsPlace,
  numberGivenTo,
  placeLost,
  releasePlace,
  reservePlace,
  type EnrollmentDetails,
  type NumberFacts,
  type ReservationFacts,
} from './domain/enrollment';
import type { TrialFacts } from './domain/participant/context';
import {
  enrollmentOf,
  participantDecider,
  participantStream,
  subjectOfParticipant,
} from './domain/participant/participant';
import { enroll, whyNotEnroll } from './domain/screening/enrolling';
import {
  AllocateParticipantNumber,
  CompleteEnrollment,
  EnrollParticipant,
  ReleasePlace,
  ReservePlace,
} from './enrollment.commands';
import { readTrial, siteOf } from './participants.facts';

const ofEnrollment = {
  stream: ({ target }: Addressed<Command>) => enrollmentStream(target.trial!),
  decider: enrollmentDecider,
};

export const allocateRow = commandRow({
  ...ofEnrollment,
  command: AllocateParticipantNumber,
  permission: 'participant.prescreen' satisfies Permission,
  facts: readForNumber,
  decide: allocateNumber,
  gives: ({ commandId, command }, { state, events }) => {
    const [given] = events;
    const fresh = given?.type === 'ParticipantNumberAllocated' ? given.data.participant : undefined;
    const participant = fresh ?? numberGivenTo(state, commandId) ?? command.participant;
    const ids: Record<string, string> = participant === undefined ? {} : { participant };
    return ids;
  },
});

async function readForNumber(
  { target }: Addressed<Command>,
  reader: FactReader,
): Promise<NumberFacts | Rejection> {
  const { profile, status } = await reader.read(siteStream(target.trial!, target.site!), siteDecider);
  if (!profile) return absent('SITE-UNKNOWN', 'This site has not been selected for the trial.');
  return { site: target.site!, siteStatus: status };
}

/**
 * A place is taken and given back only on the way to an enrollment and by reactions, who may do no more than
 * follow a participant's status; neither stands on a route.
 */
const placing = {
  ...ofEnrollment,
  permission: 'participant.status' satisfies Permission,
  subject: ({ target }: Addressed<Command>) => subjectOfParticipant(target),
  facts: readForPlace,
};

export const reserveRow = commandRow({ ...placing, command: ReservePlace, decide: reservePlace });
export const releaseRow = commandRow({ ...placing, command: ReleasePlace, decide: releasePlace });

/**
 * The cap is that of the version in force on the day of the enrollment, because an amendment may plan for
 * more participants. An enrollment that is older than the first version counts under that.
 */
async function readForPlace(
  { target, command }: Addressed<ReservePlace | ReleasePlace>,
  reader: FactReader,
): Promise<ReservationFacts | Rejection> {
  const trial = await reader.read(trialStream(target.trial!), trialDecider);
  if (!trial.details) return absent('TRIAL-UNKNOWN', 'This trial has not been defined.');
  const day = 'enrolledAt' in command ? command.enrolledAt : '9999';
  const begun = trial.versions.findLast(({ effectiveFrom }) => orderOf(effectiveFrom, day) !== 'after');
  const version = begun ?? trial.versions[0];
  const cap = version?.definition.enrollmentTarget;
  return { participant: target.participant!, site: siteOf(target), cap };
}

const enrolling = {
  stream: ({ target }: Addressed<Command>) => participantStream(target.trial!, target.participant!),
  decider: participantDecider,
  subject: ({ target }: Addressed<Command>) => subjectOfParticipant(target),
};

export const enrollRow = commandRow({
  ...enrolling,
  command: EnrollParticipant,
  permission: 'participant.enroll' satisfies Permission,
  facts: (at, reader) =>
    readForEnrollment(at, reader, attachedTo(at.command).grant.role === 'importer', at.command),
  decide: (command, state, context) => enroll(command, state, context),
});

/** For the system: goes on where an enrollment stopped between its place and its participant. */
export const completeRow = commandRow({
  ...enrolling,
  command: CompleteEnrollment,
  permission: 'participant.status' satisfies Permission,
  facts: (at, reader) => readForEnrollment(at, reader, at.command.imported, at.command),
  decide: (command, state, context) => enroll(command, state, context, command.imported),
});

/**
 * Takes the place before the participant is enrolled, in two appends to two streams.
 *
 * If we die between them, the place is held and nobody is enrolled: the client that got no answer repeats its
 * key and goes on from here; if it never does, the reaction `complete-enrollment` does the same. Either of
 * them finds the place held and enrolls, or finds that the participant cannot be enrolled any more and gives
 * the place back.
 */
async function readForEnrollment(
  { target }: Addressed<Command>,
  reader: FactReader,
  imported: boolean,
  { enrolledAt, arm, actualArm }: EnrollmentDetails,
): Promise<TrialFacts | Rejection> {
  const facts = await readTrial({ target }, reader);
  if (isRejection(facts)) return facts;
  const state = await reader.read(participantStream(target.trial!, target.participant!), participantDecider);
  if (enrollmentOf(state)) return facts;
  const refused = whyNotEnroll({ enrolledAt, arm, actualArm }, state, facts, imported);
  const places = enrollmentStream(target.trial!);
  if (refused) {
    const held = holdsPlace(await reader.read(places, enrollmentDecider), target.participant!);
    if (held) await reader.runFirst(releaseRow, new ReleasePlace(), target);
    return refused;
  }
  const reservation = filled(ReservePlace, { enrolledAt, arm, actualArm, imported });
  const reserved = await reader.runFirst(reserveRow, reservation, target);
  if (isRejection(reserved)) return reserved;
  // A repeated key is answered as it was, even when the place was given back since: only the stream tells.
  const held = holdsPlace(await reader.read(places, enrollmentDecider), target.participant!);
  return held ? facts : placeLost;
}
