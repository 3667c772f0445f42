import {
  absent,
  canonicalJson,
  changesBetween,
  conflict,
  dayIn,
  invalid,
  isAfterInstant,
  isPartialDate,
  orderOf,
  precisionOf,
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DecisionContext,
  type DomainEvent,
  type EventRef,
  type PartialDate,
  type Reason,
  type Rejection,
  type StreamName,
} from '@platform/kernel';
import type { ProtocolDefinition } from './definition';
import { wrongDetails, type TrialDetails } from './trial-details';
import { nextStatuses, statusesWithReason, type DatedStatus, type TrialStatus } from './trial-status';
import { validateDefinition } from './validate-definition';

// Stream

/** One trial: `trial-{trial}`. */
export const trialStream = (trial: string): StreamName => streamName('trial', trial);

// Events. These names are the storage format.

export type TrialEvent =
  | DomainEvent<'TrialDefined', TrialDetails>
  | DomainEvent<'TrialDetailsChanged', Partial<TrialDetails>>
  | DomainEvent<'ProtocolVersionPublished', Publication>
  | DomainEvent<'TrialStatusChanged', DatedStatus>
  | DomainEvent<'TrialStatusCorrected', Partial<DatedStatus> & { readonly original: string }>;

export interface Publication {
  readonly definition: ProtocolDefinition;
  /** First calendar day, in the trial's zone, on which the version is the one in force. */
  readonly effectiveFrom: PartialDate;
}

// State

export interface TrialState {
  readonly details?: TrialDetails;
  /** `notYetRecruiting` from the definition on; absent before. */
  readonly status?: TrialStatus;
  /** Every change of status as it reads after corrections, in the order in which they were recorded. */
  readonly statuses: readonly (DatedStatus & { readonly eventId: string; readonly reason?: Reason })[];
  /** Every version that was ever published, in the order of publication. None is ever changed. */
  readonly versions: readonly PublishedVersion[];
}

export interface PublishedVersion extends Publication {
  readonly version: string;
  readonly eventId: string;
  /** Server's instant, UTC. */
  readonly publishedAt: string;
}

const initial: TrialState = { statuses: [], versions: [] };

// Evolve

function evolve(state: TrialState, event: TrialEvent, { id, recordedAt }: EventRef): TrialState {
  switch (event.type) {
    case 'TrialDefined':
      return { ...state, details: event.data, status: 'notYetRecruiting' };
    case 'TrialDetailsChanged':
      return state.details ? { ...state, details: { ...state.details, ...event.data } } : state;
    case 'ProtocolVersionPublished': {
      const { definition, effectiveFrom } = event.data;
      const published = { version: definition.version, definition, effectiveFrom, eventId: id };
      return { ...state, versions: [...state.versions, { ...published, publishedAt: recordedAt }] };
    }
    case 'TrialStatusChanged': {
      const { status, effectiveOn } = event.data;
      const entry = { status, effectiveOn, eventId: id, reason: event.reason };
      return { ...state, status, statuses: [...state.statuses, entry] };
    }
    case 'TrialStatusCorrected': {
      const { original, ...corrected } = event.data;
      const statuses = state.statuses.map(entry =>
        entry.eventId === original ? { ...entry, ...corrected } : entry,
      );
      return { ...state, statuses, status: statuses.at(-1)?.status ?? state.status };
    }
    default:
      return unknownEvent(event);
  }
}

export const trialDecider: Decider<TrialState, TrialEvent> = { initial, evolve };

// Decisions

export function defineTrial(details: TrialDetails, state: TrialState): Decision<TrialEvent> {
  const wrong = wrongDetails(details);
  if (wrong) return wrong;
  if (!state.details) return [{ type: 'TrialDefined', data: details }];
  if (isSame(state.details, details)) return [];
  return conflict('TRIAL-DEFINED', 'This trial is defined already. Change its details instead.');
}

/** The registry entry as it reads now. The event holds what differs; the reason tells news from a mistake. */
export function changeTrialDetails(
  { reason, ...details }: TrialDetails & { readonly reason: Reason },
  state: TrialState,
): Decision<TrialEvent> {
  if (!state.details) return unknownTrial;
  const wrong = wrongDetails(details);
  if (wrong) return wrong;
  const changed = differences(state.details, details);
  if (Object.keys(changed).length === 0) return [];
  if ('zone' in changed && state.versions.length > 0) {
    const used = 'Dates of a published protocol are meant in the present zone; it stays.';
    return refuse('TRIAL-ZONE-IN-USE', used, { field: 'zone' });
  }
  const { previous } = changesBetween(state.details, changed);
  return [{ type: 'TrialDetailsChanged', data: changed, previous, reason }];
}

/**
 * Adds a version; what was published before is never touched, and who is pinned to it stays so. An amendment cannot
 * begin before the version that it amends, or days that were already decided under the one would fall to the other.
 */
export function publishProtocolVersion(
  { definition, effectiveFrom, reason }: Publication & { readonly reason?: Reason },
  state: TrialState,
): Decision<TrialEvent> {
  if (!state.details) return unknownTrial;
  const wrong = wrongDefinition(definition) ?? wrongDay('effectiveFrom', effectiveFrom);
  if (wrong) return wrong;
  const { version, zone } = definition;
  const known = state.versions.find(published => published.version === version);
  if (known) {
    const same = known.effectiveFrom === effectiveFrom && isSame(known.definition, definition);
    const used = `Version ${version} is published. An amendment is another version, with a label of its own.`;
    return same ? [] : conflict('PROTOCOL-VERSION-USED', used, { field: 'definition.version' });
  }
  if (zone !== state.details.zone) {
    const other = `The trial's clocks run in ${state.details.zone}; a version cannot have another zone.`;
    return refuse('PROTOCOL-ZONE-OF-TRIAL', other, { field: 'definition.zone' });
  }
  const last = state.versions.at(-1);
  if (last && effectiveFrom < last.effectiveFrom) {
    const early = `Version ${last.version} is in force from ${last.effectiveFrom}; an amendment cannot begin before.`;
    return refuse('PROTOCOL-VERSION-ORDER', early, { field: 'effectiveFrom' });
  }
  if (last && !reason) {
    return invalid('PROTOCOL-AMENDMENT-REASON', 'reason', 'Say what the amendment changes, and why.');
  }
  return [{ type: 'ProtocolVersionPublished', data: { definition, effectiveFrom }, reason }];
}

export function changeTrialStatus(
  command: { readonly status: TrialStatus; readonly effectiveOn?: PartialDate; readonly reason?: Reason },
  state: TrialState,
  { recordedAt }: Pick<DecisionContext, 'recordedAt'>,
): Decision<TrialEvent> {
  const { status, reason } = command;
  if (!state.details || !state.status) return unknownTrial;
  const { zone } = state.details;
  const effectiveOn = command.effectiveOn ?? dayIn(zone, recordedAt);
  const wrong = wrongStatusDate(effectiveOn, zone, recordedAt);
  if (wrong) return wrong;
  if (state.status === status) return [];
  const possible = nextStatuses[state.status];
  if (!possible.includes(status)) {
    const words = possible.join(', ') || 'nothing: the trial has ended';
    return refuse(
      'TRIAL-STATUS-ORDER',
      `From "${state.status}" a trial can go to ${words}; not to "${status}".`,
    );
  }
  const last = state.statuses.at(-1);
  if (last && orderOf(effectiveOn, last.effectiveOn) === 'before') {
    const early = `The trial is "${last.status}" since ${last.effectiveOn}; it cannot have changed before that.`;
    return refuse('TRIAL-STATUS-DATE', early, { field: 'effectiveOn' });
  }
  if (statusesWithReason.includes(status) && !reason) {
    return invalid(
      'TRIAL-STATUS-REASON',
      'reason',
      'Say why the trial is suspended, terminated or withdrawn.',
    );
  }
  const previous = { status: state.status, effectiveOn: last?.effectiveOn ?? null };
  const occurredAt = { at: effectiveOn, zone };
  return [{ type: 'TrialStatusChanged', data: { status, effectiveOn }, previous, occurredAt, reason }];
}

/** A status, or its date, that was recorded wrongly. The wrong entry stays in the log; what follows is read anew. */
export function correctTrialStatus(
  command: Partial<DatedStatus> & { readonly original: string; readonly reason: Reason },
  state: TrialState,
  { recordedAt }: Pick<DecisionContext, 'recordedAt'>,
): Decision<TrialEvent> {
  const { original, status, effectiveOn, reason } = command;
  const entry = state.statuses.find(({ eventId }) => eventId === original);
  if (!state.details || !entry) {
    return absent('TRIAL-STATUS-UNKNOWN', "No change of this trial's status has this event id.");
  }
  const wrong =
    effectiveOn === undefined ? undefined : wrongStatusDate(effectiveOn, state.details.zone, recordedAt);
  if (wrong) return wrong;
  const current = { status: entry.status, effectiveOn: entry.effectiveOn };
  const { changed, previous } = changesBetween(current, { status, effectiveOn });
  if (Object.keys(changed).length === 0) return [];
  return [{ type: 'TrialStatusCorrected', data: { original, ...changed }, previous, reason }];
}

// What other contexts ask of a trial

/** The definition under a version label, for whoever is pinned to it; undefined when there is no such version. */
export const protocolOf = (state: TrialState, version: string): ProtocolDefinition | undefined =>
  state.versions.find(published => published.version === version)?.definition;

/**
 * The version in force on a day of the trial's zone: the last published of those that began on or before it. Undefined
 * before the first one begins, and for a date too coarse to tell.
 */
export const versionInForce = (state: TrialState, day: PartialDate): PublishedVersion | undefined =>
  state.versions.findLast(({ effectiveFrom }) => {
    const order = orderOf(effectiveFrom, day);
    return order === 'before' || order === 'same';
  });

// What the decisions above share

const unknownTrial = absent('TRIAL-UNKNOWN', 'This trial has not been defined.');

/** The fields among the new ones that say something else than the old ones. */
function differences(known: TrialDetails, given: TrialDetails): Partial<TrialDetails> {
  const before = new Map<string, unknown>(Object.entries(known));
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.filter(([field, value]) => !isSame(before.get(field), value)));
}

/** Whether two values say the same, whatever the order of their fields. */
const isSame = (known: unknown, given: unknown): boolean =>
  canonicalJson(known ?? null) === canonicalJson(given ?? null);

/** All failures are in the evidence; the rejection itself names the first. */
function wrongDefinition(definition: ProtocolDefinition): Rejection | undefined {
  const failures = validateDefinition(definition).map(({ rule, field, reason }) => ({
    rule,
    field: field === '' ? 'definition' : `definition.${field}`,
    reason,
  }));
  const [first] = failures;
  if (!first) return undefined;
  const reason = `${first.field}: ${first.reason}`;
  return { ...invalid(first.rule, first.field, reason), evidence: { failures: failures.slice(0, 200) } };
}

const wrongDay = (field: string, date: PartialDate): Rejection | undefined =>
  isPartialDate(date) && precisionOf(date) === 'day'
    ? undefined
    : invalid('TRIAL-DAY', field, `"${date}" is no calendar day (YYYY-MM-DD).`);

function wrongStatusDate(date: PartialDate, zone: string, recordedAt: string): Rejection | undefined {
  if (!isPartialDate(date)) {
    return invalid('TRIAL-DATE', 'effectiveOn', 'This is no date that exists.');
  }
  return isAfterInstant({ at: date, zone }, recordedAt)
    ? invalid('TRIAL-STATUS-FUTURE', 'effectiveOn', 'A status is recorded once it holds, not before.')
    : undefined;
}
