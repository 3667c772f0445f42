import { filled, type CommandStep, type JobStep, type Reaction } from '@platform/commands';
import { formatPosition, type RecordedEvent } from '@platform/kernel';
import { siteOfParticipant } from '@trial/access';
import { ConsiderAlert } from './alerting.commands';
import { alertIdOf } from './domain/alert';
import { alertRules } from './domain/rules';
import { workAfter } from './domain/work';

/** Alerts of one event do not mind those of another, and somebody waits for each. */
const atOnce = 32;

/**
 * Every event that a rule takes up is considered under that rule. What an import brings raises nothing: history is no
 * news.
 */
export const considerAlerts: Reaction<CommandStep> = {
  name: 'consider-alerts',
  takes: [...new Set(alertRules.flatMap(({ takes }) => takes))],
  concurrency: atOnce,
  urgent: true,
  react: event =>
    event.metadata.source === 'import' ? [] : alertRules.flatMap(rule => consider(event, rule)),
};

function consider(event: RecordedEvent, rule: (typeof alertRules)[number]): CommandStep[] {
  const { id, type, position, metadata } = event;
  const { trial, participant, adverseEvent } = metadata.subject;
  const candidate = rule.takes.includes(type) ? rule.consider(event) : undefined;
  if (!candidate || trial === undefined) return [];
  const command = filled(ConsiderAlert, {
    rule: rule.id,
    event: id,
    eventType: type,
    position: formatPosition(position),
    about: candidate.about,
  });
  const site = metadata.subject.site ?? siteOfParticipant(participant ?? '');
  const place = {
    ...(site !== '' && { site }),
    ...(participant !== undefined && { participant }),
    ...(adverseEvent !== undefined && { adverseEvent }),
  };
  const target = { trial, ...(candidate.trialWide ? {} : place), alert: alertIdOf(id, rule.id) };
  return [{ command, target }];
}

const jobsOf = (event: RecordedEvent): JobStep[] => workAfter(event).map(job => ({ job }));

/** Messages that are to be sent, now or once more. */
export const followAlerts: Reaction<JobStep> = {
  name: 'follow-alerts',
  takes: ['AlertEscalated', 'AlertDeliveryFailed'],
  concurrency: atOnce,
  urgent: true,
  react: jobsOf,
};

/** The later steps of ladders. They have minutes, so that messages that wait go first. */
export const prepareSteps: Reaction<JobStep> = {
  name: 'prepare-alert-steps',
  takes: ['AlertRaised'],
  concurrency: atOnce,
  react: jobsOf,
};
