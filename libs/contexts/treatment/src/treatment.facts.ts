import type { Addressed, Command, FactReader } from '@platform/commands';
import { absent, isRejection, type PartialDate, type Rejection } from '@platform/kernel';
import {
  enrollmentOf,
  entriesOf,
  participantDecider,
  participantStream,
  readTrial,
  type ParticipantState,
  type ParticipantStatus,
} from '@trial/participants';
import type { Weight } from './domain/events';
import { recallDecider, recallsIn, recallStream } from './domain/recall/recall';
import type { Absence, TreatmentFacts } from './domain/facts';

/* What the decisions of this context know of other streams. Every reading is cited in the events' envelope. */

const unknownParticipant = absent(
  'PARTICIPANT-UNKNOWN',
  'No participant was prescreened under this number in this trial.',
);

/** The participant, and the protocol version that the participant is pinned to. */
export async function readTreatmentFacts(
  at: Addressed<Command>,
  reader: FactReader,
): Promise<TreatmentFacts | Rejection> {
  const { trial, participant } = at.target;
  const trialFacts = await readTrial(at, reader);
  if (isRejection(trialFacts)) return trialFacts;
  const state = await reader.read(participantStream(trial!, participant!), participantDecider);
  if (state.site === undefined) return unknownParticipant;
  const { protocolVersion } = state;
  const protocol = protocolVersion === undefined ? undefined : trialFacts.protocol(protocolVersion);
  const enrollment = enrollmentOf(state);
  return {
    zone: trialFacts.zone,
    protocolVersion,
    interventions: protocol?.interventions ?? [],
    enrolled: enrollment && { at: enrollment.data.enrolledAt, event: enrollment.event },
    absences: absencesOf(state),
    weights: weightsOf(state),
    recalls: recallsIn(await reader.read(recallStream(trial!), recallDecider)),
  };
}

/** Statuses under which the trial's treatment is not to be given, and those that end them. */
const away: readonly ParticipantStatus[] = ['withdrawnFromTreatment', 'consentWithdrawn', 'died'];
const back: readonly ParticipantStatus[] = ['consented', 'enrolled', 'onTreatment'];

/** Ordered by when the statuses began, as a status may be recorded after the one that followed it. */
export function absencesOf(state: ParticipantState): Absence[] {
  const changes = entriesOf(state, 'ParticipantStatusChanged')
    .map(({ event, data: { status, since } }) => ({ event, status, since }))
    .toSorted((a, b) => textOrder(a.since, b.since));
  return changes.flatMap(({ event, status, since: from }, index) => {
    if (!away.includes(status)) return [];
    const until = changes.slice(index + 1).find(later => back.includes(later.status))?.since;
    return [{ status, from, until, event }];
  });
}

/** ISO dates sort as texts; where a date is not known, the order of recording stays. */
const textOrder = (a: PartialDate | undefined, b: PartialDate | undefined): number =>
  a === undefined || b === undefined || a === b ? 0 : a < b ? -1 : 1;

const weightCode = 'WEIGHT';

export const weightsOf = (state: ParticipantState): Weight[] =>
  entriesOf(state, 'MeasurementRecorded').flatMap(({ event, data: { code, quantity, takenAt, notDone } }) =>
    code === weightCode && quantity && takenAt !== undefined && !notDone
      ? [{ value: quantity.value, unit: quantity.unit, at: takenAt, event }]
      : [],
  );
