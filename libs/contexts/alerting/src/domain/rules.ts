import type { JsonObject } from '@platform/kernel';
import type { DepartureCategory } from '@trial/participants';
import { isSeriousOrMeets, isSusar, meetsSeriousness } from '@trial/safety';
import { infusionAlertRules } from './infusion-rules';
import type { AlertKind } from './kinds';
import { nothingMore, ofAdverseEvent, standing, texts, turns, type AlertRule, type Judgement } from './rule';

// Adverse events

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
  ...infusionAlertRules,
  obligation(50),
  obligation(80),
  obligation(100),
  stopping,
  enrollmentAt(90),
  enrollmentAt(100),
  deviation,
  abandoned,
];
