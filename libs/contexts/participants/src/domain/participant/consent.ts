import {
  conflict,
  hasDay,
  dayOf,
  dayIn,
  invalid,
  isRejection,
  orderOf,
  refuse,
  type Decision,
  type PartialDate,
  type Reason,
  type SourceRecord,
} from '@platform/kernel';
import { withDepartures, type Departure } from '../departure';
import { entry, happened, notPrescreened, wrongDate, type Context, type TrialFacts } from './context';
import { isImport, newOf } from './importing';
import {
  entriesOf,
  type ParticipantEntry,
  type ParticipantEvent,
  type ParticipantState,
} from './participant';
import type * as recorded from './recorded';
import { statusFollows } from './status';
import type { ParticipantStatus } from './statuses';

// Decisions

export type PrescreeningCommand = Omit<
  recorded.Prescreening,
  'site' | 'prescreenedAt' | 'protocolVersion' | 'departures'
> & { readonly prescreenedAt?: PartialDate };

export interface PrescreeningFacts extends TrialFacts {
  readonly numberGiven: boolean;
}

/** Opens a participant's record under a number that was given before. */
export function prescreen(
  { prescreenedAt = '', ...about }: PrescreeningCommand,
  state: ParticipantState,
  context: Context<PrescreeningFacts>,
): Decision<ParticipantEvent> {
  const { facts, recordedAt, actor } = context;
  const day = prescreenedAt || dayIn(facts.zone, recordedAt);
  const wrong = wrongDate('prescreenedAt', day, context);
  if (wrong) return wrong;
  if (!facts.numberGiven) {
    return refuse(
      'PARTICIPANT-NUMBER',
      'This number was not given to anybody. Ask for a participant number first.',
    );
  }
  const protocolVersion = versionFor(day, context);
  if (protocolVersion === undefined) return noProtocol;
  const data = { ...about, prescreenedAt: day, site: facts.site, protocolVersion };
  const opened = entriesOf(state, 'ParticipantPrescreened');
  const fresh = newOf('ParticipantPrescreened', [{ field: 'sourceRecord', data }], opened);
  if (isRejection(fresh)) return fresh;
  if (fresh.length === 0) return [];
  if (opened.length > 0) {
    const hint = isImport(actor) ? ' The source has two rows for it.' : '';
    return conflict('PARTICIPANT-EXISTS', `A participant was prescreened under this number already.${hint}`);
  }
  return [entry('ParticipantPrescreened', data, { occurredAt: happened(day, facts) })];
}

export interface ConsentCommand {
  readonly version: string;
  readonly signedAt: PartialDate;
  readonly sourceRecord?: SourceRecord;
}

/**
 * Records a signature. It has happened, so a version that was not approved at the site that day and a
 * procedure that came before it are departures. From here on the participant is pinned to the protocol
 * version in force that day; amendments reach who consents to them.
 */
export function signConsent(
  { version, signedAt, sourceRecord }: ConsentCommand,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const wrong = notPrescreened(state) ?? wrongDate('signedAt', signedAt, context);
  if (wrong) return wrong;
  const protocolVersion = versionFor(signedAt, context) ?? state.protocolVersion;
  if (protocolVersion === undefined) return noProtocol;
  const signed = entriesOf(state, 'ConsentSigned');
  const content = { version, signedAt, sourceRecord, protocolVersion, reconsent: signed.length > 0 };
  const fresh = newOf('ConsentSigned', [{ field: 'sourceRecord', data: content }], signed);
  if (isRejection(fresh)) return fresh;
  if (fresh.length === 0) return [];
  const departures = [
    notApproved(version, signedAt, context),
    signed.length === 0 ? afterProcedures(signedAt, state) : undefined,
  ];
  const consent = entry(
    'ConsentSigned',
    { ...content, ...withDepartures(departures) },
    {
      occurredAt: happened(signedAt, context.facts),
      previous: content.reconsent ? { protocolVersion: state.protocolVersion ?? null } : undefined,
    },
  );
  const status = statusUnderConsent(state);
  return status ? [consent, statusFollows(status, signedAt, state, context)] : [consent];
}

export interface WithdrawalCommand {
  readonly withdrawnAt: PartialDate;
  readonly dataUse?: recorded.DataUse;
  readonly detail?: string;
  readonly reason?: Reason;
  readonly sourceRecord?: SourceRecord;
}

/** Records that a participant took the consent back, and what may be done with the data from here on. */
export function withdrawConsent(
  { reason, ...said }: WithdrawalCommand,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const wrong = notPrescreened(state) ?? wrongDate('withdrawnAt', said.withdrawnAt, context);
  if (wrong) return wrong;
  const known = entriesOf(state, 'ConsentWithdrawn');
  const fresh = newOf('ConsentWithdrawn', [{ field: 'sourceRecord', data: said }], known);
  if (isRejection(fresh)) return fresh;
  if (fresh.length === 0) return [];
  const imported = isImport(context.actor);
  if (said.dataUse === undefined && !imported) {
    return invalid('CONSENT-DATA-USE', 'dataUse', 'Say what may be done with the data of this participant.');
  }
  if (state.status?.status === 'consentWithdrawn' && !imported) {
    return conflict(
      'CONSENT-WITHDRAWN',
      `Consent was withdrawn already (${state.status.since ?? 'date unknown'}).`,
    );
  }
  if (entriesOf(state, 'ConsentSigned').length === 0 && !imported) {
    return refuse(
      'CONSENT-NONE',
      'No signed consent is on record that could be withdrawn. Record the signature first.',
    );
  }
  const withdrawal = entry('ConsentWithdrawn', said, {
    occurredAt: happened(said.withdrawnAt, context.facts),
    reason,
  });
  const ended = state.status?.status === 'died' || state.status?.status === 'consentWithdrawn';
  return ended
    ? [withdrawal]
    : [withdrawal, statusFollows('consentWithdrawn', said.withdrawnAt, state, context)];
}

// What rules and other decisions ask of consent

export type ConsentStanding = 'inForce' | 'none' | 'withdrawn' | 'unknown';

/**
 * Whether a consent was in force at a date: signed on or before it and not withdrawn before it. On the day of
 * a signature or a withdrawal itself only times of day could tell; without them it counts as in force.
 */
export const consentAt = (state: ParticipantState, at: PartialDate | undefined): ConsentStanding =>
  consentStanding(state)(at);

/** As `consentAt`, for many dates of one record. */
export function consentStanding(state: ParticipantState): (at: PartialDate | undefined) => ConsentStanding {
  const signed = entriesOf(state, 'ConsentSigned').map(({ data }) => data.signedAt);
  const withdrawals = entriesOf(state, 'ConsentWithdrawn').map(({ data }) => data.withdrawnAt);
  return at => {
    if (signed.length === 0) return 'none';
    if (at === undefined) return 'unknown';
    const before = signed.filter(date => ['before', 'same'].includes(orderOf(date, at)));
    if (before.length === 0) return signed.some(date => orderOf(date, at) === 'unknown') ? 'unknown' : 'none';
    const withdrawn = withdrawals.some(
      date => orderOf(date, at) === 'before' && before.every(each => orderOf(each, date) !== 'after'),
    );
    return withdrawn ? 'withdrawn' : 'inForce';
  };
}

/** Laboratory results and measurements that were done for the trial, with their dates. */
export function proceduresOf(
  state: ParticipantState,
): { readonly entry: ParticipantEntry; readonly at: PartialDate | undefined }[] {
  const results = entriesOf(state, 'LaboratoryResultRecorded').map(each => ({
    each,
    at: each.data.collectedAt,
  }));
  const measurements = entriesOf(state, 'MeasurementRecorded').map(each => ({ each, at: each.data.takenAt }));
  return [...results, ...measurements]
    .filter(({ each: { data } }) => !data.routineCare && !data.notDone)
    .map(({ each, at }) => ({ entry: each, at }));
}

export const consentBeforeProcedure = 'SCR-CONSENT-BEFORE-PROCEDURE';

const breaches = {
  none: {
    rule: consentBeforeProcedure,
    severity: 'major',
    description: 'procedure(s) of the trial were done without a consent in force.',
  },
  withdrawn: {
    rule: 'CONSENT-WITHDRAWN-PROCEDURE',
    severity: 'critical',
    description: 'procedure(s) of the trial were done after the consent was withdrawn.',
  },
} as const;

/** The departure that some procedures without a consent in force make together. */
export function breachOf(standing: keyof typeof breaches, causes: readonly string[]): Departure {
  const { rule, severity, description } = breaches[standing];
  return { rule, severity, category: 'consent', description: `${causes.length} ${description}`, causes };
}

/** The procedures that no consent was in force for, by how it stood. */
export function proceduresWithoutConsent(
  state: ParticipantState,
): Readonly<Record<keyof typeof breaches, readonly string[]>> {
  const standingAt = consentStanding(state);
  const standing = proceduresOf(state).map(({ entry: { event }, at }) => ({ event, is: standingAt(at) }));
  const of = (is: ConsentStanding) => standing.filter(each => each.is === is).map(({ event }) => event);
  return { none: of('none'), withdrawn: of('withdrawn') };
}

// What the decisions above share

const noProtocol = refuse(
  'PROTOCOL-NOT-IN-FORCE',
  'No version of the protocol is in force on that day. Publish the protocol first.',
);

/** The version in force on a day. A source may be older than the first version here; then that one counts. */
function versionFor(at: PartialDate, { facts, actor }: Context): string | undefined {
  const inForce = facts.versionOn(at);
  return inForce ?? (isImport(actor) || !hasDay(at) ? facts.firstVersion : undefined);
}

/**
 * Where a signature leads: a prescreened person is consented. Who consents again after a withdrawal goes on
 * where the trial can go on: in screening, or in follow-up. For anybody else another consent changes nothing.
 */
function statusUnderConsent(state: ParticipantState): ParticipantStatus | undefined {
  if (state.status?.status === 'prescreened') return 'consented';
  if (state.status?.status !== 'consentWithdrawn') return undefined;
  return entriesOf(state, 'ParticipantEnrolled').length > 0 ? 'inFollowUp' : 'consented';
}

/** A version that was not approved for the site on the day of its signature. */
export function notApproved(version: string, signedAt: PartialDate, context: Context): Departure | undefined {
  if (!hasDay(signedAt)) return undefined;
  const approved = context.facts.consentApproved(version, dayOf(signedAt));
  // A source that brings participants may bring no list of consent versions: then nothing can be said.
  if (approved ?? isImport(context.actor)) return undefined;
  return {
    rule: 'CONSENT-VERSION-APPROVED',
    category: 'consent',
    severity: 'major',
    description: `Consent version ${version} was not approved for this site on ${dayOf(signedAt)}.`,
  };
}

/** Procedures before the first signature that no departure was raised for when they were recorded. */
function afterProcedures(signedAt: PartialDate, state: ParticipantState): Departure | undefined {
  const named = new Set(
    state.entries
      .flatMap(({ data, event }) => (data.departures ?? []).map(departure => ({ departure, event })))
      .filter(({ departure }) => departure.rule === consentBeforeProcedure)
      .flatMap(({ departure, event }) => [event, ...(departure.causes ?? [])]),
  );
  const early = proceduresOf(state).filter(
    ({ entry: { event }, at }) => at !== undefined && orderOf(at, signedAt) === 'before' && !named.has(event),
  );
  if (early.length === 0) return undefined;
  return {
    rule: consentBeforeProcedure,
    category: 'consent',
    severity: 'major',
    description: `${early.length} procedure(s) of the trial were done before the consent of ${signedAt}.`,
    causes: early.map(({ entry: { event } }) => event),
  };
}
