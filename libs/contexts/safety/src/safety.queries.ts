import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { evolveRecorded, Query, QueryRejected, queryRow } from '@platform/commands';
import { eachOfStream } from '@platform/event-log';
import { IsOmittable, IsPartialDate, IsStreamIdText, IsText, PagedQuery, pageOf } from '@platform/http';
import { absent, coversSite, type Actor, type ClinicalTime, type JsonObject } from '@platform/kernel';
import type { RecordedEvent, Reason } from '@platform/kernel';
import { siteOfParticipant, type Permission } from '@trial/access';
import { adverseEventDecider, adverseEventStream, type AdverseEventState } from './domain/adverse-event';
import {
  awaitsExpectedness,
  combinedCausality,
  isRelated,
  isSerious,
  isSusar,
  type CombinedCausality,
} from './domain/conclusions';
import { contradictionsOf, type ContradictionId } from './domain/contradictions';
import { isOf } from './domain/recording';
import { listAdverseEvents, type AdverseEventListed } from './views/adverse-event-log';

type YesNo = 'true' | 'false';
const yesNo: readonly YesNo[] = ['true', 'false'];

/** The adverse events of a trial, of its participant when the path names one. */
export class ListAdverseEvents extends PagedQuery {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsStreamIdText()
  participant?: string;

  @IsOmittable()
  @IsIn(yesNo)
  serious?: YesNo;

  @IsOmittable()
  @IsIn(yesNo)
  related?: YesNo;

  @IsOmittable()
  @IsIn(yesNo)
  susar?: YesNo;

  @IsOmittable()
  @IsIn(yesNo)
  voided?: YesNo;

  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5)
  grade?: number;

  /** Part of the reported or of the preferred term. */
  @IsOmittable()
  @IsText(200)
  term?: string;

  @IsOmittable()
  @IsPartialDate()
  onsetFrom?: string;

  @IsOmittable()
  @IsPartialDate()
  onsetUntil?: string;
}

export interface AdverseEventPage {
  readonly adverseEvents: readonly AdverseEventListed[];
  /** For the page behind this one; absent on the last. */
  readonly next?: string;
}

/** One adverse event with everything that was recorded of it. */
export class ReadAdverseEvent extends Query {}

export interface AdverseEventRecord extends Omit<AdverseEventState, 'entries' | 'imported'> {
  readonly serious: boolean;
  readonly related: boolean;
  readonly susar: boolean;
  readonly awaitsExpectedness: boolean;
  readonly combinedCausality: readonly CombinedCausality[];
  readonly flags: readonly ContradictionId[];
  readonly history: readonly HistoryEntry[];
}

export interface HistoryEntry {
  readonly event: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly occurredAt?: ClinicalTime;
  readonly actor: Actor;
  readonly data: JsonObject;
  readonly previous?: JsonObject;
  readonly reason?: Reason;
}

const reading: Permission = 'safety.read';

const isTrue = (text: YesNo | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true';

export const safetyQueries = [
  queryRow<ListAdverseEvents, AdverseEventPage>({
    query: ListAdverseEvents,
    permission: reading,
    views: ['adverse-event-log'],
    async answer(query, { views, scope, target, standsAt }) {
      const { site, grade, term, onsetFrom, onsetUntil } = query;
      const { rows: adverseEvents, ...next } = await pageOf(query, wanted =>
        listAdverseEvents(views, scope, standsAt, {
          ...{ site, grade, term, onsetFrom, onsetUntil },
          participant: target.participant ?? query.participant,
          serious: isTrue(query.serious),
          related: isTrue(query.related),
          susar: isTrue(query.susar),
          voided: isTrue(query.voided),
          ...wanted,
        }),
      );
      return { adverseEvents, ...next };
    },
  }),
  queryRow<ReadAdverseEvent, AdverseEventRecord>({
    query: ReadAdverseEvent,
    permission: reading,
    views: [],
    async answer(_, { log, scope, target, standsAt }) {
      let state = adverseEventDecider.initial;
      const history: HistoryEntry[] = [];
      for await (const event of eachOfStream(log, adverseEventStream(target.adverseEvent!), {
        upTo: standsAt,
      })) {
        state = evolveRecorded(adverseEventDecider, state, event);
        history.push(historyOf(event));
      }
      // Somebody else's event, one of another site and one that is not are the same answer.
      if (!isOf(state, target) || !coversSite(scope, siteOfParticipant(target.participant!))) {
        throw new QueryRejected(absent('AE-UNKNOWN', 'This participant has no such adverse event.'));
      }
      const { entries: _entries, imported: _imported, ...record } = state;
      return {
        ...record,
        serious: isSerious(state),
        related: isRelated(state),
        susar: isSusar(state),
        awaitsExpectedness: awaitsExpectedness(state),
        combinedCausality: combinedCausality(state),
        flags: contradictionsOf(state),
        history,
      };
    },
  }),
];

function historyOf({ id, type, data, metadata }: RecordedEvent): HistoryEntry {
  const { recordedAt, occurredAt, actor, previous, reason } = metadata;
  return { event: id, type, recordedAt, occurredAt, actor, data, previous, reason };
}
