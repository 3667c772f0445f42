import { evolveUpTo, Query, QueryRejected, queryRow } from '@platform/commands';
import { isRejection, type Position, type Scope } from '@platform/kernel';
import type { ViewDatabase } from '@platform/views';
import type { Permission } from '@trial/access';
import { recallDecider, recallOf, recallStream, traceOf, tracingViews } from '@trial/treatment';
import { listAdverseEvents, type AdverseEventListed } from '../views/adverse-event-log';

/** The adverse events of those who received the product of a recall, whatever they began with. */
export class ListRecallAdverseEvents extends Query {}

export interface RecallAdverseEvents {
  readonly recall: string;
  /** Each participant who received the product, with all that was reported; those without an event too. */
  readonly participants: readonly {
    readonly site: string;
    readonly participant: string;
    readonly adverseEvents: readonly AdverseEventListed[];
  }[];
}

export const recallQueries = [
  queryRow<ListRecallAdverseEvents, RecallAdverseEvents>({
    query: ListRecallAdverseEvents,
    permission: 'safety.read' satisfies Permission,
    views: [...tracingViews, 'adverse-event-log'],
    async answer(_, { log, views, scope, target, standsAt }) {
      const { state } = await evolveUpTo(log, recallStream(scope.trial), recallDecider, standsAt);
      const recall = recallOf(state, target.recall!);
      if (isRejection(recall)) throw new QueryRejected(recall);
      const found = await traceOf(views, scope, standsAt, recall);
      const exposed = found.filter(({ startedAt }) => startedAt !== undefined);
      const siteOf = new Map(exposed.map(({ participant, site }) => [participant, site]));
      const participants = [];
      for (const [participant, site] of siteOf) {
        const adverseEvents = await allOf(participant, views, scope, standsAt);
        participants.push({ site, participant, adverseEvents });
      }
      return { recall: recall.recall, participants };
    },
  }),
];

const pageSize = 1_000;

async function allOf(
  participant: string,
  views: ViewDatabase,
  scope: Scope,
  at: Position,
): Promise<AdverseEventListed[]> {
  const all: AdverseEventListed[] = [];
  let behind: Position | undefined;
  for (;;) {
    const page = await listAdverseEvents(views, scope, at, { participant, behind, limit: pageSize });
    all.push(...page.map(({ number: _number, ...listed }) => listed));
    if (page.length < pageSize) return all;
    behind = page.at(-1)!.number as Position;
  }
}
