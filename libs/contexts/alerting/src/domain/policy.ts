import {
  canonicalJson,
  invalid,
  streamName,
  unknownEvent,
  type Decider,
  type Decision,
  type DomainEvent,
  type JsonObject,
  type StreamName,
} from '@platform/kernel';
import { alertKinds, type AlertKind, type AlertPriority } from './kinds';

// Stream

/** Whom a trial alerts of what, and when: `alerting-{trial}`. */
export const policyStream = (trial: string): StreamName => streamName('alerting', trial);

// Events. These names are the storage format.

export type AlertPolicyEvent = DomainEvent<'AlertPolicySet', AlertPolicy>;

/** Who a step is for. The investigator is the site's; the sponsor on call is whoever the policy marks as such. */
export const ladderRoles = ['investigator', 'safetyOfficer', 'sponsorOnCall', 'administrator'] as const;

export type LadderRole = (typeof ladderRoles)[number];

export interface LadderStep {
  /** Counted from the raising of the alert. */
  readonly afterMinutes: number;
  readonly roles: readonly LadderRole[];
  /** Ids of accounts besides. */
  readonly users?: readonly string[];
}

export interface KindPolicy {
  readonly kind: AlertKind;
  readonly priority: AlertPriority;
  readonly ladder: readonly LadderStep[];
}

export interface AlertPolicy {
  /** Kinds that are not named go by the default. */
  readonly kinds: readonly KindPolicy[];
  /** Safety officers who are on call for the sponsor; every safety officer as long as nobody is named. */
  readonly onCall: readonly string[];
}

// State

export const noPolicy: AlertPolicy = { kinds: [], onCall: [] };

function evolve(_: AlertPolicy, event: AlertPolicyEvent): AlertPolicy {
  switch (event.type) {
    case 'AlertPolicySet':
      return { kinds: event.data.kinds, onCall: event.data.onCall };
    default:
      return unknownEvent(event as never);
  }
}

export const policyDecider: Decider<AlertPolicy, AlertPolicyEvent> = { initial: noPolicy, evolve };

// Decisions

/** Replaces the trial's policy as a whole. Alerts that were raised before keep the ladder they were raised with. */
export function setAlertPolicy(
  { kinds, onCall }: AlertPolicy,
  state: AlertPolicy,
): Decision<AlertPolicyEvent> {
  const names = kinds.map(({ kind }) => kind);
  const twice = names.findIndex((kind, index) => names.indexOf(kind) !== index);
  if (twice >= 0) {
    return invalid('POLICY-KIND-TWICE', `kinds[${twice}].kind`, 'Each kind of alert has one policy.');
  }
  for (const [index, { ladder }] of kinds.entries()) {
    const fault = ladderFault(ladder);
    if (fault) return invalid('POLICY-LADDER', `kinds[${index}].ladder`, fault);
  }
  const policy: AlertPolicy = { kinds, onCall: [...new Set(onCall)] };
  if (canonicalJson(policy) === canonicalJson(state)) return [];
  const changes = state === noPolicy ? undefined : (state as unknown as JsonObject);
  return [{ type: 'AlertPolicySet', data: policy, previous: changes }];
}

function ladderFault(ladder: readonly LadderStep[]): string | undefined {
  const [first] = ladder;
  if (first?.afterMinutes !== 0) return 'The first step is at once: afterMinutes 0.';
  const rises = ladder.every(
    ({ afterMinutes }, index) => index === 0 || afterMinutes > ladder[index - 1]!.afterMinutes,
  );
  if (!rises) return 'Each step comes later than the one before it.';
  const empty = ladder.some(({ roles, users = [] }) => roles.length + users.length === 0);
  return empty ? 'Each step names a role or a user.' : undefined;
}

// What others ask of it

const minutes = (afterMinutes: number, ...roles: LadderRole[]): LadderStep => ({ afterMinutes, roles });

/** Investigator and safety officer at once, the safety officer again, then whoever is on call. */
export const defaultLadder: readonly LadderStep[] = [
  minutes(0, 'investigator', 'safetyOfficer'),
  minutes(15, 'safetyOfficer'),
  minutes(30, 'sponsorOnCall'),
];

/** What concerns no site or can wait: said once, and once more the next day. */
const quietLadder: readonly LadderStep[] = [
  minutes(0, 'investigator', 'safetyOfficer'),
  minutes(24 * 60, 'safetyOfficer'),
];

/** For those who run the system. */
const operationsLadder: readonly LadderStep[] = [
  minutes(0, 'administrator', 'safetyOfficer'),
  minutes(30, 'sponsorOnCall'),
];

const standard = (priority: AlertPriority, ladder = defaultLadder) => ({ priority, ladder });

/** As data: what a trial that has said nothing goes by. */
export const defaultPolicy: Readonly<Record<AlertKind, Omit<KindPolicy, 'kind'>>> = {
  sae: standard('high'),
  susar: standard('high'),
  death: standard('high'),
  infusionReaction: standard('high'),
  productRecall: standard('high'),
  obligation: standard('medium'),
  stoppingSignal: standard('high'),
  enrollment: standard('low', quietLadder),
  deviation: standard('medium', quietLadder),
  lag: standard('medium', operationsLadder),
};

export const policyOf = ({ kinds }: AlertPolicy, kind: AlertKind): Omit<KindPolicy, 'kind'> => {
  const own = kinds.find(each => each.kind === kind);
  return own ? { priority: own.priority, ladder: own.ladder } : defaultPolicy[kind];
};

/** The policy of every kind, the defaults included. */
export const wholePolicy = (policy: AlertPolicy): readonly (KindPolicy & { readonly own: boolean })[] =>
  alertKinds.map(kind => ({
    kind,
    ...policyOf(policy, kind),
    own: policy.kinds.some(each => each.kind === kind),
  }));
