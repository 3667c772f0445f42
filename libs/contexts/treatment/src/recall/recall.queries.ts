import { evolveUpTo, Query, QueryRejected, queryRow } from '@platform/commands';
import { isRejection } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { everyRecall, recallDecider, recallStream, type KnownRecall } from '../domain/recall/recall';
import { recallOf, type FoundInfusion } from '../domain/recall/recalling';
import { traceOf, tracingViews } from './tracing';

/** The recalls of a trial, as they read after corrections. */
export class ListProductRecalls extends Query {}

export interface ProductRecalls {
  readonly recalls: readonly KnownRecall[];
}

/** The look-back: who received the product of a recall, when and where, and for whom units of it are kept. */
export class TraceProductRecall extends Query {}

export interface ProductRecallTrace {
  readonly recall: KnownRecall;
  readonly exposed: readonly FoundInfusion[];
  readonly held: readonly FoundInfusion[];
}

const permission: Permission = 'treatment.read';

export const recallQueries = [
  queryRow<ListProductRecalls, ProductRecalls>({
    query: ListProductRecalls,
    permission,
    views: [],
    async answer(_, { log, scope, standsAt }) {
      const { state } = await evolveUpTo(log, recallStream(scope.trial), recallDecider, standsAt);
      return { recalls: everyRecall(state) };
    },
  }),
  queryRow<TraceProductRecall, ProductRecallTrace>({
    query: TraceProductRecall,
    permission,
    views: tracingViews,
    async answer(_, { log, views, scope, target, standsAt }) {
      const { state } = await evolveUpTo(log, recallStream(scope.trial), recallDecider, standsAt);
      const recall = recallOf(state, target.recall!);
      if (isRejection(recall)) throw new QueryRejected(recall);
      const found = await traceOf(views, scope, standsAt, recall);
      return {
        recall,
        exposed: found.filter(({ startedAt }) => startedAt !== undefined),
        held: found.filter(({ startedAt }) => startedAt === undefined),
      };
    },
  }),
];
