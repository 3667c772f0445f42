import { evolveRecorded } from '@platform/commands';
import { categoryOf, type Position, type RecordedEvent, type Scope } from '@platform/kernel';
import {
  holdsAt,
  type Row,
  type RowStore,
  type TablesOf,
  type View,
  type ViewDatabase,
  type ViewTable,
} from '@platform/views';
import {
  enrollmentOf,
  entriesOf,
  latestOf,
  participantDecider,
  profileOf,
  type ParticipantState,
} from '../domain/participant/participant';
import type { DataUse, ScreeningDecision, ScreeningOutcome, Sex } from '../domain/participant/recorded';
import type { ParticipantStatus } from '../domain/participant/statuses';
import type { ProposedOutcome } from '../domain/screening/evaluation';

/** A row of the screening log: everybody who was ever screened, enrolled or not. */
export interface ScreeningListed {
  readonly participant: string;
  readonly site: string;
  readonly status: ParticipantStatus;
  readonly statusSince: string | null;
  readonly protocolVersion: string;
  readonly prescreenedAt: string;
  readonly sex: Sex | null;
  readonly birthYear: number | null;
  readonly ageYears: number | null;
  readonly sourceId: string | null;
  readonly consentVersion: string | null;
  /** Of the first consent. */
  readonly consentedAt: string | null;
  readonly withdrawnAt: string | null;
  readonly dataUse: DataUse | null;
  readonly decision: ScreeningOutcome | null;
  readonly proposal: ProposedOutcome | null;
  readonly decidedAt: string | null;
  readonly overridden: boolean | null;
  /** Whether a value that the decision stood on was corrected since. */
  readonly decisionAffected: boolean;
  readonly enrolledAt: string | null;
  readonly arm: string | null;
  readonly actualArm: string | null;
}

const log = {
  name: 'screening_log',
  columns: {
    trial: 'text',
    participant: 'text',
    site: 'text',
    status: 'text',
    status_since: 'text',
    protocol_version: 'text',
    prescreened_at: 'text',
    sex: 'text',
    birth_year: 'integer',
    age_years: 'integer',
    source_id: 'text',
    consent_version: 'text',
    consented_at: 'text',
    withdrawn_at: 'text',
    data_use: 'text',
    decision: 'text',
    proposal: 'text',
    decided_at: 'text',
    overridden: 'boolean',
    decision_affected: 'boolean',
    enrolled_at: 'text',
    arm: 'text',
    actual_arm: 'text',
  },
  key: ['trial', 'participant'],
  indexes: [['trial', 'site', 'participant']],
  history: true,
} as const satisfies ViewTable;

/**
 * What later events and corrections need of a participant, beside the rows that people read. Only its last
 * version.
 */
const fold = {
  name: 'screening_fold',
  columns: { trial: 'text', participant: 'text', state: 'json', evidence: 'json' },
  key: ['trial', 'participant'],
} as const satisfies ViewTable;

/**
 * What makes up a row. Results and measurements matter only when one that a decision stood on is corrected.
 */
const takes = [
  'ParticipantPrescreened',
  'ConsentSigned',
  'ConsentWithdrawn',
  'ScreeningDecisionRecorded',
  'ParticipantEnrolled',
  'ParticipantStatusChanged',
  'ValueCorrected',
];

/**
 * Everybody who was screened in any trial, as of any position: the decider's own fold over what makes up a
 * row.
 */
export const screeningLog: View = {
  name: 'screening-log',
  version: 1,
  tables: [log, fold],
  takes,
  // A participant is one stream.
  partitionBy: 'stream',
  async project(events, rows) {
    const steps = events.flatMap(event => {
      const { trial, participant } = event.metadata.subject;
      const ours =
        categoryOf(event.stream) === 'participant' && trial !== undefined && participant !== undefined;
      return ours ? [{ event, key: [trial, participant] as const }] : [];
    });
    if (steps.length === 0) return;
    const keys = steps.map(({ key }) => key);
    await rows.load(fold.name, keys);
    await rows.load(log.name, keys);
    for (const { event, key } of steps) step(event, key, rows);
  },
};

interface Kept {
  readonly state: ParticipantState;
  /** Ids of the events that the latest decision stood on. */
  readonly evidence: readonly string[];
}

function step(event: RecordedEvent, [trial, participant]: readonly [string, string], rows: RowStore): void {
  const known = rows.get(fold.name, [trial, participant]) as Kept | undefined;
  const before = known ?? { state: participantDecider.initial, evidence: [] };
  if (event.type === 'ValueCorrected' && !concerns(event, before)) return;
  const kept: Kept = {
    state: evolveRecorded(participantDecider, before.state, withoutEvaluation(event)),
    evidence: event.type === 'ScreeningDecisionRecorded' ? evidenceOf(event) : before.evidence,
  };
  rows.put(fold.name, { trial, participant, ...kept }, event.position);
  const row = rowOf(kept);
  if (row) rows.put(log.name, { trial, participant, ...row }, event.position);
}

function concerns({ data }: RecordedEvent, { state, evidence }: Kept): boolean {
  return evidence.some(id => id === data.event) || state.entries.some(entry => entry.event === data.event);
}

const evaluationOf = ({ data }: RecordedEvent) => (data as unknown as ScreeningDecision).evaluation;

const evidenceOf = (event: RecordedEvent): string[] => {
  const all = evaluationOf(event)?.criteria.flatMap(({ evidence }) => evidence) ?? [];
  return [...new Set(all.flatMap(({ event: id }) => (id === undefined ? [] : [id])))];
};

/** A whole evaluation is kept in the log; of it a row shows what was proposed. */
function withoutEvaluation(event: RecordedEvent): RecordedEvent {
  const evaluation = event.type === 'ScreeningDecisionRecorded' ? evaluationOf(event) : undefined;
  if (!evaluation) return event;
  const { position, stream, revision, id, type, data, metadata } = event;
  const shown = { ...data, evaluation: { proposal: evaluation.proposal } };
  return { position, stream, revision, id, type, data: shown, metadata };
}

function rowOf({ state, evidence }: Kept): Row | undefined {
  const profile = profileOf(state);
  if (!profile) return undefined;
  const consents = entriesOf(state, 'ConsentSigned').map(({ data }) => data);
  const withdrawal = latestOf(state, 'ConsentWithdrawn')?.data;
  const decision = latestOf(state, 'ScreeningDecisionRecorded');
  const enrollment = enrollmentOf(state)?.data;
  const affected = state.corrections.some(
    ({ event, revision }) => decision && revision > decision.revision && evidence.includes(event),
  );
  return {
    site: profile.site,
    status: state.status?.status,
    status_since: state.status?.since ?? null,
    protocol_version: state.protocolVersion,
    prescreened_at: profile.prescreenedAt,
    sex: profile.sex ?? null,
    birth_year: profile.birthYear ?? null,
    age_years: profile.ageYears ?? null,
    source_id: profile.sourceId ?? null,
    consent_version: consents.at(-1)?.version ?? null,
    consented_at: consents[0]?.signedAt ?? null,
    withdrawn_at: withdrawal?.withdrawnAt ?? null,
    data_use: withdrawal?.dataUse ?? null,
    decision: decision?.data.decision ?? null,
    proposal: decision?.data.evaluation?.proposal ?? null,
    decided_at: decision?.data.decidedAt ?? null,
    overridden: decision?.data.overridden ?? null,
    decision_affected: affected,
    enrolled_at: enrollment?.enrolledAt ?? null,
    arm: enrollment?.arm ?? null,
    actual_arm: enrollment?.actualArm ?? null,
  };
}

export interface ScreeningFilter {
  readonly site?: string;
  readonly status?: ParticipantStatus;
  readonly decision?: ScreeningOutcome;
  readonly enrolled?: boolean;
  /** Only participants behind this number in the list. */
  readonly behind?: string;
  readonly limit: number;
}

/** The screening log of a trial in the order of the participants' numbers, as of a position. */
export async function listScreening(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  { site, status, decision, enrolled, behind, limit }: ScreeningFilter,
): Promise<ScreeningListed[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof log]>>()
    .selectFrom('screening_log')
    .select([
      'participant',
      'site',
      'status',
      'status_since as statusSince',
      'sex',
      'arm',
      'decision',
      'proposal',
    ])
    .select(['protocol_version as protocolVersion', 'prescreened_at as prescreenedAt'])
    .select(['birth_year as birthYear', 'age_years as ageYears', 'source_id as sourceId'])
    .select([
      'consent_version as consentVersion',
      'consented_at as consentedAt',
      'withdrawn_at as withdrawnAt',
    ])
    .select(['data_use as dataUse', 'decided_at as decidedAt', 'overridden'])
    .select(['decision_affected as decisionAffected', 'enrolled_at as enrolledAt', 'actual_arm as actualArm'])
    .where('trial', '=', scope.trial)
    .$if(scope.sites !== 'all', query => query.where('site', 'in', scope.sites as string[]))
    .$if(site !== undefined, query => query.where('site', '=', site!))
    .$if(status !== undefined, query => query.where('status', '=', status!))
    .$if(decision !== undefined, query => query.where('decision', '=', decision!))
    .$if(enrolled !== undefined, query => query.where('enrolled_at', enrolled ? 'is not' : 'is', null))
    .$if(behind !== undefined, query => query.where('participant', '>', behind!))
    .where(holdsAt(at))
    .orderBy('participant')
    .limit(limit)
    .execute();
  return rows.map(({ overridden, decisionAffected, ...row }) => ({
    ...(row as unknown as Omit<ScreeningListed, 'overridden' | 'decisionAffected'>),
    overridden: overridden === null ? null : overridden === 1,
    decisionAffected: decisionAffected === 1,
  }));
}
