import type { PartialDate } from '@platform/kernel';
import type { ParticipantStatus } from '@trial/participants';
import { versionInForce, type TrialState, type TrialStatus } from '@trial/protocol';
import { consentVersionApprovedOn, ethicsApprovalOn, type SiteState, type SiteStatus } from '@trial/sites';
import { figuresOf, ofSite, type Figures, type Groups } from './figures';

/** A line of the screening log: somebody who was screened, enrolled or not. */
export interface ScreeningLine {
  readonly participant: string;
  readonly status: ParticipantStatus;
  readonly statusSince: string | null;
  readonly prescreenedAt: string;
  readonly consentedAt: string | null;
  readonly consentVersion: string | null;
  readonly decision: string | null;
  readonly decidedAt: string | null;
  /** Whether a value that the decision stood on was corrected since. */
  readonly decisionAffected: boolean;
  readonly enrolledAt: string | null;
  readonly arm: string | null;
}

/** What a site looks like at a moment. */
export interface SiteBoard extends Figures {
  readonly trial: string;
  readonly site: string;
  readonly name: string;
  readonly city?: string;
  readonly country?: string;
  readonly zone: string;
  readonly status: SiteStatus | undefined;
  /** The day at the site on which the board stands: what is in force is meant for it. */
  readonly day: PartialDate | undefined;
  /** Participants to enroll in the whole trial, by the protocol version in force; missing when there is no target. */
  readonly enrollmentTarget?: number;
  readonly screening: readonly ScreeningLine[];
  readonly ethicsApprovals: readonly (SiteState['ethicsApprovals'][number] & { readonly inForce: boolean })[];
  readonly consentVersions: readonly (SiteState['consentVersions'][number] & { readonly inForce: boolean })[];
  readonly staff: SiteState['delegations'];
}

/** A site's line on the board of a trial. */
export interface SiteOnBoard extends Figures {
  readonly site: string;
  readonly name: string;
  readonly status: string;
}

/** What a trial looks like at a moment, over the sites that the caller may see. */
export interface TrialBoard extends Figures {
  readonly trial: string;
  readonly title: string;
  readonly status: TrialStatus | undefined;
  /** In force on the day, in the trial's zone, on which the board stands. */
  readonly protocolVersion?: string;
  readonly enrollmentTarget?: number;
  readonly sites: readonly SiteOnBoard[];
}

/** A trial as a board needs it: as it stood, and the day in its zone. */
export interface TrialAt {
  readonly trial: string;
  readonly state: TrialState;
  readonly day: PartialDate | undefined;
}

const inForce = ({ state, day }: TrialAt) => (day === undefined ? undefined : versionInForce(state, day));

/** Undefined when the site was not part of the trial yet. */
export function siteBoard(
  {
    site,
    state,
    day,
  }: { readonly site: string; readonly state: SiteState; readonly day: PartialDate | undefined },
  trial: TrialAt,
  groups: Groups,
  screening: readonly ScreeningLine[],
): SiteBoard | undefined {
  if (!state.profile) return undefined;
  const { name, city, country, zone } = state.profile;
  const approval = day === undefined ? undefined : ethicsApprovalOn(state, day);
  return {
    trial: trial.trial,
    ...{ site, name, city, country, zone, status: state.status, day },
    enrollmentTarget: inForce(trial)?.definition.enrollmentTarget,
    ...figuresOf(ofSite(site, groups)),
    screening,
    ethicsApprovals: state.ethicsApprovals.map(each => ({ ...each, inForce: each === approval })),
    consentVersions: state.consentVersions.map(each => ({
      ...each,
      inForce: day !== undefined && consentVersionApprovedOn(state, each.version, day),
    })),
    staff: state.delegations,
  };
}

/** Undefined when the trial was not defined yet. */
export function trialBoard(
  trial: TrialAt,
  sites: readonly Pick<SiteOnBoard, 'site' | 'name' | 'status'>[],
  groups: Groups,
): TrialBoard | undefined {
  const { details, status } = trial.state;
  if (!details) return undefined;
  const version = inForce(trial);
  return {
    trial: trial.trial,
    title: details.title,
    status,
    protocolVersion: version?.version,
    enrollmentTarget: version?.definition.enrollmentTarget,
    ...figuresOf(groups),
    sites: sites.map(site => ({ ...site, ...figuresOf(ofSite(site.site, groups)) })),
  };
}
