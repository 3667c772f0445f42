import { absent, isRejection, type Rejection } from '@platform/kernel';
import type { Addressed, Command, FactReader, Target } from '@platform/commands';
import { siteOfParticipant } from '@trial/access';
import {
  analyteOf,
  evidenceNeeded,
  protocolOf,
  trialDecider,
  trialStream,
  versionInForce,
  type TrialState,
} from '@trial/protocol';
import {
  consentVersionApprovedOn,
  ethicsApprovalOn,
  referenceRangeOn,
  siteDecider,
  siteStream,
  type SiteState,
} from '@trial/sites';
import type { PrescreeningFacts } from './domain/participant/consent';
import type { TrialFacts } from './domain/participant/context';
import { enrollmentDecider, enrollmentStream, isNumberGiven } from './domain/enrollment';

/*
 * What the decisions of this context know of other streams. Every reading is cited in the events' envelope.
 */

const unknownTrial = absent('TRIAL-UNKNOWN', 'This trial has not been defined.');

/** The site that a target names, by itself or in the participant's number. */
export const siteOf = ({ site, participant }: Target): string => site ?? siteOfParticipant(participant ?? '');

/** The look-ups that decisions and evaluations make, over states as they stood at one moment. */
export function trialFacts(site: string, trial: TrialState, state: SiteState): TrialFacts | Rejection {
  const { details } = trial;
  if (!details) return unknownTrial;
  return {
    site,
    zone: state.profile?.zone ?? details.zone,
    siteStatus: state.status,
    trialStatus: trial.status,
    firstVersion: trial.versions[0]?.version,
    versionOn: day => versionInForce(trial, day)?.version,
    protocol: version => protocolOf(trial, version),
    statementsAsked: version => {
      const definition = protocolOf(trial, version);
      return definition && evidenceNeeded(definition).attestations;
    },
    consentApproved: (version, day) =>
      state.consentVersions.length > 0 ? consentVersionApprovedOn(state, version, day) : undefined,
    ethicsApproved: day =>
      state.ethicsApprovals.length > 0 ? ethicsApprovalOn(state, day) !== undefined : undefined,
    rangeOn: sample => referenceRangeOn(state, sample),
    analyte: analyteOf,
  };
}

/** The trial and the site of a command's participant. */
export async function readTrial(
  { target }: Pick<Addressed<Command>, 'target'>,
  reader: FactReader,
): Promise<TrialFacts | Rejection> {
  const site = siteOf(target);
  const trial = await reader.read(trialStream(target.trial!), trialDecider);
  return trialFacts(site, trial, await reader.read(siteStream(target.trial!, site), siteDecider));
}

export async function readForPrescreening(
  at: Addressed<Command>,
  reader: FactReader,
): Promise<PrescreeningFacts | Rejection> {
  const facts = await readTrial(at, reader);
  if (isRejection(facts)) return facts;
  const enrollment = await reader.read(enrollmentStream(at.target.trial!), enrollmentDecider);
  return { ...facts, numberGiven: isNumberGiven(enrollment, at.target.participant!) };
}
