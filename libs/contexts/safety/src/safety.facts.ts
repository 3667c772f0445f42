import type { Addressed, Command, FactReader } from '@platform/commands';
import { absent, isRejection, type Rejection } from '@platform/kernel';
import { participantDecider, participantStream, readTrial } from '@trial/participants';
import { treatmentDecider, treatmentStream } from '@trial/treatment';
import type { ReportingFacts } from './domain/reporting';

const unknownParticipant = absent(
  'PARTICIPANT-UNKNOWN',
  'No participant was prescreened under this number in this trial.',
);

/** The participant that an adverse event happened to, and what the participant was given. Each reading is cited. */
export async function readForReport(
  at: Addressed<Command>,
  reader: FactReader,
): Promise<ReportingFacts | Rejection> {
  const { trial, participant } = at.target as { trial: string; participant: string };
  const facts = await readTrial(at, reader);
  if (isRejection(facts)) return facts;
  const { site, protocolVersion } = await reader.read(
    participantStream(trial, participant),
    participantDecider,
  );
  if (site === undefined) return unknownParticipant;
  const { infusions } = await reader.read(treatmentStream(trial, participant), treatmentDecider);
  const protocol = protocolVersion === undefined ? undefined : facts.protocol(protocolVersion);
  return {
    zone: facts.zone,
    protocolVersion,
    products: protocol?.interventions.map(({ code }) => code) ?? [],
    infusions: infusions.map(({ infusion }) => infusion),
  };
}
