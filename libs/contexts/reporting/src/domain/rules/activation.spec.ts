import { decisionContext, scenario } from '@platform/kernel/testing';
import {
  activateRuleSet,
  activationOn,
  appliesOn,
  deactivateRuleSet,
  findEarlierCases,
  ruleActivationDecider,
  rulesEverActive,
  type RuleActivationEvent,
} from './activation';
import { ruleSetOf } from './rule-sets';

const context = decisionContext({ facts: { trialIsDefined: true } });
const rules = scenario(ruleActivationDecider);
const reason = { code: 'authority', text: 'The authority asks for it' };
const china = { ruleSet: 'CN-DRUG', version: '1', from: '2023-08-01' };
const activated: RuleActivationEvent = { type: 'RuleSetActivated', data: china };
const deactivated: RuleActivationEvent = {
  type: 'RuleSetDeactivated',
  data: { ...china, from: '2024-03-01' },
};

describe('the rule sets of a trial', () => {
  it('are activated once, in a version that exists', () => {
    rules
      .given()
      .when(state => activateRuleSet(china, state, context))
      .yields({ ...activated, previous: undefined, reason: undefined })
      .when(state => activateRuleSet(china, state, context))
      .yieldsNothing()
      .when(state => activateRuleSet({ ...china, from: '2024-01-01', reason }, state, context))
      .isRejected('RULE-SET-ACTIVE');
    const start = rules.given();
    start
      .when(state => activateRuleSet({ ...china, version: '9' }, state, context))
      .isRejected('RULE-SET-UNKNOWN');
    start
      .when(state => activateRuleSet({ ...china, from: '2023-08' }, state, context))
      .isRejected('RULE-SET-DAY', 'from');
    const nowhere = decisionContext({ facts: { trialIsDefined: false } });
    start.when(state => activateRuleSet(china, state, nowhere)).isRejected('TRIAL-UNKNOWN');
    start
      .when(state => deactivateRuleSet({ ruleSet: 'CN-DRUG', from: '2024-03-01', reason }, state, nowhere))
      .isRejected('TRIAL-UNKNOWN');
  });

  it('are deactivated and activated again forwards, with a reason', () => {
    const off = { ruleSet: 'CN-DRUG', from: '2024-03-01', reason };
    rules
      .given(activated)
      .when(state => deactivateRuleSet(off, state, context))
      .yields({ ...deactivated, reason })
      .when(state => deactivateRuleSet(off, state, context))
      .yieldsNothing()
      .when(state => activateRuleSet({ ...china, from: '2024-04-01', reason }, state, context))
      .yields({ type: 'RuleSetActivated', data: { ...china, from: '2024-04-01' }, reason });
    rules
      .given(activated)
      .when(state => deactivateRuleSet({ ...off, from: '2023-07-31' }, state, context))
      .isRejected('RULE-SET-FORWARD', 'from');
    rules
      .given(activated, deactivated)
      .when(state => activateRuleSet({ ...china, from: '2024-04-01' }, state, context))
      .isRejected('RULE-SET-REASON', 'reason');
    rules
      .given()
      .when(state => deactivateRuleSet(off, state, context))
      .isRejected('RULE-SET-INACTIVE');
  });

  it('stand on each day as they were activated by then', () => {
    const { state } = rules.given(activated, deactivated);
    const versions = ['2023-07-31', '2023-08-01', '2024-02-29', '2024-03-01'].map(
      day => activationOn(state, 'CN-DRUG', day)?.active,
    );
    expect(versions).toEqual([undefined, true, true, false]);
    expect(rulesEverActive(state).map(({ rule }) => rule.id)).toEqual(
      ruleSetOf('CN-DRUG', '1')!.rules.map(({ id }) => id),
    );
    const [ofSet] = rulesEverActive(state);
    const ended = { ...ofSet!, rule: { ...ofSet!.rule, effectiveUntil: '2024-01-01' } };
    expect(['2023-12-31', '2024-01-01'].map(day => appliesOn(state, ended, day))).toEqual([true, false]);
    const early = { ...ofSet!, rule: { ...ofSet!.rule, effectiveFrom: '2024-01-01' } };
    expect(['2023-12-31', '2024-01-01'].map(day => appliesOn(state, early, day))).toEqual([false, true]);
    expect(appliesOn(state, { ...ofSet!, ruleSetVersion: '2' }, '2024-01-01')).toBe(false);
  });
});

describe('the cases that were there before', () => {
  const found = { ruleSet: 'CN-DRUG', version: '1', event: 'event-0', position: '7' };
  const cases = Array.from({ length: 201 }, (_, index) => ({
    participant: '03-007',
    adverseEvent: `ae-${index}`,
  }));
  const data = { ruleSet: 'CN-DRUG', version: '1', activation: { event: 'event-0', position: '7' } };

  it('are named once for an activation, in events of bounded size', () => {
    rules
      .given(activated)
      .when(state => findEarlierCases(found, state, cases))
      .yields(
        { type: 'EarlierCasesFound', data: { ...data, cases: cases.slice(0, 200) } },
        { type: 'EarlierCasesFound', data: { ...data, cases: cases.slice(200) } },
      )
      .when(state => findEarlierCases(found, state, cases))
      .yieldsNothing()
      .when(state => findEarlierCases({ ...found, event: 'event-9' }, state, []))
      .yieldsNothing();
  });

  it('leave the sets as they are', () => {
    const { state } = rules.given(activated).when(known => findEarlierCases(found, known, cases));
    expect(state.history).toEqual(rules.given(activated).state.history);
  });
});
