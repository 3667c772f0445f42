import type { Decider, Decision, DomainEvent, JsonObject, RecordedEvent, Subject } from '@platform/kernel';
import { scenario } from '@platform/kernel/testing';
import { recorded } from '@platform/views/testing';
import { enrollmentDecider, type EnrollmentState } from '@trial/participants';
import { adverseEventDecider, type AdverseEventEvent, type AdverseEventState } from '@trial/safety';
import { treatmentDecider, type TreatmentEvent, type TreatmentState } from '@trial/treatment';
import { alert, escalated, investigator, raisedAt, safetyOfficer, trial } from '../testing/alerts';
import { alertDecider, type AlertEvent } from './alert';
import type { EscalationFacts } from './delivering';
import { defaultLadder, noPolicy } from './policy';
import { considerAlert, raiseLag, ruleOf, type RaisingFacts } from './raising';
import type { AlertFacts, AlertRule, Candidate } from './rule';
import { alertRules } from './rules';

const zone = 'Asia/Shanghai';
const ofEvent: Subject = { trial, site: '03', participant: '03-007', adverseEvent: 'ae-1' };

const rule = (id: string): AlertRule => {
  const found = ruleOf(id);
  if ('rejected' in found) throw new Error(id);
  return found;
};

const event = (type: string, data: JsonObject, subject: Subject = ofEvent, stream = 'adverseEvent-ae-1') =>
  recorded([{ stream: stream as RecordedEvent['stream'], event: { type, data }, subject }])[0]!;

const fold = <State, Event extends DomainEvent>(
  decider: Decider<State, Event>,
  events: readonly Event[],
): State =>
  events.reduce(
    (state, each, revision) =>
      decider.evolve(state, each, { id: `event-${revision}`, revision, recordedAt: raisedAt }),
    decider.initial,
  );

const report = (onset?: string): AdverseEventEvent => ({
  type: 'AdverseEventReported',
  data: {
    adverseEvent: 'ae-1',
    trial,
    participant: '03-007',
    term: 'Fever',
    onset,
    zone,
    suspectProducts: ['MSC'],
  },
});
const serious = (more: object = {}): AdverseEventEvent => ({
  type: 'SeriousnessAssessed',
  data: { serious: true, hospitalisation: true, ...more },
});
const unexpected: AdverseEventEvent = {
  type: 'ExpectednessAssessed',
  data: { expected: false, rsiVersion: 'IB 4', rsiFrom: '2023-06-01' },
};
const unrelated: AdverseEventEvent = {
  type: 'CausalityAssessed',
  data: { assessor: 'investigator', term: 'notRelated', related: false, scale: 'five' },
};
const voided: AdverseEventEvent = { type: 'AdverseEventVoided', data: {} };
const stateOf = (...events: AdverseEventEvent[]) =>
  fold<AdverseEventState, AdverseEventEvent>(adverseEventDecider, events);

const holds = (
  id: string,
  before: AdverseEventEvent[],
  last: AdverseEventEvent,
  facts: AlertFacts = {},
): boolean => {
  const change = { before: stateOf(...before), after: stateOf(...before, last) };
  return rule(id).holds!({ adverseEvent: change, ...facts }, {});
};

describe('an adverse event', () => {
  test('alerts when it turns serious, on either reading, and not when that is said again', () => {
    expect(holds('ALERT-SAE', [report()], serious())).toBe(true);
    expect(holds('ALERT-SAE', [report()], serious({ serious: false, death: true }))).toBe(true);
    expect(holds('ALERT-SAE', [report(), serious()], serious({ lifeThreatening: true }))).toBe(false);
    const not = serious({ serious: false, hospitalisation: false });
    expect(holds('ALERT-SAE', [report()], not)).toBe(false);
    expect(holds('ALERT-SAE', [report(), serious(), not], serious())).toBe(true);
    expect(holds('ALERT-SAE', [report(), serious()], voided)).toBe(false);
    expect(rule('ALERT-SAE').consider(event('SeriousnessAssessed', { serious: false }))).toBeUndefined();
    expect(rule('ALERT-SAE').consider(event('SeriousnessAssessed', { serious: false, death: true }))).toEqual(
      {
        about: { adverseEvent: 'ae-1' },
      },
    );
  });

  test('alerts when it turns out to be a SUSAR, by whichever assessment completes it', () => {
    expect(holds('ALERT-SUSAR', [report(), serious()], unexpected)).toBe(true);
    expect(holds('ALERT-SUSAR', [report(), unexpected], serious())).toBe(true);
    expect(holds('ALERT-SUSAR', [report(), serious(), unrelated], unexpected)).toBe(false);
    expect(holds('ALERT-SUSAR', [report(), serious(), unexpected], serious({ death: true }))).toBe(false);
  });

  test('alerts of a death by criterion, grade or outcome, once', () => {
    const grade: AdverseEventEvent = { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 5 } };
    const outcome: AdverseEventEvent = { type: 'AdverseEventOutcomeRecorded', data: { outcome: 'fatal' } };
    for (const last of [serious({ death: true }), grade, outcome]) {
      expect(holds('ALERT-DEATH', [report()], last)).toBe(true);
    }
    expect(holds('ALERT-DEATH', [report(), outcome], grade)).toBe(false);
  });

  test('that a correction makes serious alerts too', () => {
    const corrected: AdverseEventEvent = {
      type: 'ValueCorrected',
      data: { event: 'event-1', field: 'hospitalisation', value: true },
    };
    const not = serious({ serious: false, hospitalisation: false });
    expect(holds('ALERT-SAE', [report(), not], corrected)).toBe(true);
  });
});

describe('an adverse event near an infusion', () => {
  const planned: TreatmentEvent = {
    type: 'InfusionPlanned',
    data: { infusion: 'i-1', ordinal: 1, product: 'MSC', zone, plannedOn: '2024-03-04', units: [] },
  };
  const step = (type: 'InfusionStarted' | 'InfusionEnded', at: string) =>
    ({ type, data: { infusion: 'i-1', at, zone } }) as TreatmentEvent;
  const given = [
    planned,
    step('InfusionStarted', '2024-03-04T10:00'),
    step('InfusionEnded', '2024-03-04T11:00'),
  ];
  const treatment = fold<TreatmentState, TreatmentEvent>(treatmentDecider, given);
  const near = (onset: string | undefined, infused: TreatmentState = treatment): boolean =>
    holds('ALERT-AE-NEAR-INFUSION', [], report(onset), { treatment: { before: infused, after: infused } });

  test.each([
    ['2024-03-04T09:58', false],
    ['2024-03-04T10:00', true],
    ['2024-03-05T10:59', true],
    ['2024-03-05T11:01', false],
    ['2024-03-04', true],
    ['2024-03-05', true],
    ['2024-03-06', false],
    ['2024-03', true],
    ['2024', true],
    ['2024-02', false],
    [undefined, true],
  ])('with onset %s alerts: %s', (onset, expected) => {
    expect(near(onset)).toBe(expected);
  });

  test('needs one that has started', () => {
    expect(near('2024-03-04', fold<TreatmentState, TreatmentEvent>(treatmentDecider, [planned]))).toBe(false);
  });

  test('that turns out to have begun there alerts then', () => {
    const facts = { treatment: { before: treatment, after: treatment } };
    const amended: AdverseEventEvent = { type: 'AdverseEventAmended', data: { onset: '2024-03-04' } };
    expect(holds('ALERT-AE-NEAR-INFUSION', [report('2024-03-01')], amended, facts)).toBe(true);
    expect(holds('ALERT-AE-NEAR-INFUSION', [report('2024-03-04T10:30')], amended, facts)).toBe(false);
  });

  test('a reaction of grade 3 alerts, one of grade 2 does not until it is corrected', () => {
    const reacted = (grade: number) =>
      ({
        type: 'InfusionReactionRecorded',
        data: { infusion: 'i-1', reaction: 'r-1', term: 'Chills', grade, at: '2024-03-04T10:10', zone },
      }) as TreatmentEvent;
    const { consider, holds: holdsOn } = rule('ALERT-INFUSION-REACTION');
    const seen = (grade: number) => consider(event('InfusionReactionRecorded', reacted(grade).data as never));
    expect(seen(3)).toEqual({ about: { infusion: 'i-1', reaction: 'r-1' } });
    expect(seen(2)).toBeUndefined();
    const after = (grade: number) =>
      fold<TreatmentState, TreatmentEvent>(treatmentDecider, [...given, reacted(grade)]);
    expect(holdsOn!({ treatment: { before: treatment, after: after(3) } }, {})).toBe(true);
    expect(holdsOn!({ treatment: { before: after(2), after: after(4) } }, {})).toBe(true);
    expect(holdsOn!({ treatment: { before: after(3), after: after(4) } }, {})).toBe(false);
  });
});

const about = (id: string, given: RecordedEvent): Candidate | undefined => rule(id).consider(given);

test('a death as a status alerts, another status does not', () => {
  const changed = (status: string) =>
    event('ParticipantStatusChanged', { status }, { trial, participant: '03-007' });
  expect(about('ALERT-DEATH-STATUS', changed('died'))).toEqual({ about: {} });
  expect(about('ALERT-DEATH-STATUS', changed('completed'))).toBeUndefined();
});

test('an obligation alerts at 50 and 80 percent of its time, and when it is missed', () => {
  const data = { obligation: 'o-1', rule: 'CN-SUSAR-7' };
  const expected = { about: { ...data, adverseEvent: 'ae-1' } };
  const reached = (share: number) =>
    event('ObligationThresholdReached', { ...data, share }, ofEvent, 'reportingCase-1');
  expect(about('ALERT-OBLIGATION-50', reached(50))).toEqual(expected);
  expect(about('ALERT-OBLIGATION-50', reached(80))).toBeUndefined();
  expect(about('ALERT-OBLIGATION-80', reached(80))).toEqual(expected);
  expect(about('ALERT-OBLIGATION-100', event('ObligationMissed', data, ofEvent, 'reportingCase-1'))).toEqual(
    expected,
  );
  const stopping = event('StoppingSignalRaised', { rule: 'STOP-1' }, { trial }, 'stopping-1');
  expect(about('ALERT-STOPPING-SIGNAL', stopping)).toEqual({ about: { rule: 'STOP-1' } });
});

test('a deviation alerts when it is one of safety or consent, or turns out to be', () => {
  const of = { trial, site: '03', deviation: 'd-1' };
  const raised = (category: string) =>
    event('DeviationRaised', { category, severity: 'major' }, of, 'deviation-d-1');
  const expected = { about: { deviation: 'd-1', category: 'consent', severity: 'major' } };
  expect(about('ALERT-DEVIATION', raised('consent'))).toEqual(expected);
  expect(about('ALERT-DEVIATION', raised('eligibility'))).toBeUndefined();
  const assessed = (previous: string): RecordedEvent => {
    const given = event('DeviationAssessed', { category: 'consent', severity: 'major' }, of, 'deviation-d-1');
    return { ...given, metadata: { ...given.metadata, previous: { category: previous } } };
  };
  expect(about('ALERT-DEVIATION', assessed('eligibility'))).toEqual(expected);
  expect(about('ALERT-DEVIATION', assessed('safety'))).toBeUndefined();
});

test.each([
  [89, false, false],
  [90, true, false],
  [91, false, false],
  [99, false, false],
  [100, false, true],
  [101, false, false],
])('the %i-th place of 100 alerts at 90 %%: %s, at 100 %%: %s', (taken, ninety, full) => {
  const places = (count: number): EnrollmentState => ({
    ...enrollmentDecider.initial,
    places: Array.from({ length: count }, (_, index) => ({
      participant: `03-${index}`,
      event: String(index),
    })),
  });
  const facts = { enrollment: { before: places(taken - 1), after: places(taken) }, enrollmentTarget: 100 };
  expect(rule('ALERT-ENROLLMENT-90').holds!(facts, {})).toBe(ninety);
  expect(rule('ALERT-ENROLLMENT-100').holds!(facts, {})).toBe(full);
  expect(rule('ALERT-ENROLLMENT-100').holds!({ ...facts, enrollmentTarget: undefined }, {})).toBe(false);
});

test('a message that is given up alerts, unless it told of such a lag itself', () => {
  const failed = (more: JsonObject) =>
    event(
      'AlertDeliveryFailed',
      { recipient: 'u-1', channel: 'webhook', failure: 'gone', kind: 'sae', ...more },
      { trial, alert },
    );
  expect(about('ALERT-DELIVERY-ABANDONED', failed({}))?.about).toMatchObject({ alert, recipient: 'u-1' });
  expect(about('ALERT-DELIVERY-ABANDONED', failed({ nextAttemptAt: raisedAt }))).toBeUndefined();
  expect(about('ALERT-DELIVERY-ABANDONED', failed({ kind: 'lag' }))).toBeUndefined();
});

test('a recall alerts as it is recorded, and at each site that it reaches', () => {
  const { takes, consider } = rule('ALERT-PRODUCT-RECALL');
  expect(takes).toEqual(['ProductRecalled', 'RecalledProductTraced']);
  for (const type of takes) {
    const told = event(type, { recall: 'recall-1', site: '03' }, { trial, site: '03' }, 'productRecalls-NCT');
    expect(consider(told)).toEqual({ about: { recall: 'recall-1' } });
  }
});

test('every rule has an id of its own', () => {
  expect(new Set(alertRules.map(({ id }) => id)).size).toBe(alertRules.length);
  expect(ruleOf('NONE')).toMatchObject({ rule: 'ALERT-RULE' });
});

describe('raising', () => {
  const whose = { trial, site: '03', participant: '03-007' };
  const command = {
    ...{ rule: 'ALERT-SAE', event: 'event-1', eventType: 'SeriousnessAssessed', position: '7' },
    about: { adverseEvent: 'ae-1' },
  };
  const facts: RaisingFacts = {
    policy: noPolicy,
    adverseEvent: { before: stateOf(report()), after: stateOf(report(), serious()) },
  };
  const consider =
    (given: RaisingFacts, reach?: EscalationFacts) =>
    (state: typeof alertDecider.initial): Decision<AlertEvent> =>
      considerAlert(command, rule('ALERT-SAE'), state, { facts: given, whose, recordedAt: raisedAt, reach });
  const reach = { people: [investigator, safetyOfficer], onCall: [] };

  test('cites the event and keeps the ladder in force; once', () => {
    scenario(alertDecider)
      .when(consider(facts))
      .yields({
        type: 'AlertRaised',
        data: {
          ...{ kind: 'sae', rule: 'ALERT-SAE', priority: 'high', ladder: defaultLadder, ...whose },
          about: { adverseEvent: 'ae-1' },
          cause: { event: 'event-1', type: 'SeriousnessAssessed', position: '7' },
        },
        about: { site: '03', participant: '03-007', adverseEvent: 'ae-1' },
      })
      .when(consider(facts))
      .yieldsNothing();
  });

  test('begins a first step that waits for nothing, and no other', () => {
    const types = (given: RaisingFacts): string[] =>
      scenario(alertDecider)
        .when(consider(given, reach))
        .events.map(({ type }) => type);
    const [, begun] = scenario(alertDecider).when(consider(facts, reach)).events;
    expect(begun).toEqual(escalated(0, investigator, safetyOfficer));
    const later = [{ afterMinutes: 5, roles: ['investigator' as const] }];
    const policy = {
      kinds: [{ kind: 'sae' as const, priority: 'high' as const, ladder: later }],
      onCall: [],
    };
    expect(types({ ...facts, policy })).toEqual(['AlertRaised']);
    expect(types({ ...facts, policy: { ...policy, kinds: [] } })).toEqual(['AlertRaised', 'AlertEscalated']);
  });

  test('adds nothing where the rule does not hold', () => {
    const calm = { ...facts, adverseEvent: { before: stateOf(report()), after: stateOf(report()) } };
    scenario(alertDecider).when(consider(calm)).yieldsNothing();
  });

  test('tells of what lags, once', () => {
    const lag = (state: typeof alertDecider.initial) =>
      raiseLag({ component: 'view:alert-inbox', position: '7' }, state, {
        ...{ policy: noPolicy, trial, recordedAt: raisedAt, reach },
      });
    const [first, begun] = scenario(alertDecider).when(lag).events;
    expect(first?.data).toMatchObject({
      kind: 'lag',
      trial,
      about: { component: 'view:alert-inbox', position: '7' },
    });
    expect(begun).toMatchObject({ type: 'AlertEscalated', data: { step: 0 } });
    scenario(alertDecider).when(lag).when(lag).yieldsNothing();
  });
});
