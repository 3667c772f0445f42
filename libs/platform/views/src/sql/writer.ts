import type { Kysely } from 'kysely';
import type { ColumnType, Key } from '../view';
import type { StoredValue } from './codec';
import type { PhysicalTable } from './physical-table';

/** Where a view stands. A checkpoint is written only together with the rows that the events up to it made. */
export interface CheckpointTable {
  readonly name: string;
  /** The view's version that made the rows. */
  readonly version: number;
  readonly shape: string;
  /** Which of the tables built beside each other are in use; never used twice. */
  readonly generation: number;
  /** Of the last event taken; -1 before the first. */
  readonly position: number;
  /** The hash of that event, to recognise another log. */
  readonly event_hash: string;
  /** Epoch milliseconds. */
  readonly updated_at: number;
}

export interface LeaseTable {
  readonly name: string;
  readonly holder: string;
  /** Rises with every new holder: who comes back with an older one has lost the lease. */
  readonly token: number;
  /** Epoch milliseconds, both. */
  readonly taken_at: number;
  readonly expires_at: number;
}

export interface MetaTables {
  readonly view_checkpoint: CheckpointTable;
  readonly view_lease: LeaseTable;
  /** See `Claim` of @platform/ownership. */
  readonly view_claim: {
    readonly name: string;
    readonly holder: string;
    readonly token: number;
    readonly beat: number;
  };
  readonly view_counter: { readonly name: string; readonly value: number };
  readonly view_reaction: { readonly name: string; readonly position: number };
}

/** What a page of events changes in one table, encoded. */
export interface TableChanges {
  readonly table: PhysicalTable;
  /** Without history: keys of rows that are gone, and whole rows under their keys. */
  readonly removals: readonly (readonly StoredValue[])[];
  readonly upserts: readonly (readonly StoredValue[])[];
  /** With history: [valid_to, ...key, valid_from] of versions that hold no longer, and whole new versions. */
  readonly endings: readonly (readonly StoredValue[])[];
  readonly versions: readonly (readonly StoredValue[])[];
}

/** Reads and writes rows of physical tables in bulk. */
export interface RowAccess {
  /**
   * For each key the row, or with history the newest version with `valid_from` and `valid_to` behind its
   * columns.
   */
  find(table: PhysicalTable, keys: readonly Key[]): Found | Promise<Found>;
  write(changes: TableChanges): Promise<void> | void;
}

export type Found = readonly (readonly StoredValue[] | undefined)[];

/** What is inside one transaction: all of it is committed together, or nothing. */
export interface ViewTransaction {
  readonly db: Kysely<MetaTables>;
  readonly rows: RowAccess;
}

export interface TransactionOptions {
  /**
   * Others may write meanwhile, where the database can: everything in it is guarded by a compare-and-set or a
   * lease. Checkpoints are moved in the order of their names, so that no two wait for each other.
   */
  readonly shared?: boolean;
  /** Logical names that mean other tables after the commit: no view moves and no snapshot is open meanwhile. */
  readonly renames?: readonly string[];
}

/**
 * A connection that writes views, and what its dialect does in its own way. It is the seam for another
 * database: whatever is not in an implementation of it is written once, with kysely.
 */
export interface ViewWriter extends ViewTransaction {
  readonly dialect: ViewDialect;
  /**
   * One writer at a time, in this process and in all, unless `shared`; waits for another one without blocking
   * the thread.
   * @throws ViewsBusy when another one did not finish within half a minute; ReadersInTheWay with `renames`
   */
  transaction<Result>(
    work: (within: ViewTransaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** Gathers the planner's statistics of tables that were just filled. */
  analyze(tables: readonly Pick<PhysicalTable, 'name'>[]): Promise<void>;
  close(): Promise<void>;
}

export interface ViewDialect {
  /** The type of a column, in the dialect's words. */
  columnType(type: ColumnType): string;
  /** What ends a `create table`. */
  readonly tableOptions: string;
  /** Whether a table that a view stands on is dropped only together with it. */
  readonly dropsWithDependents: boolean;
  /** Whether an error is the database's and not the statement's: the same again may work later. */
  isOutage(error: unknown): boolean;
}

export class ViewsBusy extends Error {
  /** Tells it apart where its class is lost, between threads. */
  readonly code = 'SQLITE_BUSY';

  constructor(options?: ErrorOptions) {
    super('The views are being written by somebody else, who did not finish in time.', options);
    this.name = 'ViewsBusy';
  }
}

/** Somebody reads what is to be renamed, for longer than others can be made to wait: to be tried again. */
export class ReadersInTheWay extends Error {
  constructor(options?: ErrorOptions) {
    super('The views are being read by somebody who has not finished yet.', options);
    this.name = 'ReadersInTheWay';
  }
}

/** The database of the views does not answer, or cannot at the moment. Nothing is lost. */
export class ViewsUnavailable extends Error {
  /** The database's or the system's, where there is one. */
  readonly code: string | undefined;

  constructor(options: { readonly cause: unknown }) {
    const { code, message } = options.cause as { readonly code?: unknown; readonly message?: unknown };
    super(`The database of the views does not answer: ${String(message)}`, options);
    this.name = 'ViewsUnavailable';
    this.code = typeof code === 'string' ? code : undefined;
  }
}
