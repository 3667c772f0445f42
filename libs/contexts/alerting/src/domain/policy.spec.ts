import { scenario } from '@platform/kernel/testing';
import { alertKinds } from './kinds';
import {
  defaultLadder,
  defaultPolicy,
  policyDecider,
  policyOf,
  setAlertPolicy,
  wholePolicy,
  type AlertPolicy,
  type LadderStep,
} from './policy';

const set = (policy: AlertPolicy) => (state: AlertPolicy) => setAlertPolicy(policy, state);
const given = scenario(policyDecider);
const atOnce: LadderStep = { afterMinutes: 0, roles: ['safetyOfficer'] };
const own: AlertPolicy = { kinds: [{ kind: 'sae', priority: 'high', ladder: [atOnce] }], onCall: [] };

test('a policy is set as a whole, once, and says what it replaces', () => {
  const onCall = { kinds: [], onCall: ['safety-officer-02', 'safety-officer-02'] };
  given
    .when(set(own))
    .yields({ type: 'AlertPolicySet', data: own, previous: undefined })
    .when(set(own))
    .yieldsNothing()
    .when(set(onCall))
    .yields({
      type: 'AlertPolicySet',
      data: { kinds: [], onCall: ['safety-officer-02'] },
      previous: { kinds: own.kinds, onCall: [] },
    } as never);
});

test.each<[string, readonly LadderStep[]]>([
  ['has no step', []],
  ['begins later', [{ ...atOnce, afterMinutes: 5 }]],
  ['goes back', [atOnce, { ...atOnce, afterMinutes: 30 }, { ...atOnce, afterMinutes: 15 }]],
  ['names nobody', [{ afterMinutes: 0, roles: [] }]],
])('a ladder that %s is none', (_, ladder) => {
  const wrong = { kinds: [{ kind: 'sae', priority: 'high', ladder }], onCall: [] } as const;
  given.when(set(wrong)).isRejected('POLICY-LADDER', 'kinds[0].ladder');
});

test('a kind has one policy', () => {
  given
    .when(set({ ...own, kinds: [...own.kinds, ...own.kinds] }))
    .isRejected('POLICY-KIND-TWICE', 'kinds[1].kind');
});

test('kinds that are not named go by the default', () => {
  expect(policyOf(own, 'sae').ladder).toEqual([atOnce]);
  expect(policyOf(own, 'susar').ladder).toEqual(defaultLadder);
  expect(wholePolicy(own).map(each => [each.kind, each.own])).toEqual(
    alertKinds.map(kind => [kind, kind === 'sae']),
  );
});

test('every default is a policy that could be set', () => {
  const kinds = alertKinds.map(kind => ({ kind, ...defaultPolicy[kind] }));
  expect(given.when(set({ kinds, onCall: [] })).events).toHaveLength(1);
});
