/**
 * What an engine has to do with the other processes that have the same views. Nothing in it is needed for views to be
 * right: checkpoints see to it that each event is taken once.
 */
export interface ViewPeers {
  /**
   * Which of these this process moves from now on, until it asks without them, its share becomes smaller or its
   * connection breaks; each of the others is moved by somebody else. Costs nothing for those that it moves already.
   * @returns their names
   * @throws ViewsUnavailable
   */
  claim(wanted: readonly Claimed[]): Promise<ReadonlySet<string>>;

  /**
   * Tells when somebody may have committed; may be late, or never come.
   * @returns ends it
   */
  onNews(listener: () => void): () => void;

  /**
   * Tells the others that somebody here waits for what they move, so that they do not take their time. May come to
   * nothing.
   */
  ask(): void;

  /** Called when somebody elsewhere waits, until `close`. */
  onAsked(listener: () => void): void;

  /** How often who waits looks by himself, milliseconds. */
  readonly lookMs: number;

  /** Gives all claims back. */
  close(): Promise<void>;
}

/** A view, or one of the partitions of a view: those of one view are shared among all processes that claim it. */
export interface Claimed {
  /** The checkpoint's. */
  readonly name: string;
  readonly view: string;
  /** How many partitions the view has. */
  readonly of: number;
}

/** Where many may move the same view, and whoever is first has done it. */
export const unrelated: ViewPeers = {
  claim: async wanted => new Set(wanted.map(({ name }) => name)),
  onNews: () => () => undefined,
  ask: () => undefined,
  onAsked: () => undefined,
  lookMs: 50,
  close: async () => undefined,
};
