import { decisionContext } from '@platform/kernel/testing';
import { alertDecider, type AlertEvent, type AlertState, type RaisedAlert } from '../domain/alert';
import type { ContactState } from '../domain/contact';
import type { Reachable } from '../domain/delivering';
import { defaultLadder } from '../domain/policy';

/* An alert that tests begin with: a serious adverse event at site 03, raised at 07:00 UTC. */

export const trial = 'NCT05794425';
export const alert = '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';
export const raisedAt = '2024-03-05T07:00:00.000Z';

export const raised = (over: Partial<RaisedAlert> = {}): AlertEvent => ({
  type: 'AlertRaised',
  data: {
    ...{ kind: 'sae', rule: 'ALERT-SAE', priority: 'high', trial, site: '03', participant: '03-007' },
    about: { adverseEvent: 'ae-1' },
    cause: { event: 'event-1', type: 'SeriousnessAssessed', position: '7' },
    ladder: defaultLadder,
    ...over,
  },
});

/** The kernel's own context stands an hour after the alert was raised. */
export const at = (recordedAt = raisedAt) =>
  decisionContext({ recordedAt, target: { trial, site: '03', alert } });

export const webhookPoint = (point: string): ContactState => ({
  points: [{ point, address: { channel: 'webhook', url: `https://${point}.example.org`, secret: point } }],
  superseded: [],
});

export const person = (
  user: string,
  roles: readonly string[],
  contact: ContactState = webhookPoint(`point-of-${user}`),
): Reachable => ({ user, roles, contact });

export const investigator = person('investigator-03', ['investigator']);
export const safetyOfficer = person('safety-officer-01', ['safetyOfficer']);

export const escalated = (step: number, ...people: readonly Reachable[]): AlertEvent => ({
  type: 'AlertEscalated',
  data: {
    step,
    recipients: people.map(({ user, contact }) => ({
      user,
      points: contact.points.map(({ point, address: { channel } }) => ({ point, channel })),
    })),
  },
});

/** Everything recorded at the moment of the raising. */
export const stateAfter = (...events: readonly AlertEvent[]): AlertState =>
  events.reduce(
    (state, event, revision) =>
      alertDecider.evolve(state, event, { id: `event-${revision}`, revision, recordedAt: raisedAt }),
    alertDecider.initial,
  );
