import { filled } from '@platform/commands';
import {
  formatPosition,
  streamName,
  type DomainEvent,
  type RecordedEvent,
  type Subject,
} from '@platform/kernel';
import { recorded } from '@platform/views/testing';
import { ConsiderAlert } from './alerting.commands';
import { alertIdOf } from './domain/alert';
import { alert, escalated, investigator, raised, safetyOfficer, trial } from './testing/alerts';
import { considerAlerts, followAlerts, prepareSteps } from './reactions';

const target = { trial, site: '03', participant: '03-007', adverseEvent: 'ae-1' };
const event = (given: DomainEvent, subject: Subject = target): RecordedEvent =>
  recorded([{ stream: streamName('adverseEvent', 'ae-1'), event: given, subject }])[0]!;

const assessed = event({ type: 'SeriousnessAssessed', data: { serious: true } });

test('consider-alerts asks each rule that may hold, with an alert of its own', () => {
  const { id, position } = assessed;
  const expected = ['ALERT-SAE', 'ALERT-SUSAR'].map(rule => ({
    command: filled(ConsiderAlert, {
      ...{ rule, event: id, eventType: 'SeriousnessAssessed', position: formatPosition(position) },
      about: { adverseEvent: 'ae-1' },
    }),
    target: { ...target, alert: alertIdOf(id, rule) },
  }));
  expect(considerAlerts.react(assessed)).toEqual(expected);
});

test('consider-alerts does nothing for an import, and for what no rule takes up', () => {
  const imported = { ...assessed, metadata: { ...assessed.metadata, source: 'import' as const } };
  expect(considerAlerts.react(imported)).toEqual([]);
  expect(considerAlerts.react(event({ type: 'DeviationRaised', data: { category: 'eligibility' } }))).toEqual(
    [],
  );
});

test('consider-alerts asks about the trial where the place does not matter', () => {
  const reserved = event(
    { type: 'EnrollmentReserved', data: {} },
    { trial, site: '03', participant: '03-007' },
  );
  expect(considerAlerts.react(reserved).map(step => step.target)).toEqual(
    ['ALERT-ENROLLMENT-90', 'ALERT-ENROLLMENT-100'].map(rule => ({
      trial,
      alert: alertIdOf(reserved.id, rule),
    })),
  );
});

test('prepare-alert-steps makes jobs of the steps that have not begun', () => {
  const steps = prepareSteps.react(event(raised(), { trial, alert }));
  expect(steps.map(({ job }) => job.id)).toEqual([1, 2].map(step => `alert-step.${alert}.${step}`));
});

test('follow-alerts makes a job of each message of a step, and is not asked about the raising', () => {
  const steps = followAlerts.react(event(escalated(0, investigator, safetyOfficer), { trial, alert }));
  expect(steps.map(({ job }) => job.refs.recipient)).toEqual([investigator.user, safetyOfficer.user]);
  expect(followAlerts.takes).not.toContain('AlertRaised');
});
