import { IsIn } from 'class-validator';
import { evolveUpTo, Query, QueryRejected, queryRow, type QueryContext } from '@platform/commands';
import {
  IsOmittable,
  IsPartialDate,
  IsStreamIdText,
  IsFlag,
  LimitedQuery,
  PagedQuery,
  pageOf,
} from '@platform/http';
import { coversSite, dayIn, isRejection, toInstant, type PartialDate } from '@platform/kernel';
import { siteOfParticipant, type Permission } from '@trial/access';
import { trialDecider, trialStream } from '@trial/protocol';
import { siteDecider, siteStream } from '@trial/sites';
import {
  departureCategories,
  departureSeverities,
  type DepartureCategory,
  type DepartureSeverity,
} from './domain/departure';
import type { DeviationState } from './domain/deviation';
import { unknownParticipant, type TrialFacts } from './domain/participant/context';
import {
  correctedSince,
  entriesOf,
  participantDecider,
  participantStream,
  type ParticipantState,
} from './domain/participant/participant';
import { screeningOutcomes, type ScreeningOutcome } from './domain/participant/recorded';
import { participantStatuses, type ParticipantStatus } from './domain/participant/statuses';
import { evaluateScreening } from './domain/screening/eligibility';
import type { ScreeningEvaluation } from './domain/screening/evaluation';
import { evidenceSource } from './domain/screening/evidence';
import { trialFacts } from './participants.facts';
import { listDeviations, type DeviationListed } from './views/deviation-log';
import { listScreening, type ScreeningListed } from './views/screening-log';

const reading: Permission = 'participant.read';

/** Everybody who was screened, of the sites that the caller may see. */
export class ListScreeningLog extends LimitedQuery {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsIn(participantStatuses)
  status?: ParticipantStatus;

  @IsOmittable()
  @IsIn(screeningOutcomes)
  decision?: ScreeningOutcome;

  @IsOmittable()
  @IsFlag()
  enrolled?: boolean;

  /** `next` of the page before. */
  @IsOmittable()
  @IsStreamIdText()
  cursor?: string;
}

export class ListDeviations extends PagedQuery {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsStreamIdText()
  participant?: string;

  @IsOmittable()
  @IsIn(departureCategories)
  category?: DepartureCategory;

  @IsOmittable()
  @IsIn(departureSeverities)
  severity?: DepartureSeverity;

  @IsOmittable()
  @IsIn(['raised', 'assessed', 'closed'])
  status?: DeviationState['status'];

  @IsOmittable()
  @IsStreamIdText()
  rule?: string;
}

/** A participant's whole record, as of any moment. */
export class ReadParticipant extends Query {}

/** What the criteria say of a participant, without a decision being made. */
export class EvaluateScreening extends Query {
  /** Results up to here are taken into account; today at the site, or the day of `asOf`, unless given. */
  @IsOmittable()
  @IsPartialDate()
  at?: string;
}

export interface ParticipantRecord extends ParticipantState {
  readonly participant: string;
  /** Decisions and responses that stood on a value which was corrected since, and the corrections. */
  readonly affected: readonly { readonly event: string; readonly corrections: readonly string[] }[];
}

export interface CurrentEvaluation extends ScreeningEvaluation {
  readonly participant: string;
}

export const participantQueries = [
  queryRow<ListScreeningLog, { participants: ScreeningListed[]; next?: string }>({
    query: ListScreeningLog,
    permission: reading,
    views: ['screening-log'],
    async answer({ cursor, limit = 100, ...filter }, { views, scope, standsAt }) {
      const found = await listScreening(views, scope, standsAt, {
        ...filter,
        behind: cursor,
        limit: limit + 1,
      });
      const participants = found.slice(0, limit);
      const last = participants.at(-1);
      return { participants, ...(found.length > limit && last && { next: last.participant }) };
    },
  }),
  queryRow<ListDeviations, { deviations: readonly DeviationListed[]; next?: string }>({
    query: ListDeviations,
    permission: 'deviation.read' satisfies Permission,
    views: ['deviation-log'],
    async answer({ cursor, limit, ...filter }, { views, scope, standsAt }) {
      const { rows: deviations, ...next } = await pageOf({ cursor, limit }, wanted =>
        listDeviations(views, scope, standsAt, { ...filter, ...wanted }),
      );
      return { deviations, ...next };
    },
  }),
  queryRow<ReadParticipant, ParticipantRecord>({
    query: ReadParticipant,
    permission: reading,
    views: [],
    async answer(_, context) {
      const state = await readParticipant(context);
      return { participant: context.target.participant!, ...state, affected: affectedIn(state) };
    },
  }),
  queryRow<EvaluateScreening, CurrentEvaluation>({
    query: EvaluateScreening,
    permission: reading,
    views: [],
    async answer({ at }, context) {
      const state = await readParticipant(context);
      const facts = await readFacts(context);
      const definition = facts.protocol(state.protocolVersion ?? '');
      if (!definition) throw new QueryRejected(unknownParticipant);
      const evaluatedAt = at ?? (await dayOfAnswer(context, facts));
      const evaluation = evaluateScreening(definition, evidenceSource(state, facts, evaluatedAt));
      return { participant: context.target.participant!, ...evaluation };
    },
  }),
];

/** @throws QueryRejected when there was no such participant at that moment */
async function readParticipant({ log, target, scope, standsAt }: QueryContext): Promise<ParticipantState> {
  if (!coversSite(scope, siteOfParticipant(target.participant!))) throw new QueryRejected(unknownParticipant);
  const stream = participantStream(target.trial!, target.participant!);
  const { state } = await evolveUpTo(log, stream, participantDecider, standsAt);
  if (state.site === undefined) throw new QueryRejected(unknownParticipant);
  return state;
}

/** The trial and the site as they were known at that moment. */
async function readFacts({ log, target, standsAt }: QueryContext): Promise<TrialFacts> {
  const site = siteOfParticipant(target.participant!);
  const trial = await evolveUpTo(log, trialStream(target.trial!), trialDecider, standsAt);
  const at = await evolveUpTo(log, siteStream(target.trial!, site), siteDecider, standsAt);
  const facts = trialFacts(site, trial.state, at.state);
  if (isRejection(facts)) throw new QueryRejected(facts);
  return facts;
}

/** The day at the site on which the answer stands: that of the log's last event by then. */
async function dayOfAnswer({ log, standsAt }: QueryContext, { zone }: TrialFacts): Promise<PartialDate> {
  return dayIn(zone, toInstant((await log.timeAt(standsAt)) ?? 0));
}

/** Flags what stood on corrected values; the decisions themselves stay as they are. */
function affectedIn(state: ParticipantState): ParticipantRecord['affected'] {
  const decisions = entriesOf(state, 'ScreeningDecisionRecorded').map(({ event, revision, data }) => ({
    ...{ event, revision },
    evidence: data.evaluation?.criteria.flatMap(each => each.evidence) ?? [],
  }));
  const responses = entriesOf(state, 'ResponseRecorded').map(({ event, revision, data }) => ({
    ...{ event, revision },
    evidence: data.proposal?.evidence ?? [],
  }));
  return [...decisions, ...responses].flatMap(({ event, revision, evidence }) => {
    const stoodOn = evidence.flatMap(each => (each.event === undefined ? [] : [each.event]));
    const corrections = correctedSince(state, stoodOn, revision);
    return corrections.length > 0 ? [{ event, corrections }] : [];
  });
}
