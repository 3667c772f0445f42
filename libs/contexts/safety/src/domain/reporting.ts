import {
  canonicalJson,
  changesBetween,
  invalid,
  isRejection,
  seenBefore,
  type Decision,
  type JsonObject,
  type Reason,
  type Rejection,
  type SourceRecord,
} from '@platform/kernel';
import { adverseEventIdOf, type AdverseEventState } from './adverse-event';
import type { AdverseEventEvent, Amendment, Details } from './events';
import {
  flagged,
  isOf,
  notOpen,
  withoutAbsent,
  wrongDate,
  wrongTime,
  wrongZone,
  type Context,
} from './recording';

/** What a report may know of the participant. */
export interface ReportingFacts {
  /** IANA zone of the site, for reports that name none. */
  readonly zone: string;
  readonly protocolVersion?: string;
  /** Codes of the protocol's interventions: suspect as long as nobody says otherwise. */
  readonly products: readonly string[];
  /** Ids of the participant's infusions. */
  readonly infusions: readonly string[];
}

export interface Report extends Omit<Details, 'zone'> {
  readonly zone?: string;
  readonly sourceRecord?: SourceRecord;
}

/**
 * Records that something happened, with whatever is known. A person's report names its reporter, and the protocol's
 * products as suspect, unless it says otherwise; a source's report is kept as the source says it.
 */
export function reportAdverseEvent(
  report: Report,
  state: AdverseEventState,
  context: Context<ReportingFacts>,
): Decision<AdverseEventEvent> {
  const { facts, target, actor, commandId } = context;
  const zone = report.zone ?? facts.zone;
  const wrong = wrongDetails({ ...report, zone }, facts, context);
  if (wrong) return wrong;
  const { sourceRecord, ...said } = report;
  const defaults = sourceRecord ? {} : { reporter: actor.user, suspectProducts: facts.products };
  const details: Details = withoutAbsent({ ...defaults, ...withoutAbsent(said), zone });
  const seen = seenBefore(state.imported, sourceRecord, details);
  if (isRejection(seen)) return seen;
  if (seen === 'known' || state.of) return [];
  const { trial, participant } = target as { trial: string; participant: string };
  const adverseEvent = adverseEventIdOf({ trial, participant }, commandId, sourceRecord);
  const { protocolVersion } = facts;
  const ids = withoutAbsent({ adverseEvent, trial, participant, protocolVersion, sourceRecord });
  const { onset } = details;
  const occurredAt = onset === undefined ? undefined : { at: onset, zone };
  const data = { ...ids, ...details };
  return flagged([{ type: 'AdverseEventReported', data, occurredAt }], state, context);
}

/** New information about a reported event, field by field. Null says that something turned out to be unknown. */
export function amendAdverseEvent(
  { reason, ...given }: Amendment & { readonly reason: Reason },
  state: AdverseEventState,
  context: Context<ReportingFacts>,
): Decision<AdverseEventEvent> {
  const closed = notOpen(state, context);
  if (closed || !state.details) return closed ?? [];
  const wrong = wrongDetails({ ...state.details, ...given }, context.facts, context);
  if (wrong) return wrong;
  const current = state.details as unknown as JsonObject;
  const { changed, previous } = changesOf(current, withoutAbsent(given) as JsonObject);
  if (Object.keys(changed).length === 0) return [];
  if (changed.term === null || changed.zone === null) {
    const field = changed.term === null ? 'term' : 'zone';
    return invalid('AE-TERM', field, 'An adverse event keeps a term and a zone.');
  }
  const data = changed as Amendment;
  return flagged([{ type: 'AdverseEventAmended', data, previous, reason }], state, context);
}

/** Nothing is deleted: a void event stays readable with its reason, and takes nothing any more. */
export function voidAdverseEvent(
  { reason }: { readonly reason: Reason },
  state: AdverseEventState,
  context: Context,
): Decision<AdverseEventEvent> {
  if (state.voided && isOf(state, context.target)) return [];
  return notOpen(state, context) ?? [{ type: 'AdverseEventVoided', data: {}, reason }];
}

/** As `changesBetween`, but a null for what was not known is no change, and key order makes none. */
function changesOf(current: JsonObject, given: JsonObject): ReturnType<typeof changesBetween> {
  const different = Object.entries(given).filter(
    ([field, value]) => canonicalJson(value) !== canonicalJson(current[field] ?? null),
  );
  return changesBetween(current, Object.fromEntries(different));
}

function wrongDetails(
  details: { readonly [Field in keyof Details]?: Details[Field] | null },
  { infusions }: ReportingFacts,
  context: Context<ReportingFacts>,
): Rejection | undefined {
  const { term, zone, onset, end, awareAt, relatedInfusions } = details;
  if (typeof term === 'string' && term.trim() === '') {
    return invalid('AE-TERM', 'term', 'Say what happened, in the words of the reporter.');
  }
  const known = zone ?? context.facts.zone;
  const stranger = (relatedInfusions ?? []).findIndex(id => !infusions.includes(id));
  return (
    wrongZone('zone', known) ??
    wrongDate('onset', onset, known, context) ??
    wrongDate('end', end, known, context) ??
    wrongTime('awareAt', awareAt, context) ??
    (stranger < 0
      ? undefined
      : invalid('AE-INFUSION', `relatedInfusions[${stranger}]`, 'This participant has no such infusion.'))
  );
}
