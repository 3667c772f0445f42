import { LRUCache } from 'lru-cache';
import {
  emptyStream,
  headOf,
  logStart,
  type Decider,
  type DomainEvent,
  type Position,
  type RecordedEvent,
  type StreamHead,
  type StreamName,
} from '@platform/kernel';
import { defaultPageSize, type EventLog } from '@platform/event-log';
import { evolveRecorded } from './evolve-recorded';
import { evolveUpTo } from './evolve-up-to';

/** What an earlier command did to a stream, so that its repetition can be answered. */
export interface CommandMark {
  readonly fingerprint: string;
  readonly recordedAt: string;
  readonly events: readonly { readonly id: string; readonly type: string }[];
  readonly revision: number;
  readonly position: Position;
}

/** A stream folded up to its head. */
export interface FoldedStream<State> {
  readonly state: State;
  readonly head: StreamHead;
  readonly position: Position;
  readonly commands: ReadonlyMap<string, CommandMark>;
}

interface Entry {
  folded: FoldedStream<unknown>;
  commands: Map<string, CommandMark>;
}

/**
 * Folded streams, kept so that a decision on a long stream reads only what is new. Every load still asks the log
 * for events behind the kept revision, so a kept state is never older than the log. Bounded by the events of all folds
 * together, not by streams.
 */
export class StreamCache {
  private readonly entries: LRUCache<string, Entry>;
  private readonly deciders = new Map<object, number>();

  constructor(
    private readonly log: EventLog,
    maxEvents = 400_000,
  ) {
    this.entries = new LRUCache({
      maxSize: maxEvents,
      sizeCalculation: entry => entry.folded.head.revision + 1,
    });
  }

  async load<State, Event extends DomainEvent>(
    stream: StreamName,
    decider: Decider<State, Event>,
  ): Promise<FoldedStream<State>> {
    const key = this.keyOf(stream, decider);
    const known = this.entries.get(key);
    const entry: Entry = known
      ? { folded: known.folded, commands: known.commands }
      : { folded: { ...nothing, state: decider.initial }, commands: new Map() };
    for (let page = await this.pageBehind(stream, entry); page.length > 0;) {
      for (const event of page) {
        // Another load of the same stream may have marked the commands already; marking again changes nothing.
        entry.folded = step(decider, entry.folded as FoldedStream<State>, event, mark(entry.commands, event));
      }
      page = page.length < defaultPageSize ? [] : await this.pageBehind(stream, entry);
    }
    if (entry.folded !== known?.folded && entry.folded.head.revision >= 0) this.entries.set(key, entry);
    return entry.folded as FoldedStream<State>;
  }

  /**
   * A stream as it was known at a position: the kept state where nothing lies behind the position, else the fold of
   * the events up to there, which is not kept.
   */
  async loadAsOf<State, Event extends DomainEvent>(
    stream: StreamName,
    decider: Decider<State, Event>,
    upTo: Position,
  ): Promise<Pick<FoldedStream<State>, 'state' | 'head' | 'position'>> {
    const folded = await this.load(stream, decider);
    return folded.position <= upTo ? folded : evolveUpTo(this.log, stream, decider, upTo);
  }

  /** Position of the log's last event at this moment. */
  logHead(): Promise<Position> {
    return this.log.head();
  }

  private pageBehind(stream: StreamName, { folded }: Entry): Promise<RecordedEvent[]> {
    return this.log.readStream(stream, { from: folded.head.revision + 1, limit: defaultPageSize });
  }

  /** What two deciders make of one stream are two things. */
  private keyOf(stream: StreamName, decider: object): string {
    let number = this.deciders.get(decider);
    if (number === undefined) this.deciders.set(decider, (number = this.deciders.size));
    return `${number} ${stream}`;
  }
}

const nothing = { head: emptyStream, position: logStart, commands: new Map<string, CommandMark>() };

function step<State, Event extends DomainEvent>(
  decider: Decider<State, Event>,
  before: FoldedStream<State>,
  event: RecordedEvent,
  commands: ReadonlyMap<string, CommandMark>,
): FoldedStream<State> {
  return {
    state: evolveRecorded(decider, before.state, event),
    head: headOf(event),
    position: event.position,
    commands,
  };
}

function mark(marks: Map<string, CommandMark>, event: RecordedEvent): Map<string, CommandMark> {
  const { command, recordedAt } = event.metadata;
  const before = marks.get(command.id);
  if (before && before.revision >= event.revision) return marks;
  marks.set(command.id, {
    fingerprint: command.fingerprint,
    recordedAt,
    events: [...(before?.events ?? []), { id: event.id, type: event.type }],
    revision: event.revision,
    position: event.position,
  });
  return marks;
}
