import {
  isPartialDate,
  spanOf,
  type JsonObject,
  type PartialDate,
  type RecordedEvent,
} from '@platform/kernel';
import type { DepartureCategory, EnrollmentState } from '@trial/participants';
import { isSeriousOrMeets, isSusar, meetsSeriousness, type AdverseEventState } from '@trial/safety';
import { startOf, type Infusion, type TreatmentState } from '@trial/treatment';
import type { AlertKind } from './kinds';

/** What an event may be an alert of: the ids of what it is about. */
export interface Candidate {
  readonly about: Readonly<Record<string, string>>;
  /** It concerns the trial, although the event happened at a site. */
  readonly trialWide?: boolean;
}

const nothingMore: Candidate = { about: {} };

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

// Adverse events

/** The event's stream is an adverse event's, whatever the type: corrections have one type for all streams. */
const ofAdverseEvent = ({ metadata: { subject } }: RecordedEvent): Candidate | undefined =>
  subject.adverseEvent === undefined ? undefined : { about: { adverseEvent: subject.adverseEvent } };

type Judgement = (state: AdverseEventState) => boolean;

/** Only the event that makes it so raises an alert: said again in other words it is no news. */
const turns =
  (into: Judgement) =>
  ({ adverseEvent }: AlertFacts): boolean =>
    adverseEvent !== undefined && into(adverseEvent.after) && !into(adverseEvent.before);

/** A void event is none. */
const standing =
  (judgement: Judgement): Judgement =>
  state =>
    state.voided === undefined && judgement(state);

const isFatal: Judgement = ({ seriousness, severity, outcome }) =>
  seriousness?.death === true || severity?.grade === 5 || outcome?.outcome === 'fatal';

/** Whether an event’s own content can bring a judgement about. Most cannot, and then nobody looks at the facts. */
type Hint = (data: JsonObject) => boolean;

const adverseEventRule = (
  id: string,
  kind: AlertKind,
  hints: Readonly<Record<string, Hint>>,
  into: Judgement,
): AlertRule => ({
  id,
  kind,
  takes: [...Object.keys(hints), 'ValueCorrected'],
  needs: ['adverseEvent'],
  consider: event => (hints[event.type]?.(event.data) === false ? undefined : ofAdverseEvent(event)),
  holds: turns(standing(into)),
});

const saysSerious: Hint = data => data.serious === true || meetsSeriousness(data);

const serious = adverseEventRule('ALERT-SAE', 'sae', { SeriousnessAssessed: saysSerious }, isSeriousOrMeets);

const susar = adverseEventRule(
  'ALERT-SUSAR',
  'susar',
  {
    SeriousnessAssessed: saysSerious,
    CausalityAssessed: ({ related }) => related === true,
    ExpectednessAssessed: ({ expected }) => expected === false,
    AdverseEventAmended: ({ suspectProducts }) => suspectProducts !== undefined,
  },
  isSusar,
);

const fatal = adverseEventRule(
  'ALERT-DEATH',
  'death',
  {
    SeriousnessAssessed: ({ death }) => death === true,
    SeverityAssessed: ({ grade }) => grade === 5,
    AdverseEventOutcomeRecorded: ({ outcome }) => outcome === 'fatal',
  },
  isFatal,
);

/** The participant's status, which the investigator records apart from any adverse event. */
const died: AlertRule = {
  id: 'ALERT-DEATH-STATUS',
  kind: 'death',
  takes: ['ParticipantStatusChanged'],
  needs: [],
  consider: ({ data }) => (data.status === 'died' ? nothingMore : undefined),
};

// Infusions

const severeReactions = ({ infusions }: TreatmentState): string[] =>
  infusions.flatMap(({ reactions }) =>
    reactions.filter(({ grade }) => grade >= 3).map(({ reaction }) => reaction),
  );

const reaction: AlertRule = {
  id: 'ALERT-INFUSION-REACTION',
  kind: 'infusionReaction',
  takes: ['InfusionReactionRecorded', 'ValueCorrected'],
  needs: ['treatment'],
  consider: ({ stream, type, data, metadata: { subject } }) => {
    if (type === 'ValueCorrected') return stream.startsWith('treatment-') ? nothingMore : undefined;
    if (Number(data.grade) < 3) return undefined;
    return { about: texts({ infusion: data.infusion ?? subject.infusion, reaction: data.reaction }) };
  },
  holds: ({ treatment }) => {
    if (!treatment) return false;
    const before = severeReactions(treatment.before);
    return severeReactions(treatment.after).some(each => !before.includes(each));
  },
};

const dayMs = 24 * 60 * 60_000;

interface Span {
  readonly from: number;
  readonly until: number;
}

/** From the start to a day behind the last step that is known. */
function reachOf(infusion: Infusion): Span | undefined {
  const start = startOf(infusion);
  if (!start) return undefined;
  const ends = infusion.steps.map(({ at, zone }) => spanOf({ at, zone }).until);
  return { from: spanOf(start).from, until: Math.max(...ends) + dayMs };
}

/**
 * Whether an adverse event may have begun during an infusion or within a day after it. A date that is known in part
 * counts when it may be meant; one that is not known at all may lie anywhere before the report.
 */
export function mayFollowInfusion(
  { details, reportedAt }: AdverseEventState,
  { infusions }: TreatmentState,
): boolean {
  if (!details || reportedAt === undefined) return false;
  const onset = spanOfOnset(details.onset, details.zone, reportedAt);
  return infusions.some(infusion => {
    const reach = reachOf(infusion);
    return reach !== undefined && onset.from < reach.until && reach.from < onset.until;
  });
}

const spanOfOnset = (onset: PartialDate | undefined, zone: string, reportedAt: string): Span =>
  onset !== undefined && isPartialDate(onset)
    ? spanOf({ at: onset, zone })
    : { from: Number.NEGATIVE_INFINITY, until: Date.parse(reportedAt) + 1 };

const nearInfusion: AlertRule = {
  id: 'ALERT-AE-NEAR-INFUSION',
  kind: 'infusionReaction',
  takes: ['AdverseEventReported', 'AdverseEventAmended', 'ValueCorrected'],
  needs: ['adverseEvent', 'treatment'],
  consider: event =>
    event.type === 'AdverseEventAmended' && event.data.onset === undefined
      ? undefined
      : ofAdverseEvent(event),
  holds: ({ adverseEvent, treatment }) => {
    if (!treatment) return false;
    return turns(standing(state => mayFollowInfusion(state, treatment.after)))({ adverseEvent });
  },
};

// Obligations and stopping rules

const obligation = (share: 50 | 80 | 100): AlertRule => ({
  id: `ALERT-OBLIGATION-${share}`,
  kind: 'obligation',
  takes: [share === 100 ? 'ObligationMissed' : 'ObligationThresholdReached'],
  needs: [],
  consider: ({ data, metadata: { subject } }) => {
    if (share !== 100 && data.share !== share) return undefined;
    return {
      about: texts({ obligation: data.obligation, rule: data.rule, adverseEvent: subject.adverseEvent }),
    };
  },
});

const stopping: AlertRule = {
  id: 'ALERT-STOPPING-SIGNAL',
  kind: 'stoppingSignal',
  takes: ['StoppingSignalRaised'],
  needs: [],
  consider: ({ data }) => ({ about: texts({ rule: data.rule }) }),
};

// Enrollment

const enrollmentAt = (share: 90 | 100): AlertRule => ({
  id: `ALERT-ENROLLMENT-${share}`,
  kind: 'enrollment',
  takes: ['EnrollmentReserved'],
  needs: ['enrollment'],
  consider: () => ({ about: {}, trialWide: true }),
  holds: ({ enrollment, enrollmentTarget }) => {
    if (!enrollment || enrollmentTarget === undefined) return false;
    const needed = Math.ceil((enrollmentTarget * share) / 100);
    return enrollment.after.places.length >= needed && enrollment.before.places.length < needed;
  },
});

// Deviations

const alarming: readonly DepartureCategory[] = ['safety', 'consent'];
const isAlarming = (category: unknown): boolean => alarming.some(each => each === category);

const deviation: AlertRule = {
  id: 'ALERT-DEVIATION',
  kind: 'deviation',
  takes: ['DeviationRaised', 'DeviationAssessed'],
  needs: [],
  consider: ({ data, metadata: { subject, previous } }) =>
    isAlarming(data.category) && !isAlarming(previous?.category)
      ? { about: texts({ deviation: subject.deviation, category: data.category, severity: data.severity }) }
      : undefined,
};

// Deliveries

/** A message that was given up. That a message about such a lag is lost raises no further alert. */
const abandoned: AlertRule = {
  id: 'ALERT-DELIVERY-ABANDONED',
  kind: 'lag',
  takes: ['AlertDeliveryFailed'],
  needs: [],
  consider: ({ data, metadata: { subject } }) =>
    data.nextAttemptAt === undefined && data.kind !== 'lag'
      ? {
          about: texts({
            alert: subject.alert,
            recipient: data.recipient,
            channel: data.channel,
            failure: data.failure,
          }),
        }
      : undefined,
};

export const alertRules: readonly AlertRule[] = [
  serious,
  susar,
  fatal,
  died,
  reaction,
  nearInfusion,
  obligation(50),
  obligation(80),
  obligation(100),
  stopping,
  enrollmentAt(90),
  enrollmentAt(100),
  deviation,
  abandoned,
];

const texts = (ids: JsonObject | Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ids).filter((each): each is [string, string] => typeof each[1] === 'string'),
  );
