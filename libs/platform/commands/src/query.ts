import type { Position, Scope } from '@platform/kernel';
import type { EventLog } from '@platform/event-log';
import type { ViewDatabase } from '@platform/views';
import type { Caller, Target } from './command';
import type { StreamCache } from './running/stream-cache';

/** Where an answer stands in the log: everything up to there is in it, nothing after it. */
export interface StandsAt {
  /** Decimal text. */
  readonly position: string;
  /** The log's time there, UTC; null before the first event. */
  readonly recordedAt: string | null;
  /** Whether it was asked for as of an earlier moment. */
  readonly asOf: boolean;
}

/** Where a question came from and which moment it is about. */
export interface Asking {
  readonly caller: Caller;
  readonly target: Target;
  readonly address?: string;
  /** Position that the answer must include at least. */
  readonly after?: Position;
  /** A position or an instant (UTC text) as of which to answer. */
  readonly asOf?: { readonly position: Position } | { readonly instant: string };
}

const context = Symbol('context');

/** The base of every query: a class-validator class whose fields are the request's query string. */
export abstract class Query {
  [context]?: QueryContext;
}

export type QueryClass<Q extends Query = Query> = new () => Q;

/** What an answer may be made of, and how far the caller may see. */
export interface QueryContext {
  readonly scope: Scope;
  readonly target: Target;
  readonly caller: Caller;
  /** Position to answer as of; undefined for now. */
  readonly asOf: Position | undefined;
  /** Where the answer stands: `asOf`, or the place that the views have reached. */
  readonly standsAt: Position;
  /** Server's instant, UTC: what is over by now. As of an earlier moment that is the log's time there. */
  readonly now: string;
  readonly log: EventLog;
  readonly views: ViewDatabase;
  readonly streams: StreamCache;
}

export interface QueryRow<Q extends Query, Answer extends object> {
  readonly query: QueryClass<Q>;
  readonly permission: string;
  /** Views that have to have reached `after`; none when the answer is folded from the log itself. */
  readonly views: readonly string[];
  /** @throws QueryRejected for an argument that names nothing, or nothing that this caller may see */
  answer(query: Q, context: QueryContext): Promise<Answer>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- rows of all contexts share one table; their types differ
export type AnyQueryRow = QueryRow<any, any>;

/** Checks a row's types against each other. */
export const queryRow = <Q extends Query, Answer extends object>(
  row: QueryRow<Q, Answer>,
): QueryRow<Q, Answer> => row;

export function attachContext(query: Query, to: QueryContext): void {
  Object.defineProperty(query, context, { value: to, configurable: true });
}

/** @throws Error when a query reaches a handler without having passed the gate. */
export function contextOf(query: Query): QueryContext {
  const attached = query[context];
  if (!attached) throw new Error(`${query.constructor.name} did not come through the gate.`);
  return attached;
}

export type Answered<Answer> = { readonly standsAt: StandsAt } & Answer;
