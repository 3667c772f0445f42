import {
  conflict,
  dayOf,
  hasDay,
  invalid,
  isRejection,
  orderOf,
  refuse,
  type Decision,
  type Rejection,
  type SourceRecord,
} from '@platform/kernel';
import { withDepartures, type Departure } from '../departure';
import type { EnrollmentDetails } from '../enrollment';
import { consentAt } from '../participant/consent';
import {
  entry,
  happened,
  notPrescreened,
  wrongDate,
  type Context,
  type TrialFacts,
} from '../participant/context';
import { isImport, newOf } from '../participant/importing';
import {
  correctedSince,
  enrollmentOf,
  latestOf,
  type ParticipantEvent,
  type ParticipantState,
} from '../participant/participant';
import { statusFollows } from '../participant/status';

export interface EnrollmentCommand extends EnrollmentDetails {
  readonly sourceRecord?: SourceRecord;
}

interface Enrolling {
  readonly command: EnrollmentCommand;
  readonly state: ParticipantState;
  readonly facts: TrialFacts;
}

/** What must hold before somebody is enrolled: each answers why it does not. */
interface EnrollmentRule {
  readonly id: string;
  failure(enrolling: Enrolling): string | undefined;
}

const recruiting: readonly (string | undefined)[] = ['recruiting', 'enrollingByInvitation'];

const rules: readonly EnrollmentRule[] = [
  {
    id: 'ENROLL-NOT-ELIGIBLE',
    failure({ state }) {
      const decision = latestOf(state, 'ScreeningDecisionRecorded')?.data.decision;
      if (decision === 'eligible' && state.status?.status === 'eligible') return undefined;
      return decision === undefined
        ? 'No investigator has decided on eligibility yet.'
        : `The participant is "${state.status?.status}", not "eligible".`;
    },
  },
  {
    id: 'ENROLL-CONSENT',
    failure: ({ command, state }) =>
      consentAt(state, command.enrolledAt) === 'inForce' ? undefined : 'No consent is in force on that day.',
  },
  {
    id: 'ENROLL-PROTOCOL',
    failure({ state }) {
      const decided = latestOf(state, 'ScreeningDecisionRecorded')?.data.protocolVersion;
      if (decided === undefined || decided === state.protocolVersion) return undefined;
      return `Decided under protocol ${decided}, consented to ${state.protocolVersion}: decide anew.`;
    },
  },
  {
    id: 'ENROLL-DECISION-AFFECTED',
    failure({ state }) {
      const decision = latestOf(state, 'ScreeningDecisionRecorded');
      const evidence = decision?.data.evaluation?.criteria.flatMap(each => each.evidence) ?? [];
      const events = evidence.flatMap(({ event }) => (event === undefined ? [] : [event]));
      const corrected = decision ? correctedSince(state, events, decision.revision) : [];
      return corrected.length > 0
        ? 'Values that the decision stood on were corrected since. Decide anew.'
        : undefined;
    },
  },
  {
    id: 'ENROLL-DATE',
    failure({ command, state }) {
      const decidedAt = latestOf(state, 'ScreeningDecisionRecorded')?.data.decidedAt;
      const early = decidedAt !== undefined && orderOf(command.enrolledAt, decidedAt) === 'before';
      return early ? `Eligibility was decided on ${decidedAt}; nobody is enrolled before that.` : undefined;
    },
  },
  {
    id: 'ENROLL-TRIAL',
    failure: ({ facts }) =>
      recruiting.includes(facts.trialStatus)
        ? undefined
        : `The trial is "${facts.trialStatus}" and does not enroll.`,
  },
  {
    id: 'ENROLL-SITE',
    failure: ({ facts }) =>
      facts.siteStatus === 'activated' ? undefined : `The site is "${facts.siteStatus}" and does not enroll.`,
  },
  {
    id: 'ENROLL-ETHICS',
    failure: ({ command, facts }) =>
      hasDay(command.enrolledAt) && facts.ethicsApproved(dayOf(command.enrolledAt)) === true
        ? undefined
        : `No ethics approval of the site is in force on ${command.enrolledAt}. Record it first.`,
  },
];

/**
 * Why somebody cannot be enrolled, with every rule that fails; nothing when they can. It is asked before a
 * place is taken and again when the enrollment is written. An import tells of an enrollment that has
 * happened: no rule binds it.
 */
export function whyNotEnroll(
  command: EnrollmentCommand,
  state: ParticipantState,
  facts: TrialFacts,
  imported: boolean,
): Rejection | undefined {
  const wrong = notPrescreened(state) ?? (imported ? undefined : wrongArm(command, state, facts));
  if (wrong || imported) return wrong;
  const failed = rules.flatMap(rule => {
    const reason = rule.failure({ command, state, facts });
    return reason === undefined ? [] : [{ rule: rule.id, reason }];
  });
  const [first, ...others] = failed;
  if (!first) return undefined;
  return refuse(first.rule, first.reason, others.length > 0 ? { evidence: { failed } } : {});
}

/** Enrolls a participant who holds a place. */
export function enroll(
  { enrolledAt, arm, actualArm, sourceRecord }: EnrollmentCommand,
  state: ParticipantState,
  context: Context,
  imported: boolean = isImport(context.actor),
): Decision<ParticipantEvent> {
  const { facts } = context;
  const { protocolVersion = '' } = state;
  const data = { site: facts.site, protocolVersion, enrolledAt, arm, actualArm, sourceRecord };
  if (enrollmentOf(state)) return enrolledBefore(data, state);
  const wrong = wrongDate('enrolledAt', enrolledAt, context) ?? whyNotEnroll(data, state, facts, imported);
  if (wrong) return wrong;
  const departures = imported ? importedDepartures(data, facts) : [];
  const enrolled = entry(
    'ParticipantEnrolled',
    { ...data, ...withDepartures(departures) },
    { occurredAt: happened(enrolledAt, facts) },
  );
  const ended = imported && !precedesEnrollment(state);
  return ended ? [enrolled] : [enrolled, statusFollows('enrolled', enrolledAt, state, context)];
}

/** The same enrollment again adds nothing, also when the system completes what somebody else began. */
function enrolledBefore(data: EnrollmentCommand, state: ParticipantState): Decision<ParticipantEvent> {
  const before = enrollmentOf(state)?.recorded;
  const same = before && before.enrolledAt === data.enrolledAt && before.arm === data.arm;
  const fresh = data.sourceRecord
    ? newOf('ParticipantEnrolled', [{ field: 'sourceRecord', data }], state.entries)
    : [];
  if (isRejection(fresh)) return fresh;
  return same
    ? []
    : conflict('ENROLL-ALREADY', `The participant was enrolled already (${before?.enrolledAt}).`);
}

const precedesEnrollment = ({ status }: ParticipantState): boolean =>
  ['prescreened', 'consented', 'inScreening', 'eligible', 'screenFailure', 'deferred'].includes(
    status?.status ?? '',
  );

function wrongArm(
  { arm }: EnrollmentCommand,
  { protocolVersion }: ParticipantState,
  facts: TrialFacts,
): Rejection | undefined {
  const arms = (protocolVersion === undefined ? undefined : facts.protocol(protocolVersion))?.arms ?? [];
  if (arm === undefined || arms.some(({ code }) => code === arm)) return undefined;
  return invalid(
    'ENROLL-ARM',
    'arm',
    `The protocol has no arm "${arm}": ${arms.map(({ code }) => code).join(', ')}.`,
  );
}

/** What a source says against itself; where it is silent nothing is found. */
function importedDepartures({ enrolledAt }: EnrollmentCommand, facts: TrialFacts): Departure[] {
  if (!hasDay(enrolledAt) || facts.ethicsApproved(dayOf(enrolledAt)) !== false) return [];
  const description = `Enrolled on ${enrolledAt}, when no ethics approval of the site was in force.`;
  return [{ rule: 'ENROLL-ETHICS', category: 'protocolImplementation', severity: 'major', description }];
}
