/** Who does the work of one name, as it is written where all processes of a ledger see it. */
export interface Claim {
  readonly name: string;
  /** See `thisProcess`; empty when the last one has let it go. */
  readonly holder: string;
  /** Rises with every new holder, for ever: who comes back with an older one has lost the work. */
  readonly token: number;
  /** Rises with every sign of life. */
  readonly beat: number;
}

/**
 * Claims of all processes.
 *
 * It promises that each change is made only where the claim stands as it was seen, and is seen by whoever reads after
 * it was answered. It promises nothing about time: whether a holder lives is for its contenders to find out.
 */
export interface ClaimStore {
  read(name: string): Promise<Claim | undefined>;

  /**
   * Makes a new holder, if the claim still stands as it was seen: the same token and the same beat, or none at all.
   * @returns the new claim, with the next token; undefined when somebody else was there first
   */
  take(name: string, seen: Claim | undefined, holder: string): Promise<Claim | undefined>;

  /** A sign of life. @returns false when the claim has passed to somebody else */
  renew(claim: Claim): Promise<boolean>;

  /** Lets go, so that the next one need not wait. Nothing happens to a claim that has passed to somebody else. */
  release(claim: Claim): Promise<void>;
}

/** The time for which somebody may act as the owner. */
export interface Tenure {
  readonly token: number;
  /** Aborts when the work has to end: at a stop, or when it has passed to another process. */
  readonly signal: AbortSignal;
  /**
   * Whether the work is still this process's. To be asked right before each act: a process that stood still for a
   * while finds out here, before any timer of its own has told it.
   */
  holds(): boolean;
}

/** Something that one process at a time does. */
export interface OwnedWork {
  /** Called when the work becomes this process's. @throws Error: the work is given back, and tried again */
  begin(tenure: Tenure): Promise<void> | void;
  /** Called when the tenure has ended, or is about to be given up: finishes the step at hand. */
  end(): Promise<void> | void;
}
