import Database from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { unrelated, type ViewPeers } from './follow/peers';
import { createMetaTables } from './sql/schema';
import { openToRead, openToWrite } from './sql/sqlite-file';
import { kyselyOf, SqliteConnection } from './sql/sqlite-connection';
import { SqliteWriter } from './sql/sqlite-writer';
import { ThreadedWriter } from './sql/threaded-writer';
import type { ViewWriter } from './sql/writer';

// oxlint-disable-next-line typescript/no-explicit-any -- each context types its own tables
export type AnyTables = any;

/** Queries over the tables of a view: `views.reader<TablesOf<typeof tables>>()`. It cannot write. */
export type ViewReader<Tables> = Kysely<Tables>;

/** Readers that see the views as they stood at one moment. */
export interface ViewSnapshot {
  reader<Tables = AnyTables>(): ViewReader<Tables>;
}

/**
 * The tables of all views. Readers ask by logical names and never see a half: neither of a page of events,
 * nor of a rebuild. Everything in here can be computed again from the log.
 */
export abstract class ViewDatabase {
  /** Each query sees the newest commit; two of them need not see the same one. */
  abstract reader<Tables = AnyTables>(): ViewReader<Tables>;

  /**
   * Runs several queries over the same rows, for an answer that is put together from them. Keep it short:
   * while it is open the file cannot give back the space of what was overwritten.
   */
  abstract snapshot<Result>(work: (snapshot: ViewSnapshot) => Promise<Result>): Promise<Result>;

  /** The engine's connection. */
  abstract readonly writer: ViewWriter;

  /**
   * Another connection that writes, for a rebuild; the caller closes it.
   * @param options.inThread it writes in a thread of its own, where the database is a file
   */
  abstract openWriter(options?: { readonly inThread?: boolean }): ViewWriter;

  /** For one engine: what it has to do with those of other processes. The caller closes it. */
  openPeers(): ViewPeers {
    return unrelated;
  }

  abstract close(): Promise<void>;
}

export class ViewsDamaged extends Error {
  constructor(file: string, options?: ErrorOptions) {
    super(
      `The views in ${file} cannot be read. Nothing is lost: stop the software, delete this file and those ` +
        'beside it that begin with its name, and start again; they are computed from the event log.',
      options,
    );
    this.name = 'ViewsDamaged';
  }
}

/**
 * Opens `views.sqlite` in the data folder, and makes it when there is none.
 * @throws ViewsDamaged, or the storage's error
 */
export async function openViews(options: { readonly folder: string }): Promise<ViewDatabase> {
  mkdirSync(options.folder, { recursive: true });
  const file = join(options.folder, 'views.sqlite');
  try {
    const views = new SqliteViews(file);
    await views.writer.transaction(within => createMetaTables(within, views.writer.dialect));
    return views;
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') throw new ViewsDamaged(file, { cause: error });
    throw error;
  }
}

/** Views that end with the process: for a replay, or a test. */
export async function openViewsInMemory(): Promise<ViewDatabase> {
  const views = new MemoryViews();
  await views.writer.transaction(within => createMetaTables(within, views.writer.dialect));
  return views;
}

const idleSnapshots = 4;

class SqliteViews extends ViewDatabase {
  readonly writer: SqliteWriter;
  private readonly shared: ReadConnection;
  private readonly idle: ReadConnection[] = [];
  private closed = false;

  constructor(private readonly file: string) {
    super();
    // The writer comes first: a connection that only reads cannot make the file.
    this.writer = new SqliteWriter(openToWrite(this.file));
    this.shared = this.openConnection();
  }

  reader<Tables = AnyTables>(): ViewReader<Tables> {
    return this.shared.db as ViewReader<Tables>;
  }

  async snapshot<Result>(work: (snapshot: ViewSnapshot) => Promise<Result>): Promise<Result> {
    const connection = this.idle.pop() ?? this.openConnection();
    try {
      // SQLite takes the snapshot with the first row that is read, not with `begin`.
      connection.database.exec('begin; select 1 from view_checkpoint limit 1');
      return await work({ reader: <Tables>() => connection.db as ViewReader<Tables> });
    } finally {
      connection.database.exec('commit');
      if (this.closed || this.idle.length >= idleSnapshots) connection.database.close();
      else this.idle.push(connection);
    }
  }

  openWriter({ inThread = false } = {}): ViewWriter {
    return inThread ? new ThreadedWriter(this.file) : new SqliteWriter(openToWrite(this.file));
  }

  private openConnection(): ReadConnection {
    const database = openToRead(this.file);
    const connection = new SqliteConnection(
      database,
      () => openToRead(this.file),
      async () => undefined,
    );
    return { database, db: kyselyOf(connection) };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { database } of [this.shared, ...this.idle.splice(0)]) database.close();
    await this.writer.close();
  }
}

interface ReadConnection {
  readonly database: Database.Database;
  readonly db: Kysely<AnyTables>;
}

/** One connection for everything; who reads waits until no transaction is open. */
class MemoryViews extends ViewDatabase {
  readonly writer: SqliteWriter;
  private readonly database = new Database(':memory:');
  private readonly db: Kysely<AnyTables>;

  constructor() {
    super();
    this.writer = new SqliteWriter(this.database);
    this.db = kyselyOf(new SqliteConnection(this.database, undefined, () => this.writer.idle()));
  }

  reader<Tables = AnyTables>(): ViewReader<Tables> {
    return this.db as ViewReader<Tables>;
  }

  snapshot<Result>(work: (snapshot: ViewSnapshot) => Promise<Result>): Promise<Result> {
    return this.writer.transaction(() =>
      work({ reader: <Tables>() => this.writer.db as unknown as ViewReader<Tables> }),
    );
  }

  openWriter(): ViewWriter {
    const { writer } = this;
    return {
      dialect: writer.dialect,
      db: writer.db,
      rows: writer.rows,
      transaction: work => writer.transaction(work),
      analyze: tables => writer.analyze(tables),
      close: async () => undefined,
    };
  }

  async close(): Promise<void> {
    this.database.close();
  }
}
