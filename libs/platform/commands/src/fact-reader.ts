import type { Decider, DomainEvent, FactCitation, Position, Rejection, StreamName } from '@platform/kernel';
import { formatPosition } from '@platform/kernel';
import type { AnyCommandRow, Command, Receipt, Target } from './command';
import type { FoldedStream, StreamCache } from './stream-cache';

/** Reads other streams for a decision and remembers what it read, so that the decision can cite it. */
export class FactReader {
  private readonly cited = new Map<string, FactCitation>();

  constructor(
    private readonly streams: StreamCache,
    /**
     * Runs another row first, under an id derived from this command: for a decision that needs a reservation in
     * another stream. Repeating the outer command repeats the inner one, which then answers as it did.
     */
    readonly runFirst: (row: AnyCommandRow, command: Command, target: Target) => Promise<Receipt | Rejection>,
  ) {}

  /** The state of another stream as it stands now; its revision and position go into the events' metadata. */
  async read<State, Event extends DomainEvent>(
    stream: StreamName,
    decider: Decider<State, Event>,
  ): Promise<State> {
    return this.cite(stream, await this.streams.load(stream, decider));
  }

  /**
   * The state of another stream as it stood at a position, for a decision about what followed from an event: it comes
   * out the same however late it is made.
   */
  async readAsOf<State, Event extends DomainEvent>(
    stream: StreamName,
    decider: Decider<State, Event>,
    upTo: Position,
  ): Promise<State> {
    return this.cite(stream, await this.streams.loadAsOf(stream, decider, upTo));
  }

  private cite<State>(
    stream: StreamName,
    { state, head, position }: Pick<FoldedStream<State>, 'state' | 'head' | 'position'>,
  ): State {
    this.cited.set(stream, { stream, revision: head.revision, position: formatPosition(position) });
    return state;
  }

  citations(): FactCitation[] {
    return [...this.cited.values()];
  }
}
