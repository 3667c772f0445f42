import type { QueryContext } from '@platform/commands';
import { laterOf, logStart, streamName, toPosition, type Position, type StreamName } from '@platform/kernel';
import { conditionsOf, type Condition, type TrailFilter } from './domain/dimensions';

/** What somebody asks of the trail, apart from its order. */
export interface TrailQuestion extends TrailFilter {
  readonly stream?: readonly string[];
  readonly adverseEvent?: readonly string[];
  /** Instants of the log's time, UTC text, inclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Decimal text, inclusive. */
  readonly fromPosition?: string;
  readonly toPosition?: string;
}

/** A question in the terms in which it is answered. */
export interface Wanted {
  readonly conditions: readonly Condition[];
  /** When given, only events of these streams. */
  readonly streams?: readonly StreamName[];
  /** Exclusive. */
  readonly after: Position;
  /** Inclusive. */
  readonly upTo: Position;
}

/**
 * @param upTo where the trail that is asked about ends
 */
export async function wantedBy(
  question: TrailQuestion,
  { scope, log }: Pick<QueryContext, 'scope' | 'log'>,
  upTo: Position,
): Promise<Wanted> {
  const { from, to, fromPosition, toPosition: lastPosition } = question;
  const after = [logStart];
  const until = [upTo];
  if (from !== undefined) after.push(await log.positionAt(Date.parse(from) - 1));
  if (to !== undefined) until.push(await log.positionAt(Date.parse(to)));
  // Positions are whole numbers: beyond the one before means at or beyond it.
  if (fromPosition !== undefined) after.push(toPosition(BigInt(fromPosition) - 1n));
  if (lastPosition !== undefined) until.push(toPosition(BigInt(lastPosition)));
  return {
    conditions: conditionsOf(scope, question),
    streams: streamsOf(question),
    after: after.reduce(laterOf),
    upTo: until.reduce((a, b) => (a < b ? a : b)),
  };
}

function streamsOf({ stream, adverseEvent }: TrailQuestion): StreamName[] | undefined {
  if (!stream && !adverseEvent) return undefined;
  const ofAdverseEvents = adverseEvent?.map(id => streamName('adverseEvent', id)) ?? [];
  const named = (stream ?? ofAdverseEvents) as StreamName[];
  return [...new Set(adverseEvent ? named.filter(name => ofAdverseEvents.includes(name)) : named)];
}
