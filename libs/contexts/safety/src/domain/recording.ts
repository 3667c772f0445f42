import {
  absent,
  conflict,
  eventIdOf,
  invalid,
  isAfterInstant,
  isPartialDate,
  isZone,
  type ClinicalTime,
  type DecisionContext,
  type PartialDate,
  type Reason,
  type Rejection,
} from '@platform/kernel';
import { adverseEventDecider, type AdverseEventState } from './adverse-event';
import { contradictionsOf, type ContradictionId } from './contradictions';
import type { AdverseEventEvent } from './events';

/** What decisions on adverse events share. */
export type Context<Facts = unknown> = Pick<
  DecisionContext<Facts>,
  'recordedAt' | 'actor' | 'commandId' | 'facts'
> & {
  /** Ids of the request's path. */
  readonly target: Readonly<Record<string, string>>;
};

const unknownEvent = absent('AE-UNKNOWN', 'This participant has no such adverse event.');

/**
 * An event that is none of the participant named in the path is not found, and nothing more is said: whether it is
 * somebody else's is none of the caller's business. A void one takes nothing any more.
 */
export function notOpen(
  state: AdverseEventState,
  { target }: Pick<Context, 'target'>,
): Rejection | undefined {
  if (!isOf(state, target)) return unknownEvent;
  if (!state.voided) return undefined;
  return conflict('AE-VOIDED', 'This adverse event was voided. Report it anew if it has happened after all.');
}

export const isOf = ({ of }: AdverseEventState, target: Context['target']): boolean =>
  of !== undefined && of.trial === target.trial && of.participant === target.participant;

/** The events of one decision; the last carries the contradictions that come into the record with them. */
export function flagged(
  events: readonly AdverseEventEvent[],
  state: AdverseEventState,
  { commandId, recordedAt }: Pick<Context, 'commandId' | 'recordedAt'>,
): AdverseEventEvent[] {
  const next = events.reduce(
    (known, event, index) =>
      adverseEventDecider.evolve(known, event, { id: eventIdOf(commandId, index), revision: -1, recordedAt }),
    state,
  );
  const before = contradictionsOf(state);
  const flags = contradictionsOf(next).filter(id => !before.includes(id));
  const [last] = events.slice(-1);
  if (!last || flags.length === 0) return [...events];
  return [...events.slice(0, -1), withFlags(last, flags)];
}

const withFlags = <Event extends AdverseEventEvent>(
  event: Event,
  flags: readonly ContradictionId[],
): Event => ({
  ...event,
  data: { ...event.data, flags },
});

/** A change of what was recorded says why (21 CFR 11.10(e), ICH E6(R3) 4.2.2). */
export const withoutReason = (reason: Reason | undefined, changes: boolean): Rejection | undefined =>
  changes && !reason
    ? invalid('AE-REASON', 'reason', 'This was assessed before. Say why it is assessed otherwise now.')
    : undefined;

/** A date that does not exist, or that lies wholly in the future: it cannot have happened. */
export function wrongDate(
  field: string,
  at: PartialDate | null | undefined,
  zone: string,
  { recordedAt }: Pick<Context, 'recordedAt'>,
): Rejection | undefined {
  if (at === undefined || at === null) return undefined;
  if (!isPartialDate(at)) {
    return invalid('AE-DATE', field, 'This is no date that exists: write 2024, 2024-03 or 2024-03-05T10:30.');
  }
  return isAfterInstant({ at, zone }, recordedAt)
    ? invalid('AE-FUTURE', field, `${at} (${zone}) has not come yet. What is recorded has happened.`)
    : undefined;
}

export const wrongZone = (field: string, zone: string): Rejection | undefined =>
  isZone(zone)
    ? undefined
    : invalid('AE-ZONE', field, 'This is no zone of the IANA database, such as Asia/Shanghai.');

export const wrongTime = (
  field: string,
  time: ClinicalTime | null | undefined,
  context: Pick<Context, 'recordedAt'>,
): Rejection | undefined =>
  time
    ? (wrongZone(`${field}.zone`, time.zone) ?? wrongDate(`${field}.at`, time.at, time.zone, context))
    : undefined;

/** Without members that are undefined: what nobody said is no field of the event. */
export const withoutAbsent = <Data extends object>(data: Data): Data =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Data;
