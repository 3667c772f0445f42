import type { Decider, DomainEvent, FactCitation, Position, Rejection, StreamName } from '@platform/kernel';
import { formatPosition } from '@platform/kernel';
import type { ViewDatabase } from '@platform/views';
import type { AnyCommandRow, Command, Receipt, Target } from '../command';
import type { FoldedStream, StreamCache } from '../running/stream-cache';

/** Views for a decision that counts over many streams. */
export interface FactViews {
  /**
   * Some views, once they have reached a position. What is asked of them is asked as of that position, so that the same
   * command finds the same facts whenever it is run.
   * @throws NotYetVisible when that takes too long; then the command may be sent again
   */
  reached(position: Position, views: readonly string[]): Promise<ViewDatabase>;

  /**
   * Some views as they stand, once they had come to where the log ended when this process first asked; they may lag a
   * little since. Missing where nothing follows the log.
   */
  latest?(views: readonly string[]): Promise<ViewDatabase>;
}

/** Folds nothing: for who asks for a stream's head alone. */
const headsOnly: Decider<undefined, DomainEvent> = { initial: undefined, evolve: state => state };

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
    private readonly views?: FactViews,
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

  /**
   * Where another stream stands now, for a decision about the stream as a whole: the hash at its head is one over
   * everything in it.
   */
  async headOf(stream: StreamName): Promise<Pick<FoldedStream<unknown>, 'head' | 'position'>> {
    const folded = await this.streams.load(stream, headsOnly);
    this.cite(stream, folded);
    return folded;
  }

  /** Position of the log's last event at this moment. */
  logHead(): Promise<Position> {
    return this.streams.logHead();
  }

  private cite<State>(
    stream: StreamName,
    { state, head, position }: Pick<FoldedStream<State>, 'state' | 'head' | 'position'>,
  ): State {
    this.cited.set(stream, { stream, revision: head.revision, position: formatPosition(position) });
    return state;
  }

  /**
   * Views that have reached a position. They are no stream that could be cited: the decision itself writes down the
   * position, and what it found there.
   * @throws NotYetVisible
   */
  viewsAt(position: Position, names: readonly string[]): Promise<ViewDatabase> {
    if (!this.views) throw new Error('This process has no views for decisions.');
    return this.views.reached(position, names);
  }

  /**
   * Views as they stand, which may lag a little: for a list of candidates alone, of whom the decision asks each stream
   * itself. Undefined where nothing follows the log.
   */
  async latestViews(names: readonly string[]): Promise<ViewDatabase | undefined> {
    return this.views?.latest?.(names);
  }

  citations(): FactCitation[] {
    return [...this.cited.values()];
  }
}
