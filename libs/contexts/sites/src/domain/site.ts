import {
  absent,
  changesBetween,
  dayIn,
  invalid,
  isPartialDate,
  isUnit,
  isZone,
  orderOf,
  precisionOf,
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type PartialDate,
  type Reason,
  type StreamName,
} from '@platform/kernel';
import { analyteOf, isPossibleUnit } from '@trial/protocol';
import { ethicsApprovalOn } from './in-force';

// Stream

/** One site of one trial: `site-{trial}.{site}`. */
export const siteStream = (trial: string, site: string): StreamName => streamName('site', trial, site);

// Events. These names are the storage format.

export type SiteEvent =
  | DomainEvent<'SiteSelected', SiteProfile>
  | DomainEvent<'EthicsApprovalRecorded', EthicsApproval>
  | DomainEvent<'SiteStatusChanged', { readonly status: SiteStatus }>
  | DomainEvent<'StaffDelegated', Delegation>
  | DomainEvent<
      'DelegationRevoked',
      { readonly user: string; readonly role: string; readonly revokedOn: PartialDate }
    >
  | DomainEvent<'ReferenceRangeSet', ReferenceRange>
  | DomainEvent<'ConsentVersionApproved', ConsentVersion>
  | DomainEvent<'ConsentVersionRetired', { readonly version: string; readonly retiredOn: PartialDate }>;

/** selected → ethicsApproved → activated ⇄ enrollmentPaused | onHold → closed. */
export type SiteStatus =
  'selected' | 'ethicsApproved' | 'activated' | 'enrollmentPaused' | 'onHold' | 'closed';

export interface SiteProfile {
  readonly name: string;
  /** Absent where a source does not say. */
  readonly city?: string;
  /** ISO 3166-1 alpha-3; absent where a source does not say. */
  readonly country?: string;
  /** IANA zone of the site's wall clock. */
  readonly zone: string;
}

export interface EthicsApproval {
  readonly committee: string;
  readonly reference: string;
  readonly approvedOn: PartialDate;
  /** Last day on which the approval holds; absent when it has none. */
  readonly expiresOn?: PartialDate;
}

/** Duties that the principal investigator handed to a person (ICH E6(R3) 2.3: delegation, with training). */
export interface Delegation {
  readonly user: string;
  readonly role: string;
  readonly duties: readonly string[];
  readonly trainedOn: PartialDate;
  readonly delegatedOn: PartialDate;
}

/** A laboratory's limits of normal for one analyte, in force from a day until the next one for the same people. */
export interface ReferenceRange {
  readonly laboratory: string;
  readonly analyte: string;
  /** UCUM. */
  readonly unit: string;
  readonly low?: number;
  readonly high?: number;
  readonly sex?: 'female' | 'male';
  readonly effectiveFrom: PartialDate;
}

export interface ConsentVersion {
  readonly version: string;
  readonly approvedOn: PartialDate;
}

// State

export interface SiteState {
  readonly profile?: SiteProfile;
  readonly status?: SiteStatus;
  readonly ethicsApprovals: readonly EthicsApproval[];
  readonly delegations: readonly (Delegation & { readonly revokedOn?: PartialDate })[];
  readonly referenceRanges: readonly ReferenceRange[];
  readonly consentVersions: readonly (ConsentVersion & { readonly retiredOn?: PartialDate })[];
}

const initial: SiteState = { ethicsApprovals: [], delegations: [], referenceRanges: [], consentVersions: [] };

// Evolve

function evolve(state: SiteState, event: SiteEvent): SiteState {
  switch (event.type) {
    case 'SiteSelected':
      return { ...state, profile: event.data, status: 'selected' };
    case 'EthicsApprovalRecorded':
      return { ...state, ethicsApprovals: [...state.ethicsApprovals, event.data] };
    case 'SiteStatusChanged':
      return { ...state, status: event.data.status };
    case 'StaffDelegated':
      return { ...state, delegations: [...state.delegations, event.data] };
    case 'DelegationRevoked': {
      const { user, role, revokedOn } = event.data;
      const delegations = state.delegations.map(delegation =>
        holds(delegation, user, role) ? { ...delegation, revokedOn } : delegation,
      );
      return { ...state, delegations };
    }
    case 'ReferenceRangeSet':
      return { ...state, referenceRanges: [...state.referenceRanges, event.data] };
    case 'ConsentVersionApproved':
      return { ...state, consentVersions: [...state.consentVersions, event.data] };
    case 'ConsentVersionRetired': {
      const { version, retiredOn } = event.data;
      const consentVersions = state.consentVersions.map(known =>
        known.version === version ? { ...known, retiredOn } : known,
      );
      return { ...state, consentVersions };
    }
    default:
      return unknownEvent(event);
  }
}

export const siteDecider: Decider<SiteState, SiteEvent> = { initial, evolve };

// Decisions

export function selectSite(profile: SiteProfile, state: SiteState): Decision<SiteEvent> {
  if (!isZone(profile.zone)) return invalid('SITE-ZONE', 'zone', `"${profile.zone}" is no IANA time zone.`);
  if (!state.profile) return [{ type: 'SiteSelected', data: profile }];
  const { changed } = changesBetween({ ...state.profile }, { ...profile });
  if (Object.keys(changed).length === 0) return [];
  return refuse('SITE-ALREADY-SELECTED', 'This site number is already in use for another institution.');
}

export function recordEthicsApproval(approval: EthicsApproval, state: SiteState): Decision<SiteEvent> {
  const wrong = notSelected(state) ?? wrongDay('approvedOn', approval.approvedOn);
  if (wrong) return wrong;
  if (approval.expiresOn !== undefined && orderOf(approval.expiresOn, approval.approvedOn) !== 'after') {
    return invalid(
      'SITE-ETHICS-EXPIRY',
      'expiresOn',
      'The approval must end after the day on which it was given.',
    );
  }
  if (state.ethicsApprovals.some(known => sameContent(known, approval))) return [];
  const recorded: SiteEvent = { type: 'EthicsApprovalRecorded', data: approval };
  return state.status === 'selected' ? [recorded, statusChange('ethicsApproved', state)] : [recorded];
}

const nextStatuses: Readonly<Record<SiteStatus, readonly SiteStatus[]>> = {
  selected: ['closed'],
  ethicsApproved: ['activated', 'closed'],
  activated: ['enrollmentPaused', 'onHold', 'closed'],
  enrollmentPaused: ['activated', 'onHold', 'closed'],
  onHold: ['activated', 'enrollmentPaused', 'closed'],
  closed: [],
};

export function changeSiteStatus(
  { status, reason }: { readonly status: SiteStatus; readonly reason?: Reason },
  state: SiteState,
  { recordedAt }: Pick<DecisionContext, 'recordedAt'>,
): Decision<SiteEvent> {
  if (!state.profile || !state.status) return unknownSite;
  if (state.status === status) return [];
  if (!nextStatuses[state.status].includes(status)) {
    const possible = nextStatuses[state.status].join(', ') || 'nothing: the site is closed';
    return refuse(
      'SITE-STATUS-ORDER',
      `From "${state.status}" a site can go to ${possible}; not to "${status}".`,
    );
  }
  if (status === 'activated' && !ethicsApprovalOn(state, dayIn(state.profile.zone, recordedAt))) {
    return refuse(
      'SITE-ETHICS-IN-FORCE',
      'No ethics approval is in force today. Record the current approval first.',
    );
  }
  if (status !== 'activated' && !reason) {
    return invalid('SITE-STATUS-REASON', 'reason', 'Say why the site is paused, put on hold or closed.');
  }
  return [statusChange(status, state, reason)];
}

export function delegateStaff(delegation: Delegation, state: SiteState): Decision<SiteEvent> {
  const wrong =
    notSelected(state) ??
    wrongDay('trainedOn', delegation.trainedOn) ??
    wrongDay('delegatedOn', delegation.delegatedOn);
  if (wrong) return wrong;
  if (orderOf(delegation.trainedOn, delegation.delegatedOn) === 'after') {
    return refuse('SITE-TRAINING-FIRST', 'Duties are delegated after the training, not before it.', {
      field: 'trainedOn',
    });
  }
  const current = state.delegations.find(known => holds(known, delegation.user, delegation.role));
  if (!current) return [{ type: 'StaffDelegated', data: delegation }];
  if (sameContent(current, delegation)) return [];
  return refuse(
    'SITE-DELEGATION-HELD',
    'This person holds this delegation already. Revoke it first, then delegate anew.',
  );
}

export function revokeDelegation(
  { user, role, revokedOn, reason }: { user: string; role: string; revokedOn: PartialDate; reason: Reason },
  state: SiteState,
): Decision<SiteEvent> {
  const wrong = notSelected(state) ?? wrongDay('revokedOn', revokedOn);
  if (wrong) return wrong;
  const known = state.delegations.filter(delegation => delegation.user === user && delegation.role === role);
  if (known.length === 0)
    return refuse('SITE-DELEGATION-UNKNOWN', 'This person holds no such delegation at this site.');
  if (known.every(delegation => delegation.revokedOn !== undefined)) return [];
  return [{ type: 'DelegationRevoked', data: { user, role, revokedOn }, reason }];
}

export function setReferenceRange(range: ReferenceRange, state: SiteState): Decision<SiteEvent> {
  const wrong = notSelected(state) ?? wrongDay('effectiveFrom', range.effectiveFrom);
  if (wrong) return wrong;
  if (!isUnit(range.unit)) return invalid('SITE-RANGE-UNIT', 'unit', `"${range.unit}" is no UCUM unit.`);
  if (!isPossibleUnit(analyteOf(range.analyte), range.unit)) {
    return invalid('SITE-RANGE-UNIT', 'unit', `${range.analyte} cannot be measured in ${range.unit}.`);
  }
  if (range.low === undefined && range.high === undefined) {
    return invalid(
      'SITE-RANGE-LIMITS',
      'high',
      'A reference range needs a lower limit, an upper limit, or both.',
    );
  }
  if (range.low !== undefined && range.high !== undefined && range.low >= range.high) {
    return invalid('SITE-RANGE-LIMITS', 'low', 'The lower limit must be below the upper limit.');
  }
  if (state.referenceRanges.some(known => sameContent(known, range))) return [];
  return [{ type: 'ReferenceRangeSet', data: range }];
}

export function approveConsentVersion(consent: ConsentVersion, state: SiteState): Decision<SiteEvent> {
  const wrong = notSelected(state) ?? wrongDay('approvedOn', consent.approvedOn);
  if (wrong) return wrong;
  const known = state.consentVersions.find(({ version }) => version === consent.version);
  if (!known) return [{ type: 'ConsentVersionApproved', data: consent }];
  if (known.approvedOn === consent.approvedOn) return [];
  return refuse(
    'SITE-CONSENT-VERSION-USED',
    `Consent version ${consent.version} was approved on ${known.approvedOn}.`,
  );
}

export function retireConsentVersion(
  { version, retiredOn, reason }: { version: string; retiredOn: PartialDate; reason: Reason },
  state: SiteState,
): Decision<SiteEvent> {
  const wrong = notSelected(state) ?? wrongDay('retiredOn', retiredOn);
  if (wrong) return wrong;
  const known = state.consentVersions.find(consent => consent.version === version);
  if (!known)
    return refuse('SITE-CONSENT-VERSION-UNKNOWN', `This site has no approved consent version ${version}.`);
  if (known.retiredOn !== undefined) return [];
  return [{ type: 'ConsentVersionRetired', data: { version, retiredOn }, reason }];
}

// What the decisions above share

const holds = (delegation: SiteState['delegations'][number], user: string, role: string): boolean =>
  delegation.user === user && delegation.role === role && delegation.revokedOn === undefined;

const unknownSite = absent('SITE-UNKNOWN', 'This site has not been selected for the trial.');

const notSelected = (state: SiteState) => (state.profile ? undefined : unknownSite);

const wrongDay = (field: string, date: PartialDate) =>
  isPartialDate(date) && precisionOf(date) === 'day'
    ? undefined
    : invalid('SITE-DAY', field, `"${date}" is no calendar day (YYYY-MM-DD).`);

const sameContent = (known: object, given: object): boolean =>
  Object.keys(changesBetween({ ...known }, { ...given }).changed).length === 0;

const statusChange = (status: SiteStatus, state: SiteState, reason?: Reason): SiteEvent => ({
  type: 'SiteStatusChanged',
  data: { status },
  previous: { status: state.status ?? null },
  reason,
});
