import Database from 'better-sqlite3';

/**
 * WAL: readers never wait for the writer, nor it for them. `synchronous = NORMAL` may lose the last commits
 * in a power cut, never a part of one: the checkpoint goes back together with the rows, and the engine
 * takes the events again.
 */
export function openToWrite(file: string): Database.Database {
  const database = new Database(file, { timeout: 5_000 });
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = normal');
  database.pragma('cache_size = -16000');
  database.pragma('wal_autocheckpoint = 4000');
  database.pragma('journal_size_limit = 67108864');
  database.pragma('busy_timeout = 0');
  return database;
}

export function openToRead(file: string): Database.Database {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  database.pragma('cache_size = -8000');
  return database;
}
