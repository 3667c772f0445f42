import { LRUCache } from 'lru-cache';
import {
  emptyStream,
  headOf,
  logStart,
  type Decider,
  type DomainEvent,
  type Position,
  type StreamHead,
  type StreamName,
} from '@platform/kernel';
import { eachOfStream, type EventLog } from '@platform/event-log';
import { evolveRecorded } from './evolve-recorded';

/** A stream's state as it was known at one of its events. */
export interface Milestone<State> {
  readonly state: State;
  readonly head: StreamHead;
  readonly position: Position;
}

type Milestones = LRUCache<string, readonly Milestone<unknown>[]>;

/** What an answer folds at most, however long the stream has become. */
const milestoneEvery = 100;
const mostMilestones = 500;

/** Events never change, so what was folded once holds for as long as the log is open. */
const known = new WeakMap<EventLog, Map<object, Milestones>>();

/**
 * A stream as it was known at a position: the fold of its events up to there. The state at every hundredth event is
 * kept, so that the streams that many answers need (a site's, a trial's) are not folded from their beginning each time.
 */
export async function evolveUpTo<State, Event extends DomainEvent>(
  log: EventLog,
  stream: StreamName,
  decider: Decider<State, Event>,
  upTo: Position,
): Promise<Milestone<State>> {
  const kept = milestonesOf(log, decider);
  const start = kept.get(stream)?.findLast(({ position }) => position <= upTo);
  let at = (start ?? { state: decider.initial, head: emptyStream, position: logStart }) as Milestone<State>;
  const passed: Milestone<State>[] = [];
  for await (const event of eachOfStream(log, stream, { from: at.head.revision + 1, upTo })) {
    const state = evolveRecorded(decider, at.state, event);
    at = { state, head: headOf(event), position: event.position };
    if (event.revision % milestoneEvery === milestoneEvery - 1) passed.push(at);
  }
  keep(kept, stream, passed);
  return at;
}

/** Another answer may have passed the same events meanwhile. */
function keep(kept: Milestones, stream: StreamName, passed: readonly Milestone<unknown>[]): void {
  const before = kept.get(stream) ?? [];
  const last = before.at(-1)?.position ?? logStart;
  const further = passed.filter(({ position }) => position > last);
  if (further.length > 0) kept.set(stream, [...before, ...further]);
}

function milestonesOf(log: EventLog, decider: object): Milestones {
  const ofLog = known.get(log) ?? new Map<object, Milestones>();
  known.set(log, ofLog);
  const kept: Milestones =
    ofLog.get(decider) ??
    new LRUCache({ maxSize: mostMilestones, sizeCalculation: milestones => milestones.length });
  ofLog.set(decider, kept);
  return kept;
}
