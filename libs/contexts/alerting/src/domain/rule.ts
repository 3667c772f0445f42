import type { JsonObject, RecordedEvent } from '@platform/kernel';
import type { EnrollmentState } from '@trial/participants';
import type { AdverseEventState } from '@trial/safety';
import type { TreatmentState } from '@trial/treatment';
import type { AlertKind } from './kinds';

/** What an event may be an alert of: the ids of what it is about. */
export interface Candidate {
  readonly about: Readonly<Record<string, string>>;
  /** It concerns the trial, although the event happened at a site. */
  readonly trialWide?: boolean;
}

export const nothingMore: Candidate = { about: {} };

/** A stream as it stood right before the event and right after it. */
export interface Change<State> {
  readonly before: State;
  readonly after: State;
}

/** States of other streams, as of the event; those that a rule asks for. */
export interface AlertFacts {
  readonly adverseEvent?: Change<AdverseEventState>;
  readonly treatment?: Change<TreatmentState>;
  readonly enrollment?: Change<EnrollmentState>;
  /** How many the protocol version in force plans; absent where it plans no number. */
  readonly enrollmentTarget?: number;
}

export type AlertFact = 'adverseEvent' | 'treatment' | 'enrollment';

/**
 * From a recorded event to an alert or none. `consider` looks at the event alone and may say yes too often; `holds`
 * decides on the facts as they stood then.
 */
export interface AlertRule {
  readonly id: string;
  readonly kind: AlertKind;
  readonly takes: readonly string[];
  readonly needs: readonly AlertFact[];
  consider(event: RecordedEvent): Candidate | undefined;
  holds?(facts: AlertFacts, about: Candidate['about']): boolean;
}

/** The event's stream is an adverse event's, whatever the type: corrections have one type for all streams. */
export const ofAdverseEvent = ({ metadata: { subject } }: RecordedEvent): Candidate | undefined =>
  subject.adverseEvent === undefined ? undefined : { about: { adverseEvent: subject.adverseEvent } };

export type Judgement = (state: AdverseEventState) => boolean;

/** Only the event that makes it so raises an alert: said again in other words it is no news. */
export const turns =
  (into: Judgement) =>
  ({ adverseEvent }: AlertFacts): boolean =>
    adverseEvent !== undefined && into(adverseEvent.after) && !into(adverseEvent.before);

/** A void event is none. */
export const standing =
  (judgement: Judgement): Judgement =>
  state =>
    state.voided === undefined && judgement(state);

export const texts = (ids: JsonObject | Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ids).filter((each): each is [string, string] => typeof each[1] === 'string'),
  );
