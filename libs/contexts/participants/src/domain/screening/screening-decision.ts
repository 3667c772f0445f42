import {
  canonicalJson,
  dayIn,
  invalid,
  isRejection,
  refuse,
  type Decision,
  type PartialDate,
  type Reason,
  type Rejection,
  type SourceRecord,
} from '@platform/kernel';
import { withDepartures, type Departure } from '../departure';
import { consentAt } from '../participant/consent';
import { entry, happened, notPrescreened, wrongDate, type Context } from '../participant/context';
import { isImport, newOf } from '../participant/importing';
import { latestOf, type ParticipantEvent, type ParticipantState } from '../participant/participant';
import type { ScreeningDecision, ScreeningOutcome } from '../participant/recorded';
import { statusFollows } from '../participant/status';
import { decidableStatuses, type ParticipantStatus } from '../participant/statuses';
import { evaluateScreening } from './eligibility';
import type { ScreeningEvaluation } from './evaluation';
import { evidenceSource } from './evidence';

export interface ScreeningDecisionCommand {
  readonly decision: ScreeningOutcome;
  readonly decidedAt?: PartialDate;
  readonly reason?: Reason;
  readonly sourceRecord?: SourceRecord;
}

const statusOf: Readonly<Record<ScreeningOutcome, ParticipantStatus>> = {
  eligible: 'eligible',
  notEligible: 'screenFailure',
  deferred: 'deferred',
};

/**
 * An investigator decides on eligibility. The evaluation of all criteria is made at this moment and stored
 * whole with the decision; deciding otherwise than it proposes needs a reason and is a departure. An import
 * brings the decision only.
 */
export function recordScreeningDecision(
  { decision, reason, sourceRecord, ...given }: ScreeningDecisionCommand,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const { facts, recordedAt } = context;
  const decidedAt = given.decidedAt ?? dayIn(facts.zone, recordedAt);
  const wrong = notPrescreened(state) ?? wrongDate('decidedAt', decidedAt, context);
  if (wrong) return wrong;
  const { protocolVersion = '' } = state;
  if (isImport(context.actor)) {
    const told = { decision, decidedAt, protocolVersion, overridden: false, sourceRecord };
    return importedDecision(told, state, context, reason);
  }
  const definition = facts.protocol(protocolVersion);
  if (!definition) {
    return refuse(
      'SCR-PROTOCOL',
      `Protocol version ${protocolVersion} is not published, so nothing can be evaluated.`,
    );
  }
  const evaluation = evaluateScreening(definition, evidenceSource(state, facts, decidedAt));
  const before = latestOf(state, 'ScreeningDecisionRecorded')?.data;
  if (before && sameDecision(before, decision, evaluation)) return [];
  const refused =
    notDecidable(decision, decidedAt, state) ?? needsReason(decision, evaluation, before, state, reason);
  if (refused) return refused;
  const overridden = overrides(decision, evaluation);
  const departure = overridden ? override(decision, evaluation) : undefined;
  const data = {
    decision,
    decidedAt,
    protocolVersion,
    overridden,
    evaluation,
    ...withDepartures([departure]),
  };
  return decided(data, state, context, reason);
}

const decided = (
  data: ScreeningDecision,
  state: ParticipantState,
  context: Context,
  reason: Reason | undefined,
): ParticipantEvent[] => {
  const before = latestOf(state, 'ScreeningDecisionRecorded')?.data;
  const event = entry('ScreeningDecisionRecorded', data, {
    occurredAt: happened(data.decidedAt, context.facts),
    previous: before && { decision: before.decision, decidedAt: before.decidedAt },
    reason,
  });
  const status = statusOf[data.decision];
  return state.status?.status === status
    ? [event]
    : [event, statusFollows(status, data.decidedAt, state, context)];
};

/**
 * A source's decision changes the status only of somebody whose screening is not over by other statements of
 * the source.
 */
function importedDecision(
  data: ScreeningDecision,
  state: ParticipantState,
  context: Context,
  reason: Reason | undefined,
): Decision<ParticipantEvent> {
  const fresh = newOf('ScreeningDecisionRecorded', [{ field: 'sourceRecord', data }], state.entries);
  if (isRejection(fresh)) return fresh;
  if (fresh.length === 0) return [];
  const [event, status] = decided(data, state, context, reason);
  const open = [...decidableStatuses, 'prescreened'].some(each => each === state.status?.status);
  return [event, open ? status : undefined].filter(each => each !== undefined);
}

const sameDecision = (
  before: ScreeningDecision,
  decision: ScreeningOutcome,
  evaluation: ScreeningEvaluation,
) =>
  before.decision === decision &&
  canonicalJson(before.evaluation?.criteria) === canonicalJson(evaluation.criteria);

function notDecidable(
  decision: ScreeningOutcome,
  decidedAt: PartialDate,
  state: ParticipantState,
): Rejection | undefined {
  const status = state.status?.status ?? 'prescreened';
  const failsAtOnce = status === 'prescreened' && decision === 'notEligible';
  if (status === 'prescreened' && !failsAtOnce) {
    return refuse(
      'SCR-CONSENT-REQUIRED',
      'Record the signed consent first; without it only "notEligible" can be decided.',
    );
  }
  if (!failsAtOnce && !decidableStatuses.includes(status)) {
    return refuse('SCR-STATUS', `The participant is "${status}": eligibility is not decided any more.`);
  }
  const standing = consentAt(state, decidedAt);
  if (decision !== 'eligible' || standing === 'inForce' || standing === 'unknown') return undefined;
  return refuse(
    'SCR-CONSENT-REQUIRED',
    'No consent is in force on the day of the decision: nobody is eligible without.',
  );
}

/**
 * Whether a decision is another one than proposed. To end or to put off a screening, evidence need not be
 * complete.
 */
function overrides(decision: ScreeningOutcome, { proposal }: ScreeningEvaluation): boolean {
  return proposal === 'incomplete' ? decision === 'eligible' : decision !== proposal;
}

function needsReason(
  decision: ScreeningOutcome,
  evaluation: ScreeningEvaluation,
  before: ScreeningDecision | undefined,
  { status }: ParticipantState,
  reason: Reason | undefined,
): Rejection | undefined {
  if (reason) return undefined;
  if (overrides(decision, evaluation)) {
    const against = failing(evaluation).join(', ');
    const why = against === '' ? '' : ` Against it: ${against}.`;
    return invalid(
      'SCR-OVERRIDE-REASON',
      'reason',
      `The evaluation proposes "${evaluation.proposal}". Say why you decide otherwise.${why}`,
    );
  }
  if (evaluation.proposal === 'incomplete') {
    return invalid(
      'SCR-INCOMPLETE-REASON',
      'reason',
      'No criterion says why yet: give the reason for this decision.',
    );
  }
  const stands = before && (status?.status === 'eligible' || status?.status === 'screenFailure');
  return stands && before.decision !== decision
    ? invalid(
        'SCR-REVISION-REASON',
        'reason',
        `"${before.decision}" was decided before. Say what has changed.`,
      )
    : undefined;
}

/** The criteria that stand against eligibility, or that are open. */
const failing = ({ criteria }: ScreeningEvaluation): string[] =>
  criteria.filter(({ verdict }) => verdict !== 'passes').map(({ criterion }) => criterion);

function override(decision: ScreeningOutcome, evaluation: ScreeningEvaluation): Departure {
  const against = new Set(failing(evaluation));
  const causes = evaluation.criteria
    .filter(({ criterion }) => against.has(criterion))
    .flatMap(({ evidence }) => evidence.flatMap(({ event }) => (event === undefined ? [] : [event])));
  const standing = against.size > 0 ? `; not passed: ${[...against].join(', ')}` : '';
  return {
    rule: 'SCR-OVERRIDE',
    category: 'eligibility',
    severity: decision === 'eligible' ? 'major' : 'minor',
    description: `Decided "${decision}" where the evaluation proposed "${evaluation.proposal}"${standing}.`,
    ...(causes.length > 0 && { causes: [...new Set(causes)] }),
  };
}
