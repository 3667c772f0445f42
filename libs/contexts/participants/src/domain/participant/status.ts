import {
  conflict,
  invalid,
  orderOf,
  refuse,
  type Decision,
  type PartialDate,
  type Reason,
  type SourceRecord,
} from '@platform/kernel';
import { withDepartures, type Departure } from '../departure';
import { entry, happened, notPrescreened, wrongDate, type Context } from './context';
import { isImport, newOf } from './importing';
import {
  enrollmentOf,
  entriesOf,
  type CurrentStatus,
  type EntryEvent,
  type ParticipantEvent,
  type ParticipantState,
} from './participant';
import { enrolledStatuses, nextStatuses, type ParticipantStatus } from './statuses';

export interface StatusCommand {
  readonly status: ParticipantStatus;
  readonly since: PartialDate;
  readonly detail?: string;
  readonly reason?: Reason;
  readonly sourceRecord?: SourceRecord;
}

/** Statuses that come with a decision of their own, and the request that makes it. */
const ownRequests: Partial<Record<ParticipantStatus, string>> = {
  prescreened: 'the prescreening',
  consented: 'the signed consent',
  eligible: 'a screening decision',
  screenFailure: 'a screening decision',
  deferred: 'a screening decision',
  enrolled: 'the enrollment',
  consentWithdrawn: 'the withdrawal of consent, which says what may be done with the data',
};

const needReason: readonly ParticipantStatus[] = ['withdrawnFromTreatment', 'lostToFollowUp'];

/**
 * Records what became of a participant. That it came in an order which the protocol does not foresee is a
 * departure and no ground to refuse it; only nobody comes back from a death, and what a request of its own
 * makes is left to that. An import records whatever its source says.
 */
export function changeStatus(
  command: StatusCommand,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const { status, since, detail, sourceRecord, reason } = command;
  const wrong = notPrescreened(state) ?? wrongDate('since', since, context);
  if (wrong) return wrong;
  const data = { status, since, detail, sourceRecord };
  const fresh = newOf(
    'ParticipantStatusChanged',
    sourceRecord ? [{ field: 'sourceRecord', data }] : [],
    state.entries,
  );
  if ('rejected' in fresh) return fresh;
  if (sourceRecord && fresh.length === 0) return [];
  const { status: current } = state;
  if (!current) return [];
  if (isImport(context.actor)) return importedStatus(data, current, context, reason);
  if (current.status === status) return held(current, since);
  const own = ownRequests[status];
  if (own)
    return refuse('STATUS-OWN-REQUEST', `This status follows from ${own}. Record that.`, { field: 'status' });
  if (needReason.includes(status) && !reason) {
    return invalid(
      'STATUS-REASON',
      'reason',
      'Say why the participant left treatment, or how contact was lost.',
    );
  }
  const earlier = current.since !== undefined && orderOf(since, current.since) === 'before';
  const historical = earlier && status !== 'died';
  if (current.status === 'died' && !historical) {
    return conflict(
      'STATUS-AFTER-DEATH',
      `The participant died (${current.since}). If that is wrong, correct it first.`,
    );
  }
  const inOrder = nextStatuses[current.status].includes(status) && mayComeTo(status, state);
  if (status === 'inScreening' && !inOrder && !historical) {
    return refuse('STATUS-ORDER', `From "${current.status}" nobody goes back to screening.`, {
      field: 'status',
    });
  }
  const departure = inOrder || historical ? undefined : outOfOrder(status, current);
  return [
    changed(
      { ...data, ...(historical && { historical }), ...withDepartures([departure]) },
      current,
      context,
      reason,
    ),
  ];
}

/**
 * A first treatment has been recorded elsewhere: who was enrolled is on treatment. For anybody else the
 * status says more than that, and a treatment that should not have been is a departure where it is recorded.
 */
export function noteTreatment(
  { since }: { readonly since: PartialDate },
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  if (state.status?.status !== 'enrolled') return [];
  return [changed({ status: 'onTreatment', since }, state.status, context)];
}

/** The change of status that another decision brings about. */
export const statusFollows = (
  status: ParticipantStatus,
  since: PartialDate | undefined,
  state: ParticipantState,
  context: Pick<Context, 'facts'>,
): EntryEvent<'ParticipantStatusChanged'> => changed({ status, since }, state.status, context);

/** Of two contradicting dates a source's later one stands, but nothing stands after a death. */
function importedStatus(
  data: EntryEvent<'ParticipantStatusChanged'>['data'],
  current: CurrentStatus,
  context: Context,
  reason?: Reason,
): Decision<ParticipantEvent> {
  const { status, since } = data;
  if (current.status === status && current.since === since) return [];
  const earlier =
    since !== undefined && current.since !== undefined && orderOf(since, current.since) === 'before';
  const historical = status !== 'died' && (earlier || current.status === 'died');
  return [changed({ ...data, ...(historical && { historical }) }, current, context, reason)];
}

/**
 * A withdrawal or a lost contact does not tell whether the participant was enrolled: the record does.
 * Somebody who was said to be treated without it has departed once, and does not again with every status that
 * follows.
 */
function mayComeTo(status: ParticipantStatus, state: ParticipantState): boolean {
  const told = entriesOf(state, 'ParticipantStatusChanged').some(({ data }) =>
    enrolledStatuses.includes(data.status),
  );
  return !enrolledStatuses.includes(status) || told || enrollmentOf(state) !== undefined;
}

const held = (current: CurrentStatus, since: PartialDate): Decision<ParticipantEvent> =>
  current.since === since
    ? []
    : conflict(
        'STATUS-HELD',
        `The status is this one since ${current.since ?? 'an unknown date'}. If that is wrong, correct it.`,
        { field: 'since' },
      );

function changed(
  data: EntryEvent<'ParticipantStatusChanged'>['data'],
  current: CurrentStatus | undefined,
  { facts }: Pick<Context, 'facts'>,
  reason?: Reason,
): EntryEvent<'ParticipantStatusChanged'> {
  const previous = { status: current?.status ?? null, since: current?.since ?? null };
  return entry('ParticipantStatusChanged', data, {
    previous: data.historical ? undefined : previous,
    occurredAt: happened(data.since, facts),
    reason,
  });
}

const outOfOrder = (status: ParticipantStatus, current: CurrentStatus): Departure => ({
  rule: 'STATUS-ORDER',
  category: 'protocolImplementation',
  severity: 'major',
  description: `Came to "${status}" from "${current.status}", which the protocol does not foresee.`,
  causes: [current.event],
});
