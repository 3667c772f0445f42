import Database from 'better-sqlite3';
import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LogUnavailable, type LogFailure } from '../port';

/** Version of the tables below, kept in `PRAGMA user_version`. */
export const schemaVersion = 1;

/**
 * Positions and revisions are dense, and rows are only ever added behind the last one. The triggers hold that against
 * every connection, also a command-line shell's: `INSERT OR REPLACE` would otherwise delete a row without a word.
 * There is no index on the event's id: random keys cost half the rate, and a retry is found by its revision.
 */
const schema = `
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,      -- RFC 8785
    metadata TEXT NOT NULL,  -- RFC 8785, with the hash over all of the event
    log_time INTEGER NOT NULL,  -- running maximum of recordedAt, epoch milliseconds
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX event_by_log_time ON event (log_time);
  CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(FAIL, 'an event is never changed'); END;
  CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(FAIL, 'an event is never deleted'); END;
  CREATE TRIGGER event_is_added_at_the_end BEFORE INSERT ON event
    WHEN NEW.position <> (SELECT coalesce(max(position), -1) + 1 FROM event)
      OR NEW.revision <> (SELECT coalesce(max(revision), -1) + 1 FROM event WHERE stream = NEW.stream)
    BEGIN SELECT RAISE(FAIL, 'an event is added only at the end of the log and of its stream'); END;
`;

/** The columns of `EventRow`, in its order. */
export const selectEvent = 'SELECT position, stream, revision, id, type, data, metadata FROM event';

/** The file was written by a newer release; nothing in it was touched. */
export class NewerEventLog extends Error {
  constructor(readonly found: number) {
    super(
      `The event log has schema ${found}; this software knows ${schemaVersion}. Use the release that wrote it.`,
    );
    this.name = 'NewerEventLog';
  }
}

/**
 * Opens the writing connection, and makes the file and its tables when there are none.
 * @param lockWaitMs how long a call may block the thread while another process writes
 * @throws NewerEventLog | LogUnavailable
 */
export function openWriter(file: string, lockWaitMs: number): Database.Database {
  return guarded(file, () => {
    makeFolder(dirname(resolve(file)));
    // Two processes may start on the same new file: here, and only here, the lock is waited for at leisure.
    const db = new Database(file, { timeout: 5_000 });
    try {
      checkVersion(db);
      db.pragma('journal_mode = WAL');
      makeDurable(db);
      // If we die inside, the next start finds an empty file and makes the tables again.
      db.transaction(() => {
        if (checkVersion(db) === 0) db.exec(`${schema} PRAGMA user_version = ${schemaVersion};`);
      }).immediate();
      db.pragma(`busy_timeout = ${lockWaitMs}`);
      db.pragma('cache_size = -32000');
      db.pragma('temp_store = MEMORY');
      db.pragma('journal_size_limit = 67108864');
      // Checkpoints are run by the log itself, where their errors can be seen.
      db.pragma('wal_autocheckpoint = 0');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Opens a connection that reads only, so that no read waits for a write.
 * @param cacheKiB how much of the file it may keep in memory
 * @throws LogUnavailable
 */
export function openReader(file: string, cacheKiB = 16_000): Database.Database {
  return guarded(file, () => {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
    db.pragma(`cache_size = -${cacheKiB}`);
    return db;
  });
}

function checkVersion(db: Database.Database): number {
  const found = db.pragma('user_version', { simple: true }) as number;
  if (found > schemaVersion) throw new NewerEventLog(found);
  return found;
}

/**
 * Without `synchronous = FULL` a WAL database loses acknowledged commits in a power cut, and this build of SQLite falls
 * back to NORMAL each time that a WAL file is opened again. So it is set on every open, and read back.
 */
function makeDurable(db: Database.Database): void {
  db.pragma('synchronous = FULL');
  const [mode, level] = [
    db.pragma('journal_mode', { simple: true }),
    db.pragma('synchronous', { simple: true }),
  ];
  if (mode !== 'wal' || level !== 2) {
    throw new LogUnavailable('storage error', 'not written', {
      cause: new Error(`The database stands at journal_mode ${String(mode)}, synchronous ${String(level)}.`),
    });
  }
}

/** Makes a folder that survives a power cut: the entries above it are synced too, from the first that was missing. */
function makeFolder(folder: string): void {
  const firstMade = mkdirSync(folder, { recursive: true });
  if (firstMade === undefined || process.platform === 'win32') return;
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) {
    const parent = openSync(dirname(made), 'r');
    fsyncSync(parent);
    closeSync(parent);
  }
}

function guarded<Result>(file: string, open: () => Result): Result {
  try {
    return open();
  } catch (error) {
    if (error instanceof NewerEventLog || error instanceof LogUnavailable) throw error;
    // Neither SQLite nor a recursive mkdir tells a read-only disk from a path that is not there.
    const denied = /^(SQLITE_CANTOPEN|ENOENT)/.test(codeOf(error)) && !isWritable(dirname(resolve(file)));
    throw new LogUnavailable(denied ? 'read-only storage' : failureOf(error), 'not written', {
      cause: error,
    });
  }
}

/** Whether something can be made in a folder, or in the nearest one above it that exists. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT' && dirname(folder) !== folder && isWritable(dirname(folder));
  }
}

/** SQLite's or the system's code of an error; empty when it has none. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

const failures: readonly (readonly [prefix: string, failure: LogFailure])[] = [
  ['SQLITE_FULL', 'storage full'],
  ['ENOSPC', 'storage full'],
  ['EDQUOT', 'storage full'],
  ['SQLITE_READONLY', 'read-only storage'],
  ['EROFS', 'read-only storage'],
  ['EACCES', 'read-only storage'],
  ['EPERM', 'read-only storage'],
  ['SQLITE_CORRUPT', 'corrupt storage'],
  ['SQLITE_NOTADB', 'corrupt storage'],
  ['SQLITE_BUSY', 'no answer'],
];

/** The class of a storage error, by SQLite's or the system's code. */
export function failureOf(error: unknown): LogFailure {
  const code = codeOf(error);
  return failures.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'storage error';
}
