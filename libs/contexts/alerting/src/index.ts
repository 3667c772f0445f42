import type { Reaction } from '@platform/commands';
import type { View } from '@platform/views';
import { considerAlerts, followAlerts, prepareSteps } from './reactions';
import { alertInbox } from './views/alert-inbox';

export { alertDecider, alertIdOf, alertStream, type AlertEvent, type AlertState } from './domain/alert';
export { contactDecider, contactStream, type ContactEvent, type ContactState } from './domain/contact';
export { alertKinds, type AlertKind, type AlertPriority } from './domain/kinds';
export {
  defaultLadder,
  defaultPolicy,
  policyDecider,
  policyStream,
  type AlertPolicy,
  type AlertPolicyEvent,
  type LadderStep,
} from './domain/policy';
export type { AlertRule } from './domain/rule';
export { alertRules } from './domain/rules';
export {
  AcknowledgeAlert,
  AddContactPoint,
  ClearQuietHours,
  CloseAlert,
  RemoveContactPoint,
  SetAlertPolicy,
  SetQuietHours,
} from './alerting.commands';
export { AlertingModule } from './alerting.module';
export { FollowAlerts, ListAlerts, ReadAlert, ReadAlertPolicy, ReadContactPoints } from './alerting.queries';
export { AlertOffice } from './running/alert-office';
export { ALERTING_OPTIONS, type AlertingOptions } from './running/alerting-options';
export { workAfter } from './domain/work';
export type { AlertListed } from './views/alert-inbox';

export const alertingViews: readonly View[] = [alertInbox];

/** From events to alerts, and from alerts to the jobs that carry them. */
export const alertingReactions: readonly Reaction[] = [considerAlerts, followAlerts, prepareSteps];
