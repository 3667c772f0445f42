import {
  absent,
  eventIdOf,
  invalid,
  isAfterInstant,
  isPartialDate,
  type ClinicalTime,
  type DecisionContext,
  type PartialDate,
  type Rejection,
} from '@platform/kernel';
import type { Analyte, EvidenceNeeded, ProtocolDefinition, TrialStatus } from '@trial/protocol';
import type { ReferenceRange, SiteStatus } from '@trial/sites';
import type { EntryEvent, EntryType, EntryTypes, ParticipantState } from './participant';

/**
 * What a decision about a participant may know of the trial and of the site: look-ups without side effects in
 * states that were read for it, and that the envelope cites.
 */
export interface TrialFacts {
  readonly site: string;
  /** IANA zone of the site's days. */
  readonly zone: string;
  readonly siteStatus?: SiteStatus;
  readonly trialStatus?: TrialStatus;
  /** The version in force on a day; undefined before the first, and for a date too coarse to tell. */
  versionOn(day: PartialDate): string | undefined;
  /** Label of the first version that was published, for a source that is older or coarser than it. */
  readonly firstVersion?: string;
  protocol(version: string): ProtocolDefinition | undefined;
  /** The statements that a version's criteria ask for; undefined when there is no such version. */
  statementsAsked(version: string): EvidenceNeeded['attestations'] | undefined;
  /** Undefined when the site has no approved consent version on record at all. */
  consentApproved(version: string, day: PartialDate): boolean | undefined;
  /** Undefined when the site has no ethics approval on record at all. */
  ethicsApproved(day: PartialDate): boolean | undefined;
  rangeOn(sample: {
    readonly analyte: string;
    readonly day: PartialDate;
    readonly sex?: string;
    readonly laboratory?: string;
  }): ReferenceRange | undefined;
  analyte(code: string): Analyte | undefined;
}

export type Context<Facts extends TrialFacts = TrialFacts> = Pick<
  DecisionContext<Facts>,
  'recordedAt' | 'actor' | 'commandId' | 'facts'
>;

export const unknownParticipant = absent(
  'PARTICIPANT-UNKNOWN',
  'No participant was prescreened under this number in this trial.',
);

/** Nothing is recorded of somebody who was not prescreened. */
export const notPrescreened = (state: ParticipantState): Rejection | undefined =>
  state.site === undefined ? unknownParticipant : undefined;

/** A date that exists and that is not wholly in the future. */
export function wrongDate(
  field: string,
  date: PartialDate | undefined,
  { recordedAt, facts }: Pick<Context, 'recordedAt' | 'facts'>,
): Rejection | undefined {
  if (date === undefined) return undefined;
  if (!isPartialDate(date)) {
    return invalid(
      'RECORD-DATE',
      field,
      `This is no date: write 2024, 2024-03, 2024-03-05 or 2024-03-05T10:30.`,
    );
  }
  if (!isAfterInstant({ at: date, zone: facts.zone }, recordedAt)) return undefined;
  return invalid('RECORD-FUTURE', field, `${date} has not come yet at the site (${facts.zone}).`);
}

/** When it happened, for the envelope; absent where the source does not say. */
export const happened = (at: PartialDate | undefined, { zone }: TrialFacts): ClinicalTime | undefined =>
  at === undefined ? undefined : { at, zone };

/** An entry event whose data hold no undefined members. */
export const entry = <Type extends EntryType>(
  type: Type,
  data: EntryTypes[Type],
  more: Pick<EntryEvent<Type>, 'occurredAt' | 'previous' | 'reason'> = {},
): EntryEvent<Type> => ({ type, data, ...more });

/** Id of the event that this decision puts at an index. */
export const ownEventId = ({ commandId }: Pick<Context, 'commandId'>, index: number): string =>
  eventIdOf(commandId, index);
